"""The engine: which rule, if any, befalls a request."""

from collections.abc import Iterable
from dataclasses import dataclass

from mockgms.domain.instants import Instant
from mockgms.scenario.callers import caller
from mockgms.scenario.chance import draw
from mockgms.scenario.facts import Facts
from mockgms.scenario.quick import Candidates
from mockgms.scenario.rules import Rule


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fires: on which match (`turn`, from 1) of which caller."""

    rule: Rule
    caller: str
    turn: int
    seed: int

    def draw(self, purpose: str) -> float:
        """A random number from 0 up to 1: the same whenever this caller's match of this number is drawn for."""
        return draw(self.seed, self.rule.name, self.caller, self.turn, purpose)


@dataclass(slots=True)
class _Count:
    """How often a rule has matched, and fired, for one caller."""

    matches: int = 0
    firings: int = 0


class Engine:
    """The rules of one session, and how far each caller has come in them."""

    def __init__(self, rules: Iterable[Rule] = (), seed: int = 0) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._seed = seed
        self._counts: dict[tuple[str, str], _Count] = {}
        self._asked: dict[tuple[str, str], int] = {}
        self._candidates: dict[tuple[str, str], Candidates] = {}

    def with_rules(self, rules: Iterable[Rule]) -> "Engine":
        """An engine of other rules; those whose names were known go on where they were."""
        other = Engine(rules, self._seed)
        other._counts = {key: count for key, count in self._counts.items() if key[0] in other._rules}
        other._asked = {key: turn for key, turn in self._asked.items() if key[0] in other._rules}
        return other

    def named(self, name: str) -> Rule | None:
        """The rule of this name, if there is one."""
        return self._rules.get(name)

    @property
    def has_rules(self) -> bool:
        """Whether there is any rule."""
        return bool(self._rules)

    def concerns(self, operation: str, version: str) -> bool:
        """Whether any rule can be for such requests; where none is, their facts need not be known."""
        return bool(self._candidates_for(operation, version))

    def decide(self, facts: Facts, now: Instant) -> Firing | None:
        """The first rule that matches the request and fires.

        Every rule that is tried and matches counts the match for its caller, whether it fires or falls through: because
        it still skips, has fired as often as it may, or chance has it so.
        """
        for rule in self._candidates_for(facts.operation, facts.version).matches(facts, now):
            firing = self._turn(rule, facts)
            if firing is not None:
                return firing
        return None

    def fire(self, rule: Rule, facts: Facts) -> Firing:
        """Fire a rule that was asked for, whatever its conditions say; what it counts otherwise stays untouched."""
        key = rule.name, caller(facts, rule.per)
        turn = self._asked[key] = self._asked.get(key, 0) + 1
        return Firing(rule, key[1], turn, self._seed)

    def _turn(self, rule: Rule, facts: Facts) -> Firing | None:
        who = caller(facts, rule.per)
        count = self._counts.setdefault((rule.name, who), _Count())
        count.matches += 1
        if count.matches <= rule.skip or (rule.times is not None and count.firings >= rule.times):
            return None
        firing = Firing(rule, who, count.matches, self._seed)
        if rule.chance < 1 and firing.draw("chance") >= rule.chance:
            return None
        count.firings += 1
        return firing

    def _candidates_for(self, operation: str, version: str) -> Candidates:
        key = operation, version
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = Candidates(self._rules.values(), operation, version)
        return found
