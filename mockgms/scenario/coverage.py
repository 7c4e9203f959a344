"""Coverage: which rules matched and fired during the whole life of a session, or of all sessions."""

from collections.abc import Container, Iterator, Mapping
from itertools import islice
from operator import attrgetter
from typing import Final, Literal, TypeAlias
from weakref import WeakSet

from msgspec import Struct, field
from msgspec.structs import replace

from mockgms.scenario.courses import names_of
from mockgms.scenario.model import Scenario
from mockgms.scenario.rules import Rule

Reach: TypeAlias = Literal["fired", "matched", "hidden", "never_reached"]

_MAX: Final = 20_000  # as many as the values of a scenario file, so that all its rules are kept
ALL_BYTES: Final = 64 * 1024 * 1024  # of the coverage of all sessions together

# Bytes, measured on CPython 3.11 and rounded up.
_RULE_SIZE: Final = 512  # with its name
_ENTRY_SIZE: Final = 192  # in addition to its label


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


class CoverageBudget:
    """The limit for the coverage of all sessions together: `size` bytes, approximately.

    At the limit, the largest coverage drops half of its rules. A small one loses nothing to a large one.
    """

    def __init__(self, size: int = ALL_BYTES) -> None:
        self.size = size
        self.counted = 0  # at least `used`: it may include deleted sessions
        self._members = WeakSet["Coverage"]()

    def add(self, coverage: "Coverage") -> None:
        """Count the bytes of another coverage until it is garbage-collected."""
        self._members.add(coverage)
        self.grow(coverage.size)

    @property
    def used(self) -> int:
        """The bytes that all existing members take together."""
        return sum(coverage.size for coverage in self._members)

    def grow(self, size: int) -> None:
        """Count `size` more bytes. At the limit, drop rules of the largest members until all fit."""
        self.counted += size
        if self.counted > self.size:
            self.counted = self.used
            while self.counted > self.size:
                max(self._members, key=attrgetter("size")).drop_half()
                self.counted = self.used


class Coverage:
    """The counts of all rules that requests could have matched, including armed ones. A reset keeps them.

    At most `limit` rules and entries of rules are kept, or a single rule with more entries. `dropped` counts the other
    rules. The oldest armed rules are dropped first, then the oldest rules of scenarios. `in_force` has the counts of
    the rules in force, by name. `size` is roughly the memory of the counts that are kept, in bytes.
    """

    def __init__(self, scenario: Scenario, limit: int = _MAX) -> None:
        self.dropped = 0
        self.size = 0
        self._limit = limit
        self._count = 0  # the number of rules and of their entries
        self._budget = CoverageBudget()
        self._rules: dict[tuple[str | None, str], RuleCounts] = {}
        self.switch_to(scenario)

    def __iter__(self) -> Iterator[RuleCounts]:
        return iter(self._rules.values())

    def join(self, budget: CoverageBudget) -> None:
        """Count towards a budget that other sessions share."""
        self._budget = budget
        budget.add(self)

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

    def disarm(self, name: str) -> None:
        """Stop counting a rule. Its counts are kept."""
        self.in_force.pop(name, None)

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
        before = self.size
        if kept is None:
            kept = self._rules[key] = new
        else:
            self._resize(kept, -1)
            kept.hidden_by, kept.inherited = new.hidden_by, new.inherited
            kept.entries = {label: kept.entries.get(label, 0) for label in new.entries}
        self._resize(kept, 1)
        while self._count > self._limit and len(self._rules) > 1:
            self._drop(next((key for key in self._rules if key[0] is None), next(iter(self._rules))))
        self._budget.grow(self.size - before)
        return kept

    def drop_half(self) -> None:
        """Drop half of the rules, the oldest armed ones first."""
        for key in sorted(self._rules, key=lambda key: key[0] is not None)[: -(-len(self._rules) // 2)]:
            self._drop(key)

    def _drop(self, key: tuple[str | None, str]) -> None:
        self._resize(self._rules.pop(key), -1)
        self.dropped += 1

    def _resize(self, counts: RuleCounts, by: Literal[1, -1]) -> None:
        """Add or subtract what a rule takes."""
        self._count += by * (1 + len(counts.entries))
        self.size += by * (_RULE_SIZE + sum(_ENTRY_SIZE + len(label) for label in counts.entries))


def _entries(rule: Rule) -> dict[str, int]:
    """Return zero firings for each entry of a sequence or a choice, by its label such as `2: throttle`."""
    if rule.course is None:
        return {}
    return {f"{number}: {names_of(faults)}": 0 for number, faults in enumerate(rule.entries, 1)}
