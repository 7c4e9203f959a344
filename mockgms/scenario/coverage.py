"""Coverage: which rules matched and fired during the whole life of a session, or of all sessions."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mockgms.scenario.model import Scenario

Reach: TypeAlias = Literal["fired", "matched", "hidden", "never_reached"]

_MAX: Final = 10_000


class RuleCounts(Struct):
    """The counts of one rule: how often it matched and fired. `scenario` is None for an armed rule.

    `hidden_by` is the earlier rule of its scenario that always answers first, or None. An `inherited` rule is written
    in a parent of its scenario.
    """

    name: str
    scenario: str | None
    hidden_by: str | None = None
    matches: int = 0
    firings: int = 0
    inherited: bool = False

    @property
    def reach(self) -> Reach:
        """The state of the rule: whether it fired, matched, is hidden or was never reached."""
        if self.firings:
            return "fired"
        if self.matches:
            return "matched"
        return "never_reached" if self.hidden_by is None else "hidden"


class Coverage:
    """The counts of all rules that requests could have matched, including armed ones. A reset keeps them.

    At most `limit` rules are kept, and `dropped` counts the others. The oldest armed rules are dropped first, then the
    oldest rules of scenarios.
    """

    def __init__(self, scenario: Scenario, limit: int = _MAX) -> None:
        self.dropped = 0
        self._limit = limit
        self._rules: dict[tuple[str | None, str], RuleCounts] = {}
        self.switch_to(scenario)

    def __iter__(self) -> Iterator[RuleCounts]:
        return iter(self._rules.values())

    def switch_to(self, scenario: Scenario) -> None:
        """Count the rules of another scenario from now on. Earlier counts are kept."""
        self._scenario = scenario
        self._in_force: dict[str, RuleCounts] = {}

    def start_counting(self, names: Iterable[str]) -> None:
        """Start counting these rules, even if they never match. A rule that is not armed is the scenario's."""
        for name in names:
            if name not in self._in_force:
                self._in_force[name] = self._keep(self._of_scenario(name))

    def arm(self, name: str) -> None:
        """Start counting an armed rule."""
        self._in_force[name] = self._keep(RuleCounts(name, None))

    def counts_of(self, name: str) -> RuleCounts:
        """Return the counts of the rule of this name that is in force."""
        return self._in_force[name]

    def rules(self) -> list[RuleCounts]:
        """Return the counts of all rules so far, or zero counts for the scenario's rules if there are none."""
        return list(self) or [self._of_scenario(rule.name) for rule in self._scenario.rules]

    def add(self, other: "Coverage") -> None:
        """Add the counts of another coverage."""
        for covered in other:
            kept = self._keep(replace(covered, matches=0, firings=0))
            kept.matches += covered.matches
            kept.firings += covered.firings
        self.dropped += other.dropped

    def _of_scenario(self, name: str) -> RuleCounts:
        scenario = self._scenario
        return RuleCounts(name, scenario.name, scenario.hidden.get(name), inherited=name in scenario.inherited)

    def _keep(self, new: RuleCounts) -> RuleCounts:
        """Return the counts that exist for this rule and scenario. If there are none, keep the new ones."""
        key = new.scenario, new.name
        kept = self._rules.setdefault(key, new)
        kept.hidden_by, kept.inherited = new.hidden_by, new.inherited
        if len(self._rules) > self._limit:
            self._drop_one()
        return kept

    def _drop_one(self) -> None:
        """Drop the oldest armed rule, or if there is none, the oldest rule of a scenario."""
        armed = (key for key in self._rules if key[0] is None)
        del self._rules[next(armed, next(iter(self._rules)))]
        self.dropped += 1
