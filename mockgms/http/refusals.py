"""Refusals of malformed requests, and messages that all APIs share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mockgms.domain.quoting import shortened
from mockgms.domain.refusals import OutOfRoom, Refusal, Room

_START_OVER: Final = "reset the session (POST /__admin/reset) or use another one"
_OUT_OF_ROOM: Final[Mapping[Room, str]] = {
    "session": f"The session has reached its limit of {{}} bytes for callbacks, counters and rules: {_START_OVER}.",
    "sessions": "All sessions together have reached their limit of {} bytes for callbacks, counters and rules: "
    "delete sessions (DELETE /__admin/sessions/ID), or reset them (POST /s/ID/__admin/reset).",
    "services": f"The session has reached its limit of {{}} services that its scenario does not list: {_START_OVER}.",
    "rules": f"The session has reached its limit of {{}} armed rules: disarm some (DELETE /__admin/rules/NAME), or "
    f"{_START_OVER}.",
    "placeholders": f"The session would exceed its limit of {{}} placeholder bookings: {_START_OVER}.",
}


@dataclass(eq=False)
class WireRefusal(Refusal):
    """The base class of the refusals below."""


@dataclass(eq=False)
class Unreadable(WireRefusal):
    """A field, a parameter or the body cannot be understood.

    `field` is its name, or "body". `reason` is a clause that says why.
    """

    field: str
    reason: str

    def __post_init__(self) -> None:
        """Cut the name of the field, which a client may have chosen."""
        self.field = shortened(self.field)

    @property
    def sentence(self) -> str:
        """The message: the field and what is wrong with it. A question gets no full stop."""
        return f"{self.field} {self.reason}{'' if self.reason.endswith('?') else '.'}"


@dataclass(eq=False)
class BodyTooLarge(WireRefusal):
    """The body has more than `limit` bytes."""

    limit: int


@dataclass(eq=False)
class UnsupportedBody(WireRefusal):
    """The body has a charset or content encoding that is not supported. `reason` is a clause that names it."""

    reason: str


@dataclass(eq=False)
class CredentialsMissing(WireRefusal):
    """The scenario requires credentials, and the request has none."""


@dataclass(eq=False)
class CredentialsWrong(WireRefusal):
    """The credentials are not those of the scenario."""


@dataclass(eq=False)
class UnknownPath(WireRefusal):
    """No route has this path. `nearest` is the most similar route, as `METHOD /path`."""

    path: str
    nearest: str


@dataclass(eq=False)
class WrongMethod(WireRefusal):
    """The path exists, but not for this method. `allowed` has its methods, `nearest` the most similar route."""

    method: str
    allowed: tuple[str, ...]
    nearest: str


@dataclass(eq=False)
class OwnDefect(WireRefusal):
    """A defect of mockgms itself. Its traceback is in the log."""

    sentence = "A defect of mockgms: see its log."


def out_of_room(refusal: OutOfRoom) -> str:
    """Return the message for an OutOfRoom, the same in every API: which limit is reached, and what to do."""
    return _OUT_OF_ROOM[refusal.room].format(f"{refusal.limit:,}")
