"""Refusals of the admin API."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from mockgms.domain.refusals import Failure, OutOfRoom, Refusal
from mockgms.http.messages import Reply
from mockgms.http.refusals import BodyTooLarge, UnknownPath, Unreadable, WrongMethod, out_of_room
from mockgms.scenario.mistakes import did_you_mean
from mockgms.session import Session


def not_there(kind: str, field: str, name: str, known: Iterable[str]) -> Reply:
    """There is no such thing: what a path names in its `field`, of some `kind`, is none of those that are known."""
    near = did_you_mean(name, known) or "."
    return _reply(HTTPStatus.NOT_FOUND, f"There is no {kind} {name!r}{near}", field=field)


def render_refusal(refusal: Refusal, session: Session) -> Reply:
    """What is wrong, as `message`, and where, as `field`."""
    if isinstance(refusal, OutOfRoom):
        refusal = Failure(HTTPStatus.INSUFFICIENT_STORAGE, out_of_room(refusal))
    match refusal:
        case Unreadable(field, reason):
            return _reply(HTTPStatus.BAD_REQUEST, f"{field} {reason}", field=field)
        case UnknownPath(path, nearest):
            return _reply(HTTPStatus.NOT_FOUND, f"There is no {path}. The nearest is {nearest}.")
        case WrongMethod(method, allowed, nearest):
            allow = ("Allow", ", ".join(allowed))
            return _reply(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} is not possible here. There is {nearest}.", allow)
        case BodyTooLarge(limit):
            return _reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body has more than {limit} bytes.", field="body")
        case Failure(status, message):
            return _reply(HTTPStatus(status), message)
    return _reply(HTTPStatus.INTERNAL_SERVER_ERROR, "A defect of mockgms: its log says more.")


def _reply(status: HTTPStatus, message: str, *headers: tuple[str, str], **more: Any) -> Reply:
    sayable = message.encode("utf-8", "replace").decode()  # a path that is repeated in it may be no UTF-8
    return Reply(status, msgspec.json.encode({"message": sayable, **more}), headers=headers)
