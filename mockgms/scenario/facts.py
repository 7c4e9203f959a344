"""Facts about requests, in terms that are the same for all API versions."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant
from mockgms.domain.numbers import digits

Per: TypeAlias = Literal["session", "phone", "api_key", "service"]

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

    def user_datum(self, key: str) -> str | None:
        """Return the value of a key in the client's own data as text, or None."""


def caller(facts: Facts, per: Per) -> str:
    """Return the caller of a request in the sense of `per`. Phone numbers are compared by their digits only,
    with their country code if the service has a country.

    Requests without this property have the same caller. A key or name of more than 255 characters is replaced by its
    digest.
    """
    match per:
        case "phone":
            return digits(facts.full_phone or facts.phone) if facts.phone else _ANYBODY
        case "api_key":
            return _short(facts.api_key)
        case "service":
            return _short(facts.service)
        case _:
            return _ANYBODY


def _short(text: str | None) -> str:
    if text is None or len(text) <= _LONGEST:
        return text or _ANYBODY
    return "sha256:" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
