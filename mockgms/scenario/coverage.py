"""Coverage: which rules have matched and fired in all the life of a session, or of all sessions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mockgms.scenario.model import Scenario

Reach: TypeAlias = Literal["fired", "matched", "hidden", "never_reached"]

_MOST: Final = 10_000


@dataclass(slots=True)
class Covered:
    """How often a rule has matched and fired. `scenario` is None for one that was armed.

    `hidden_by` is the earlier rule of its scenario that leaves nothing to it, None where there is none.
    """

    name: str
    scenario: str | None
    hidden_by: str | None = None
    matches: int = 0
    firings: int = 0

    @property
    def reach(self) -> Reach:
        """How far requests came with it."""
        if self.firings:
            return "fired"
        if self.matches:
            return "matched"
        return "never_reached" if self.hidden_by is None else "hidden"


class Coverage:
    """The rules that requests have met, those that were armed included; no reset takes anything away.

    Of more than `most` rules the oldest are `dropped`, those that were armed before all others.
    """

    def __init__(self, scenario: Scenario, most: int = _MOST) -> None:
        self.dropped = 0
        self._most = most
        self._rules: dict[tuple[str | None, str], Covered] = {}
        self.enter(scenario)

    def __iter__(self) -> Iterator[Covered]:
        return iter(self._rules.values())

    def enter(self, scenario: Scenario) -> None:
        """Go on with the rules of a scenario, and nothing armed."""
        self._scenario = scenario
        self._in_force: dict[str, Covered] = {}

    def meet(self, names: Iterable[str]) -> None:
        """Requests meet these rules: they count, whether they ever match or not. Those not armed are the scenario's."""
        for name in names:
            if name not in self._in_force:
                self._in_force[name] = self._kept(self._of_scenario(name))

    def arm(self, name: str) -> None:
        """A rule is armed."""
        self._in_force[name] = self._kept(Covered(name, None))

    def of(self, name: str) -> Covered:
        """The rule in force of this name, which requests meet."""
        return self._in_force[name]

    def rules(self) -> list[Covered]:
        """All rules that requests have met, or else those that they would."""
        return list(self) or [self._of_scenario(rule.name) for rule in self._scenario.rules]

    def add(self, other: "Coverage") -> None:
        """Add what another one has counted."""
        for covered in other:
            kept = self._kept(Covered(covered.name, covered.scenario, covered.hidden_by))
            kept.matches += covered.matches
            kept.firings += covered.firings
        self.dropped += other.dropped

    def _of_scenario(self, name: str) -> Covered:
        return Covered(name, self._scenario.name, self._scenario.hidden.get(name))

    def _kept(self, new: Covered) -> Covered:
        """The rule of this name and scenario that is kept, which is the new one if there was none."""
        key = new.scenario, new.name
        kept = self._rules.setdefault(key, new)
        kept.hidden_by = new.hidden_by
        if len(self._rules) > self._most:
            self._drop_one()
        return kept

    def _drop_one(self) -> None:
        """Make room: by the oldest that was armed, before any of a scenario."""
        armed = (key for key in self._rules if key[0] is None)
        del self._rules[next(armed, next(iter(self._rules)))]
        self.dropped += 1
