"""Rules, which cause faults for the requests that match."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from mockgms.domain.instants import Instant
from mockgms.scenario.conditions import Condition, DuringCondition
from mockgms.scenario.facts import Facts, Per
from mockgms.scenario.faults.context import Context
from mockgms.scenario.patterns import AS_IT_IS, Pattern, Shown
from mockgms.scenario.spans import Between, Daily

INLINE: Final = "asked:"  # the beginning of the name of a rule that a request itself asks for


class Fault(Protocol):
    """Something that can go wrong."""

    async def apply(self, context: Context) -> None:
        """Apply the fault to an exchange. It may raise a Refusal."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. It matches a request if all conditions of `when` hold while the rule is in force (`during`).

    For each caller (`per`), the first `skip` matches do not fire, and neither do matches after `times` firings.
    `chance` is from 0 to 1. If the phase is "after", the operation is performed before the faults are applied.
    `written` is the rule as it was read.
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
        """All conditions in the order of explanations, including that of `during`."""
        return (DuringCondition(self.during), *self.when) if self.during else self.when

    def mismatches(self, request: Facts, now: Instant, shown: Shown = AS_IT_IS) -> Iterator[str]:
        """Yield a sentence for each condition that does not hold for a request at this time."""
        for condition in self.conditions:
            yield from condition.explain(request, now, shown)


def patterns_of(rules: Iterable[Rule]) -> Iterator[Pattern]:
    """Yield the patterns in all conditions of the rules."""
    return (pattern for rule in rules for condition in rule.when for pattern in condition.patterns())
