"""The fault `error`: an error in the format of the requested API, by status or by the name of a refusal."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Final

from msgspec import Struct, field

from mockgms.domain import refusals
from mockgms.domain.annotations import Bounds, Doc, Key, Look, WrittenAs
from mockgms.domain.instants import parse_instant, whole_seconds
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import Failure, Refusal, leaves
from mockgms.scenario.courses import name_of
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context
from mockgms.scenario.faults.until_over import RETRY_AFTER, RetryAfter, check_retry_after, wait_of
from mockgms.scenario.mistakes import Unknown, UnknownWord
from mockgms.scenario.text_forms import parse_duration

_HEADER: Final = "Retry-After"
_DIGITS: Final = lazy_regex("[0-9]{1,18}")
_STATUS: Final = lazy_regex("[45][0-9][0-9]")

# The refusals of malformed requests, which `mockgms.http` defines, and their fields.
_OF_HTTP: Final[Mapping[str, tuple[str, ...]]] = {
    "unreadable": ("field", "reason"),
    "body_too_large": ("limit",),
    "unsupported_body": ("reason",),
    "credentials_missing": (),
    "credentials_wrong": (),
    "unknown_path": ("path", "nearest"),
    "wrong_method": ("method", "allowed", "nearest"),
    "own_defect": (),
}


def _of_domain() -> dict[str, tuple[str, ...]]:
    kinds = [kind for kind in leaves(Refusal) if kind.__module__ == refusals.__name__]
    return {name_of(kind): tuple(each.name for each in fields(kind)) for kind in kinds}


# The names of the fields of each refusal, by the name of the refusal.
REFUSALS: Final[Mapping[str, tuple[str, ...]]] = {**_of_domain(), **_OF_HTTP}


def _whole_number(value: str) -> int:
    if not _DIGITS.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not a whole number of at most 18 digits")
    return int(value)


def _status(value: str) -> int:
    if not _STATUS.fullmatch(value):
        raise ValueError(f"{quoted(value)} is not a status from 400 to 599")
    return int(value)


# Parsers of the fields that are not text. A field with None follows from the request, and cannot be set.
_PARSERS: Final[Mapping[str, Callable[[str], Any] | None]] = {
    "retry_after": parse_duration,
    "per": parse_duration,
    "desired": parse_instant,
    "limit": _whole_number,
    "status": _status,
    "proposed": None,
    "state": None,
    "room": None,
    "closed": None,
    "days": None,
    "allowed": None,
}


class Error(Struct, frozen=True):
    """Answers with an error in the format of the API, for a status or for the name of a refusal."""

    card: ClassVar = Card(
        "are refused with [{status}][the refusal {refusal}][ and Retry-After {retry_after}]",
        "Any error",
        "4xx",
        "refused",
    )
    refuses: ClassVar = True
    is_final: ClassVar = True

    status: Annotated[Annotated[int, Bounds(400, 599)] | None, Doc("HTTP status"), Look("Status", start="409")] = None
    message: Annotated[
        str | None,
        Doc("Message in the error body; without it, the name of the status"),
        Look("Message", is_rare=True),
    ] = None
    refusal: Annotated[
        str | None,
        Doc("Name of a refusal, such as `unknown_service`, instead of `status`"),
        Look("or refusal", choices=("", *REFUSALS), instead_of=("status", "message")),
    ] = None
    values: Annotated[
        Mapping[str, str],
        Key("fields"),
        WrittenAs(Mapping[str, str | int]),
        Doc("Fields of the refusal, such as `limit`; by default, they follow from the request"),
    ] = field(default_factory=dict)
    retry_after: Annotated[
        RetryAfter | None,
        Doc("Header `Retry-After`; a plain number is in seconds, `until_over` the end of the rule"),
        RETRY_AFTER._replace(is_rare=True),
    ] = None

    def __post_init__(self) -> None:
        check_retry_after(self.retry_after)
        if (self.status is None) is (self.refusal is None):
            raise ValueError("an error takes either a `status` or a `refusal`: write `{fault: error, status: 503}`")
        if self.refusal is not None and self.message is not None:
            raise ValueError("`message` goes with a `status`: a refusal has its own")
        if self.refusal is None and self.values:
            raise ValueError("`fields` goes with a `refusal`")
        self._parsed()

    def _parsed(self) -> dict[str, Any]:
        """Return the parsed `fields` of the refusal. Raises ValueError."""
        if self.refusal is None:
            return {}
        if self.refusal not in REFUSALS:
            raise UnknownWord(f"unknown refusal {quoted(self.refusal)}", Unknown(self.refusal, REFUSALS, or_all=True))
        known = [name for name in REFUSALS[self.refusal] if _PARSERS.get(name, str) is not None]
        parsed = {}
        for name, value in self.values.items():
            parse = _PARSERS.get(name, str)
            if name not in known or parse is None:
                raise UnknownWord(f"{self.refusal} has no field {quoted(name)}", Unknown(name, known, or_all=True))
            try:
                parsed[name] = parse(str(value))
            except ValueError as error:
                raise ValueError(f"the field `{name}` of {self.refusal}: {error}") from None
        return parsed

    async def apply(self, context: Context) -> None:
        """Raise Failure for a status, otherwise the refusal."""
        values = self._parsed()
        if self.retry_after is not None:
            wait = wait_of(self.retry_after, context)
            context.set_header(_HEADER, str(whole_seconds(wait)))
            values.setdefault("retry_after", wait)
        if self.status is not None:
            raise Failure(self.status, phrase_of(self.status) if self.message is None else self.message)
        raise context.refusal(self.refusal or "", values)


def phrase_of(status: int, otherwise: str = "Error") -> str:
    """Return the standard phrase of an HTTP status, or another text if the status has none."""
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else otherwise
