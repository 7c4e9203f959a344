"""Facts of requests that nobody has sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mockgms.domain.instants import Instant
from mockgms.scenario.engine import Engine, Firing, Turn


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
    full_phone: str | None = None

    @property
    def query_text(self) -> str:
        """The query, and what else is told apart."""
        return repr((self.query, self.api_key))

    @property
    def has_user_data(self) -> bool:
        """Whether there is any of the client's own data."""
        return bool(self.user_data)

    def user_datum(self, key: str) -> str | None:
        """What the client's own data have under a key."""
        return self.user_data.get(key)


def decide(engine: Engine, facts: Facts, now: Instant, turns: list[Turn] | None = None) -> Firing | None:
    """What befalls a request with these facts."""
    matching = engine.candidates[facts.operation, facts.version].matches(facts, now)
    return engine.decide(matching, facts, now, turns)
