"""Facts of requests that nobody has sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mockgms.domain.callback import State
from mockgms.domain.instants import Instant
from mockgms.scenario.engine import Engine, Firing, Turn
from mockgms.scenario.facts import Per, caller


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
        """The query, and what else is told apart."""
        return repr((self.query, self.api_key))

    @property
    def has_user_data(self) -> bool:
        """Whether there is any of the client's own data."""
        return bool(self.user_data)

    def user_texts(self, key: str) -> Sequence[str]:
        """What the client's own data have under a key."""
        return (self.user_data[key],) if key in self.user_data else ()

    def free_seats(self) -> int:
        """The free seats of the slot."""
        return self.free

    def is_first_free(self, now: Instant) -> bool:  # noqa: ARG002  # declared by the protocol
        """Whether the slot is the first free one."""
        return self.first_free

    def count_callbacks(self, states: Sequence[State], at_most: int, now: Instant, *, today: bool) -> int:  # noqa: ARG002  # declared by the protocol
        """How many callbacks the caller has, in whatever state."""
        return min(self.callbacks, at_most)

    def caller(self, per: Per) -> str:
        """The caller in the sense of `per`."""
        return caller(self, per)

    def has_state(self, names: Sequence[str], per: Per, scope: str, now: Instant) -> bool:  # noqa: ARG002  # declared by the protocol
        """Whether a state is set, for whomever."""
        return not set(names).isdisjoint(self.states)

    def was_refused(self, per: Per) -> bool:  # noqa: ARG002  # declared by the protocol
        """Whether the slot was refused before, to whomever."""
        return self.is_refused


def decide(engine: Engine, facts: Facts, now: Instant, turns: list[Turn] | None = None) -> Firing | None:
    """What befalls a request with these facts."""
    matching = engine.candidates[facts.operation, facts.version].matches(facts, now)
    return engine.decide(matching, facts, now, turns)
