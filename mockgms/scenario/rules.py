"""Rules, which cause faults for the requests that match."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from mockgms.domain.instants import Duration, Instant
from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import DuringCondition, UnlessCondition
from mockgms.scenario.courses import Course, Fault, Faults
from mockgms.scenario.facts import Facts, Per
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.patterns import UNMASKED, Pattern, Shown
from mockgms.scenario.session_conditions import After
from mockgms.scenario.spans import TimeSpan, may_end

INLINE: Final = "asked:"  # the beginning of the name of a rule that a request itself asks for


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the faults of the requests that it matches.

    A rule matches a request if it is in force, all conditions of `when` hold, and not all those of `unless` hold. It is
    in force `during` these times, and `after` these requests. With `lasting`, it is in force only for a time after the
    last of these requests, or without `after` for a time after its first firing.

    Not every match fires. For each caller (`per`), the first `skip` matches do not fire. Of the others, each n-th fires
    (`every`), at most `times`, and with the probability `chance`. A firing causes the faults of `then`, or those of an
    entry of the `course`. If the phase is "after", the operation is performed before the faults are applied. `written`
    is the rule as it was read.

    Derived fields: `entries` has the faults of each entry. `only_set_state` says of each entry whether its faults only
    set states, so that later rules are tried as well. `limit` is the largest number of firings, or None.
    `session_conditions` are the conditions on the state of the session. `fires_always` is True if each match after
    `skip` fires, with the same faults.
    """

    name: str
    then: Faults
    when: tuple[Condition, ...] = ()
    per: Per = "session"
    skip: int = 0
    times: int | None = None
    chance: float = 1.0
    during: tuple[TimeSpan, ...] = ()
    phase: Literal["before", "after"] = "before"
    unless: tuple[Condition, ...] = ()
    every: int = 1
    after: After | None = None
    lasting: Duration | None = None
    course: Course | None = None
    written: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    # Derived here, because the engine needs them for each match.
    entries: tuple[Faults, ...] = field(init=False, repr=False, compare=False)
    limit: int | None = field(init=False, repr=False, compare=False)
    only_set_state: tuple[bool, ...] = field(init=False, repr=False, compare=False)
    session_conditions: tuple[Condition, ...] = field(init=False, repr=False, compare=False)
    fires_always: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = (self.then,) if self.course is None else self.course.entries
        of_course = None if self.course is None else self.course.limit
        limits = [limit for limit in (self.times, of_course) if limit is not None]
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "limit", min(limits, default=None))
        object.__setattr__(self, "only_set_state", tuple(map(only_sets_state, entries)))
        object.__setattr__(self, "session_conditions", tuple(each for each in self.all_conditions if each.asks_session))
        is_limited = self.limit is not None or self.lasting is not None or self.chance < 1
        object.__setattr__(self, "fires_always", self.every == 1 and self.course is None and not is_limited)

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """The conditions on the request, the time and the state of the session, in the order of explanations.

        That is `during`, `when`, `unless`.
        """
        during = (DuringCondition(self.during),) if self.during else ()
        unless = (UnlessCondition.read(self.unless),) if self.unless else ()
        return (*during, *self.when, *unless)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions on the request and the time.

        Those on the state of the session are in `session_conditions`.
        """
        return tuple(condition for condition in self.all_conditions if not condition.asks_session)

    def mismatches(self, request: Facts, now: Instant, shown: Shown = UNMASKED) -> Iterator[str]:
        """Yield a sentence for each of the `conditions` that does not hold for a request at this time."""
        for condition in self.conditions:
            yield from condition.explain(request, now, shown)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults of all entries."""
        return tuple(fault for faults in self.entries for fault in faults)


def only_sets_state(faults: Faults) -> bool:
    """Return whether faults do nothing but set states, so that later rules are tried as well."""
    return bool(faults) and all(isinstance(fault, SetState) for fault in faults)


def ends_by_itself(rule: Rule) -> bool:
    """Return whether a rule is over at some time, whatever the states are: by `during`, `for` or `within`."""
    has_window = rule.after is not None and rule.after.within is not None
    return rule.lasting is not None or has_window or may_end(rule.during)


def patterns_of(rules: Iterable[Rule]) -> Iterator[Pattern]:
    """Yield the patterns in all conditions of the rules."""
    for rule in rules:
        after = () if rule.after is None else rule.after.when
        for condition in (*rule.when, *rule.unless, *after):
            yield from condition.patterns()
