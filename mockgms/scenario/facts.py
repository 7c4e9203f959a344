"""Facts: what is known of a request before it is answered, in no version's words."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant

KEY_HEADERS: Final = ("x-api-key", "apikey")


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
