"""Facts: what is known of a request before it is answered, in no version's words."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant


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
        """The key, in whichever header it comes."""

    @property
    def desired(self) -> Instant | None:
        """The desired time, None for one that cannot be read too."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the service, UTC without one."""

    @property
    def user_data(self) -> Mapping[str, str]:
        """The client's own data, as text."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, asked by lower-case name."""

    @property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The query parameters, each with all its values."""
