"""Facts of requests that rules are matched against in tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mockgms.domain.instants import HOUR, Instant, parse_instant
from mockgms.scenario.engine import Engine, Firing, Turn

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday


@dataclass(frozen=True)
class Facts:
    """The facts of a request."""

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
        """The query and the API key, as one text."""
        return repr((self.query, self.api_key))

    @property
    def has_user_data(self) -> bool:
        """True if the request has user data."""
        return bool(self.user_data)

    def user_datum(self, key: str) -> str | None:
        """Return the user data of a key; None if there are none."""
        return self.user_data.get(key)


# A booking that has every fact.
BOOKING = Facts(
    "schedule",
    "v1",
    service="sales",
    phone="+15551234",
    api_key="KEY-1",
    desired=NOW + HOUR,
    zone=ZoneInfo("Europe/Paris"),
    user_data={"city": "Lyon"},
    headers={"x-tenant": "acme", "x-api-key": "KEY-1"},
    query={"days": ["1", "2"]},
)


def decide(engine: Engine, facts: Facts, now: Instant, turns: list[Turn] | None = None) -> Firing | None:
    """Return the rule that fires for a request with these facts, with its turn; None if none fires."""
    matching = engine.candidates[facts.operation, facts.version].matches(facts, now)
    return engine.decide(matching, facts, now, turns)
