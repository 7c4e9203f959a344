"""Facts about requests, in terms that are the same for all API versions."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from mockgms.domain.callback import State
from mockgms.domain.instants import Instant, render_instant
from mockgms.domain.numbers import digits


class NamedPer(Struct, frozen=True):
    """A header, a name in the user data or a query parameter whose value distinguishes callers."""

    kind: Literal["header", "user_data", "query"]
    name: str


PerOne: TypeAlias = Literal["session", "phone", "api_key", "service", "slot"] | NamedPer
Per: TypeAlias = PerOne | tuple[PerOne, ...]

SESSION: Final = "session"  # the `per` and the scope of rules that do not distinguish callers

OPERATIONS: Final = (
    "schedule",
    "reschedule",
    "cancel",
    "find",
    "availability",
    "open_for",
    "queue_status",
    "queue_position",
    "estimated_wait_time",
    "call_in",
    "statistics",
    "queues",
    "watermarks",
    "bulk_cancel",
    "report_cancelled",
    "check_phone_number",
)
VERSIONS: Final = ("v1", "v2", "v3")
KEY_HEADERS: Final = ("x-api-key", "apikey")

_ANYBODY: Final = ""
_LONGEST: Final = 255  # characters in the name of a caller


class Facts(Protocol):
    """The facts about a request that rules are matched against. Missing facts are None or empty."""

    @property
    def operation(self) -> str:
        """The operation, the same for all versions: schedule, reschedule, cancel, find, availability and so on."""

    @property
    def version(self) -> str:
        """The API version: v1, v2 or v3."""

    @property
    def service(self) -> str | None:
        """The name of the service."""

    @property
    def phone(self) -> str | None:
        """The phone number in ASCII, without `tel:`, spaces, brackets, dots and dashes."""

    @property
    def full_phone(self) -> str | None:
        """The phone number with its country code, such as `+14155550100`, if the service has a country."""

    @property
    def api_key(self) -> str | None:
        """The API key: the first of `KEY_HEADERS` that is not empty."""

    @property
    def desired(self) -> Instant | None:
        """The desired time, or None if it is missing or invalid."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the service, or UTC without a service."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by name in lower case."""

    @property
    def query_text(self) -> str:
        """The query string, not decoded."""

    @property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The query parameters, each with all its values."""

    @property
    def has_user_data(self) -> bool:
        """False if the client certainly sent no data of its own."""

    def user_texts(self, key: str) -> Sequence[str]:
        """Return the values of a key in the client's own data as texts.

        A dotted key leads into nested data. Each element of a list is a value.
        """

    def caller(self, per: Per) -> str:
        """Return the caller of the request, which `per` distinguishes: the result of the function `caller`."""

    @property
    def started(self) -> Instant:
        """The time of the session's clock at the start of the session, or at its last reset."""

    @property
    def slot(self) -> Instant | None:
        """The start of the slot that contains the desired time, or None without a desired time or service."""

    def free_seats(self) -> int:
        """Return the number of free seats of the slot. There must be a slot."""

    def is_first_free(self, now: Instant) -> bool:
        """Return whether the slot is the first one from now on that has a free seat. There must be a slot."""

    def count_callbacks(self, states: Sequence[State], at_most: int, now: Instant, *, today: bool) -> int:
        """Return the number of callbacks of the phone number that are in one of the states, or `at_most` if more.

        With `today`, only those count whose desired time is on the current date.
        """

    def has_state(self, names: Sequence[str], per: Per, scope: str, now: Instant) -> bool:
        """Return whether one of several named states is set for the session or for the caller.

        `per` distinguishes callers, and `scope` is its name.
        """

    def was_refused(self, per: Per) -> bool:
        """Return whether the caller, which `per` distinguishes, was refused a booking of the slot before."""


def caller(facts: Facts, per: Per) -> str:
    """Return the caller of a request: the value of the property that `per` names.

    Phone numbers are compared by their digits only, with their country code if the service has a country. Requests
    without the property have the same caller. A key, name or other text of more than 255 characters is
    replaced by its digest. The parts of a caller of several properties are separated by `|`.
    """
    if per == "session":
        return _ANYBODY
    if per == "phone":
        return digits(facts.full_phone or facts.phone) if facts.phone else _ANYBODY
    if isinstance(per, tuple):
        return "|".join([facts.caller(one).replace("\\", "\\\\").replace("|", "\\|") for one in per])
    return _short(_value(facts, per))


def scope_of(per: Per) -> str:
    """Return the name of what distinguishes callers: `session`, `phone`, `header x-user` or several of these."""
    match per:
        case str():
            return per
        case NamedPer("header", name):
            return f"header {name.lower()}"
        case NamedPer(kind, name):
            return f"{kind} {name}"
        case _:
            return ", ".join(map(scope_of, per))


def _value(facts: Facts, per: PerOne) -> str | None:
    """Return the text of a request that distinguishes callers, or None."""
    match per:
        case "api_key":
            return facts.api_key
        case "service":
            return facts.service
        case NamedPer("header", name):
            return facts.headers.get(name.lower())
        case NamedPer("query", name):
            return next(iter(facts.query.get(name, ())), None)
        case NamedPer(_, name):
            return next(iter(facts.user_texts(name)), None)
        case _:
            return None if (slot := facts.slot) is None else render_instant(slot)


def _short(text: str | None) -> str:
    if text is None or len(text) <= _LONGEST:
        return text or _ANYBODY
    return "sha256:" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
