"""Facts: what is known of a request before it is answered, in no version's words."""

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

_EVERYBODY: Final = ""
_LONGEST: Final = 255  # characters of a caller


class Facts(Protocol):
    """What rules are matched against; what a request does not say is None or empty."""

    @property
    def operation(self) -> str:
        """What is asked, whatever the version: schedule, reschedule, cancel, find, availability, open_for and so on."""

    @property
    def version(self) -> str:
        """The version that it is asked of: v1, v2 or v3."""

    @property
    def service(self) -> str | None:
        """The name of the service."""

    @property
    def phone(self) -> str | None:
        """The phone number, without spaces, brackets, dots and dashes."""

    @property
    def api_key(self) -> str | None:
        """The key, in whichever header it comes: the first of `KEY_HEADERS` that is there and not empty."""

    @property
    def desired(self) -> Instant | None:
        """The desired time, None for one that cannot be read too."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the service, UTC without one."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, asked by lower-case name."""

    @property
    def query_text(self) -> str:
        """The query as it came."""

    @property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The query parameters, each with all its values."""

    @property
    def has_user_data(self) -> bool:
        """Whether there may be any of the client's own data."""

    def user_datum(self, key: str) -> str | None:
        """What the client's own data have under a key, as text."""


def caller(facts: Facts, per: Per) -> str:
    """Who asks, told apart as `per` says: phones by their digits. Requests that do not say it are of one caller.

    A key or name of more than 255 characters is replaced by its digest.
    """
    match per:
        case "phone":
            return digits(facts.phone) if facts.phone else _EVERYBODY
        case "api_key":
            return _short(facts.api_key)
        case "service":
            return _short(facts.service)
        case _:
            return _EVERYBODY


def _short(text: str | None) -> str:
    if text is None or len(text) <= _LONGEST:
        return text or _EVERYBODY
    return "sha256:" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
