"""Coverage: which rules matched and fired during the whole life of a session, or of all sessions."""

from collections.abc import Container, Iterator, Mapping
from itertools import islice
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from mockgms.scenario.courses import names_of
from mockgms.scenario.model import Scenario
from mockgms.scenario.rules import Rule

Reach: TypeAlias = Literal["fired", "matched", "hidden", "never_reached"]

_MAX: Final = 20_000  # as many as the values of a scenario file, so that all its rules are kept


class RuleCounts(Struct):
    """The counts of one rule: how often it matched and fired. `scenario` is None for an armed rule.

    `hidden_by` is the earlier rule of its scenario that always answers first, or None. An `inherited` rule is written
    in a parent of its scenario. `entries` has the firings of each entry of a sequence or a choice, by its label such as
    `2: throttle`.
    """

    name: str
    scenario: str | None
    hidden_by: str | None = None
    matches: int = 0
    firings: int = 0
    inherited: bool = False
    entries: dict[str, int] = field(default_factory=dict)

    def fire(self, entry: int) -> None:
        """Count a firing of an entry."""
        self.firings += 1
        if self.entries:
            label = next(islice(self.entries, entry, None))
            self.entries[label] += 1

    def parts(self) -> "list[RuleCounts]":
        """Return the counts of each entry, with its label in the name, or those of a rule without entries."""
        return [
            replace(self, name=f"{self.name} {label}", firings=firings, entries={})
            for label, firings in self.entries.items()
        ] or [self]

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

    At most `limit` rules and entries of rules are kept, or a single rule with more entries. `dropped` counts the other
    rules. The oldest armed rules are dropped first, then the oldest rules of scenarios. `in_force` has the counts of
    the rules in force, by name.
    """

    def __init__(self, scenario: Scenario, limit: int = _MAX) -> None:
        self.dropped = 0
        self._limit = limit
        self._size = 0  # the number of rules and of their entries
        self._rules: dict[tuple[str | None, str], RuleCounts] = {}
        self.switch_to(scenario)

    def __iter__(self) -> Iterator[RuleCounts]:
        return iter(self._rules.values())

    def switch_to(self, scenario: Scenario) -> None:
        """Count the rules of another scenario from now on. Earlier counts are kept."""
        self._scenario = scenario
        self.in_force: dict[str, RuleCounts] = {}

    def start_counting(self, rules: Mapping[str, Rule], armed: Container[str] = ()) -> None:
        """Start counting these rules, even if they never match. A rule that is not `armed` is the scenario's."""
        for name, rule in rules.items():
            if name in self.in_force:
                continue
            if name in armed:  # a fork or a restored snapshot has armed rules from the start
                self.arm(rule)
            else:
                self.in_force[name] = self._keep(self._of_scenario(rule))

    def arm(self, rule: Rule) -> None:
        """Start counting an armed rule."""
        self.in_force[rule.name] = self._keep(RuleCounts(rule.name, None, entries=_entries(rule)))

    def rules(self) -> list[RuleCounts]:
        """Return the counts of all rules so far, or zero counts for the scenario's rules if there are none.

        Each entry of a sequence or a choice has its own counts.
        """
        rules = list(self) or [self._of_scenario(rule) for rule in self._scenario.rules]
        return [part for rule in rules for part in rule.parts()]

    def add(self, other: "Coverage") -> None:
        """Add the counts of another coverage."""
        for covered in other:
            kept = self._keep(replace(covered, matches=0, firings=0, entries=dict.fromkeys(covered.entries, 0)))
            kept.matches += covered.matches
            kept.firings += covered.firings
            for label, firings in covered.entries.items():
                kept.entries[label] += firings
        self.dropped += other.dropped

    def _of_scenario(self, rule: Rule) -> RuleCounts:
        name, scenario = rule.name, self._scenario
        hidden_by, inherited = scenario.hidden.get(name), name in scenario.inherited
        return RuleCounts(name, scenario.name, hidden_by, inherited=inherited, entries=_entries(rule))

    def _keep(self, new: RuleCounts) -> RuleCounts:
        """Return the counts that exist for this rule and scenario. If there are none, keep the new ones."""
        key = new.scenario, new.name
        kept = self._rules.get(key)
        if kept is None:
            kept = self._rules[key] = new
            self._size += _size_of(new)
        else:
            self._size += len(new.entries) - len(kept.entries)
            kept.hidden_by, kept.inherited = new.hidden_by, new.inherited
            kept.entries = {label: kept.entries.get(label, 0) for label in new.entries}
        while self._size > self._limit and len(self._rules) > 1:
            self._drop_one()
        return kept

    def _drop_one(self) -> None:
        """Drop the oldest armed rule, or if there is none, the oldest rule of a scenario."""
        armed = (key for key in self._rules if key[0] is None)
        self._size -= _size_of(self._rules.pop(next(armed, next(iter(self._rules)))))
        self.dropped += 1


def _size_of(counts: RuleCounts) -> int:
    """Return the number of counts to keep for a rule: its own and those of its entries."""
    return 1 + len(counts.entries)


def _entries(rule: Rule) -> dict[str, int]:
    """Return zero firings for each entry of a sequence or a choice, by its label such as `2: throttle`."""
    if rule.course is None:
        return {}
    return {f"{number}: {names_of(faults)}": 0 for number, faults in enumerate(rule.entries, 1)}
