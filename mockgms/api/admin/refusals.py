"""Refusals of the admin API: the ones that only it has, and the answers to all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mockgms.api.admin.findings import FindingView, render_findings
from mockgms.api.field_types import Answer
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import Failure, OutOfRoom, Refusal
from mockgms.http.messages import Headers, Reply
from mockgms.http.refusals import (
    BodyTooLarge,
    OwnDefect,
    UnknownPath,
    Unreadable,
    UnsupportedBody,
    WrongMethod,
    out_of_room,
)
from mockgms.scenario.mistakes import Mistake, suggest_and_list
from mockgms.session import Session

_ALL: Final = "All endpoints are listed at /__admin/docs."


class AdminRefusal(Answer):
    """What is wrong, and where. Nothing has changed."""

    message: str
    field: Annotated[
        str | UnsetType, Meta(description="The field of the body, the parameter or the header that is wrong")
    ] = UNSET
    mistakes: Annotated[
        list[str] | UnsetType, Meta(description="All mistakes of a scenario or rule, each with its line and column")
    ] = UNSET
    findings: Annotated[list[FindingView] | UnsetType, Meta(description="The same mistakes as objects")] = UNSET


@dataclass(eq=False)
class RequestRefused(Refusal):
    """The base class of the refusals that only the admin API has. Each has a status, and the message of its answer."""

    status: ClassVar[HTTPStatus]

    message: str
    field: str | UnsetType = UNSET

    def body(self) -> AdminRefusal:
        """Return the body of the answer."""
        return AdminRefusal(self.message, self.field)


class NotFound(RequestRefused):
    """A resource does not exist."""

    status = HTTPStatus.NOT_FOUND


@dataclass(eq=False)
class Mistaken(RequestRefused):
    """The scenario or rule has mistakes."""

    status = HTTPStatus.BAD_REQUEST

    mistakes: tuple[Mistake, ...] = ()

    def body(self) -> AdminRefusal:
        """Return the body of the answer, with all mistakes."""
        findings = render_findings("error", self.mistakes)
        return AdminRefusal(self.message, self.field, list(map(str, self.mistakes)), findings)


class NotInstalled(RequestRefused):
    """A package is not installed."""

    status = HTTPStatus.NOT_IMPLEMENTED


class TooManyReaders(RequestRefused):
    """Too many connections read events."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class SnapshotTooLarge(RequestRefused):
    """The snapshot is larger than a server accepts."""

    status = HTTPStatus.INSUFFICIENT_STORAGE


def not_found(kind: str, field: str, name: str, known: Collection[str]) -> NotFound:
    """Return the refusal of an unknown `name` in the path. `field` is its placeholder, `known` has the known names."""
    return NotFound(f"There is no {kind} {quoted(name)}{suggest_and_list(name, known)}.", field)


def render_refusal(refusal: Refusal, session: Session) -> Reply:
    """Return the answer to a refused request."""
    if isinstance(refusal, RequestRefused):
        return _reply(refusal.status, refusal.body())
    if isinstance(refusal, OutOfRoom):
        refusal = Failure(HTTPStatus.INSUFFICIENT_STORAGE, out_of_room(refusal))
    if isinstance(refusal, UnsupportedBody):
        return _reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, AdminRefusal(f"The body {refusal.reason}.", "body"))
    status, body, headers = _worded(refusal)
    return _reply(status, body, headers)


def _worded(refusal: Refusal) -> tuple[int, AdminRefusal, Headers]:
    """Return the status, body and headers for a refusal that all APIs have."""
    match refusal:
        case Unreadable(field, reason):
            return HTTPStatus.BAD_REQUEST, AdminRefusal(f"{field} {reason}", field), ()
        case UnknownPath(path, nearest):
            return HTTPStatus.NOT_FOUND, AdminRefusal(f"There is no {path}. The nearest is {nearest}. {_ALL}"), ()
        case WrongMethod(method, allowed, nearest):
            body = AdminRefusal(f"{method} is not possible here. There is {nearest}.")
            return HTTPStatus.METHOD_NOT_ALLOWED, body, (("Allow", ", ".join(allowed)),)
        case BodyTooLarge(limit):
            body = AdminRefusal(f"The body has more than {limit} bytes.", "body")
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body, ()
        case Failure(status, message):
            return status, AdminRefusal(message), ()
    return HTTPStatus.INTERNAL_SERVER_ERROR, AdminRefusal(OwnDefect.sentence), ()


def _reply(status: int, body: AdminRefusal, headers: Headers = ()) -> Reply:
    body.message = body.message.encode("utf-8", "replace").decode()  # it may quote a path that is not UTF-8
    return Reply(status, msgspec.json.encode(body), headers=headers)
