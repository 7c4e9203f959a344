"""Facts: what is known of a request before it is answered, in no version's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant


@dataclass(frozen=True)
class Facts:
    """What rules are matched against; what a request does not say is None or empty.

    `operation` is schedule, reschedule, cancel, find, availability, open_for and so on, whatever the version. `phone`
    is without spaces, brackets, dots and dashes. `zone` is that of the service. `headers` are asked by lower-case name.
    """

    operation: str
    version: str
    service: str | None = None
    phone: str | None = None
    api_key: str | None = None
    desired: Instant | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    user_data: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
