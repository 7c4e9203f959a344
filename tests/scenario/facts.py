"""Facts of requests that nobody has sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant


@dataclass(frozen=True)
class Facts:
    """What rules are matched against, each as it is told."""

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
