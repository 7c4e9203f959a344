"""Facts of requests that rules are matched against in tests."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from mockgms.domain.callback import State
from mockgms.domain.instants import HOUR, Instant, parse_instant
from mockgms.scenario.engine import Engine, Firing
from mockgms.scenario.facts import KEY_HEADERS, Per, caller
from mockgms.scenario.trials import Trial

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
    started: Instant = field(default=0, compare=False)
    slot: Instant | None = field(default=None, compare=False)
    free: int = field(default=0, compare=False)
    first_free: bool = field(default=False, compare=False)
    callbacks: int = field(default=0, compare=False)
    states: Collection[str] = field(default=(), compare=False)
    is_refused: bool = field(default=False, compare=False)
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

    def user_texts(self, key: str) -> Sequence[str]:
        """Return the user data of a key."""
        return (self.user_data[key],) if key in self.user_data else ()

    def free_seats(self) -> int:
        """Return the number of free seats of the slot."""
        return self.free

    def is_first_free(self, now: Instant) -> bool:  # noqa: ARG002  # declared by the protocol
        """Return whether the slot is the first free one."""
        return self.first_free

    def count_callbacks(self, states: Sequence[State], at_most: int, now: Instant, *, today: bool) -> int:  # noqa: ARG002  # declared by the protocol
        """Return how many callbacks the caller has, in any state."""
        return min(self.callbacks, at_most)

    def caller(self, per: Per) -> str:
        """Return the caller in the sense of `per`."""
        return caller(self, per)

    def has_state(self, names: Sequence[str], per: Per, scope: str, now: Instant) -> bool:  # noqa: ARG002  # declared by the protocol
        """Return whether a state is set, for any caller."""
        return not set(names).isdisjoint(self.states)

    def was_refused(self, per: Per) -> bool:  # noqa: ARG002  # declared by the protocol
        """Return whether the slot was refused before, to any caller."""
        return self.is_refused


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


def with_key_of_headers(facts: Facts) -> Facts:
    """Return facts whose API key is that of their headers, as those of every request."""
    return replace(facts, api_key=next(filter(None, map(facts.headers.get, KEY_HEADERS)), None))


def decide(engine: Engine, facts: Facts, now: Instant, trials: list[Trial] | None = None) -> Firing | None:
    """Return the rule that fires for a request with these facts, with the number of its match; None if none fires."""
    matching = engine.candidates[facts.operation, facts.version].matches(facts, now)
    return engine.decide(matching, facts, now, trials)
