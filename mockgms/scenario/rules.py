"""Rules: when which faults befall which requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from mockgms.domain.instants import Instant
from mockgms.scenario.conditions import Condition, DuringCondition
from mockgms.scenario.facts import Facts, Per
from mockgms.scenario.faults.context import Context
from mockgms.scenario.patterns import AS_IT_IS, Pattern, Shown
from mockgms.scenario.spans import Between, Daily


class Fault(Protocol):
    """Something that can go wrong."""

    async def apply(self, context: Context) -> None:
        """Let it go wrong. May raise a Refusal."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It matches a request for which all conditions of `when` hold, while it is in force (`during`).

    Of the matches of one caller (`per`), the first `skip` and those after `times` firings fall through. `chance` is
    from 0 to 1. With the phase "after", the operation happens before the faults do. `written` is the rule as it was
    read.
    """

    name: str
    then: Sequence[Fault]
    when: tuple[Condition, ...] = ()
    per: Per = "session"
    skip: int = 0
    times: int | None = None
    chance: float = 1.0
    during: tuple[Between | Daily, ...] = ()
    phase: Literal["before", "after"] = "before"
    written: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, that of `during` included, in the order of explanations."""
        return (DuringCondition(self.during), *self.when) if self.during else self.when

    def mismatches(self, request: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:
        """Why it is not for a request at this time: a sentence for each condition that fails, none if it matches."""
        for condition in self.conditions:
            yield from condition.explain(request, now, shown)


def patterns_of(rules: Iterable[Rule]) -> Iterator[Pattern]:
    """Return the patterns of all conditions of some rules."""
    return (pattern for rule in rules for condition in rule.when for pattern in condition.patterns())
