"""The engine: which rule, if any, befalls a request."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import getsizeof
from typing import Final, NamedTuple, TypeAlias

from mockgms.domain.allowance import COUNTER, Allowance, size_of
from mockgms.domain.instants import Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.scenario.chance import draw
from mockgms.scenario.compiled_rules import Candidates
from mockgms.scenario.coverage import Coverage
from mockgms.scenario.facts import Facts, caller
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import PatternBudget, size_of_regexes
from mockgms.scenario.rules import Rule, patterns_of

# Bytes of an armed rule, measured and rounded up: for each rule, and for each byte of its written form.
_OF_RULE: Final = 4_096
_OF_WRITTEN: Final = 8

# A rule that matched for a caller, for which time, and how often it had fired for that caller before.
Turn: TypeAlias = tuple[Rule, str, int, int]


class Book(NamedTuple):
    """The rules in force at some time, in the order in which they are tried.

    `until` is when each armed rule expires, None if it does not. `size` is about how many bytes the armed rules take.
    """

    rules: tuple[Rule, ...]
    until: Mapping[str, Instant | None]
    seed: int
    size: int = 0


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


class Tally(NamedTuple):
    """A rule in force and how often it has matched, and fired, for all callers together.

    `until` is when an `armed` one expires, None when it does not.
    """

    rule: Rule
    matches: int
    firings: int
    armed: bool
    until: Instant | None


@dataclass(frozen=True, slots=True)
class EngineExport:
    """What an engine has come to: `disarmed` rules of the scenario, the `armed` ones with when they expire.

    The latest of them comes first. `counts` are the matches and firings of a rule for a caller, `asked` how often one
    asked for a rule.
    """

    disarmed: tuple[str, ...] = ()
    armed: tuple[tuple[Rule, Instant | None], ...] = ()
    counts: tuple[tuple[str, str, int, int], ...] = ()
    asked: tuple[tuple[str, str, int], ...] = ()

    def check(self, listed: Iterable[Rule]) -> None:
        """Raise InvalidSnapshot if it names rules that are not listed, or one rule twice."""
        names = {rule.name for rule in listed}
        disarmed: set[str] = set()
        for index, name in enumerate(self.disarmed):
            if name not in names:
                raise InvalidSnapshot(f"disarmed[{index}]", f"is {name!r}, which is no rule of the scenario")
            if name in disarmed:
                raise InvalidSnapshot(f"disarmed[{index}]", f"is {name!r}, which is there already")
            disarmed.add(name)
        for index, (rule, _) in enumerate(self.armed):
            if rule.name in names:
                raise InvalidSnapshot(f"armed[{index}].rule", f"has the name of another rule, {rule.name!r}")
            names.add(rule.name)
        try:
            PatternBudget().take_all(patterns_of(rule for rule, _ in self.armed))
        except ValueError as error:
            raise InvalidSnapshot("armed", f"is too much: {error}") from None


class _CandidatesOf(dict[tuple[str, str], Candidates]):
    """The rules that can be for requests of an operation and a version, worked out when the first of them comes."""

    def __init__(self, rules: Mapping[str, Rule], coverage: Coverage) -> None:
        super().__init__()
        self._rules = rules
        self._coverage = coverage

    def __missing__(self, kind: tuple[str, str]) -> Candidates:
        self._coverage.meet(self._rules)
        found = self[kind] = Candidates(self._rules.values(), *kind)
        return found


class Engine:
    """The rules of one session, and how far each caller has come in them.

    The rules are those of its scenario, without those that were disarmed, and in front of them those that were armed,
    the latest first; `book` is all of these, and `candidates` those that can be for an operation and a version.
    `coverage` is told what they meet, and outlives the engine. The counters of callers and the armed rules count in the
    `allowance`; beyond it, operations raise OutOfRoom.
    """

    book: Book
    candidates: Mapping[tuple[str, str], Candidates]

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        seed: int = 0,
        coverage: Coverage | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._listed = dict(self._rules)
        self._until: dict[str, Instant | None] = {}  # of those that were armed
        self._seed = seed
        self._coverage = coverage or Coverage(Scenario("", ""))
        self._allowance = allowance or Allowance()
        self._sizes: dict[str, int] = {}  # bytes of each armed rule
        self._counts: dict[tuple[str, str], _Count] = {}
        self._asked: dict[tuple[str, str], int] = {}
        self._rebind()

    def with_rules(self, rules: Iterable[Rule]) -> "Engine":
        """An engine of other rules; those whose names were known go on where they were.

        What was armed stays armed, unless one of the other rules has its name, and what was disarmed stays disarmed.
        """
        other = Engine(rules, self._seed, self._coverage, self._allowance)
        for name in self._listed.keys() - self._rules.keys():
            other._rules.pop(name, None)
        self._allowance.add(-sum(self._sizes.values()))  # arming them in the other engine counts them again
        for name, until in reversed(self._until.items()):
            if name not in other._listed:
                other.arm(self._rules[name], until)
        known = {name for name in other._rules if (name in other._until) == (name in self._until)}
        other._counts = {key: count for key, count in self._counts.items() if key[0] in known}
        other._asked = {key: turn for key, turn in self._asked.items() if key[0] in known}
        other._rebind()
        return other

    def export_state(self) -> EngineExport:
        """What it has come to."""
        return EngineExport(
            tuple(rule.name for rule in self.disarmed()),
            tuple((self._rules[name], until) for name, until in self._until.items()),
            tuple((*key, count.matches, count.firings) for key, count in self._counts.items()),
            tuple((*key, turn) for key, turn in self._asked.items()),
        )

    def restore_state(self, record: EngineExport) -> None:
        """Take over the counts of another engine with the same rules; this one must be new. Raises OutOfRoom."""
        counted = [who for _, who, *_ in (*record.counts, *record.asked)]
        self._allowance.take(COUNTER * len(counted) + sum(map(getsizeof, counted)))
        for name in record.disarmed:
            self.disarm(name)
        for rule, until in reversed(record.armed):
            self.arm(rule, until)
        self._counts = {(rule, who): _Count(matches, firings) for rule, who, matches, firings in record.counts}
        self._asked = {(rule, who): turn for rule, who, turn in record.asked}

    def lists(self, name: str) -> bool:
        """Whether the scenario has a rule of this name, disarmed or not."""
        return name in self._listed

    def arm(self, rule: Rule, until: Instant | None = None) -> None:
        """Put a rule in front of all others, until it expires. It replaces an armed rule of the same name.

        Raises OutOfRoom, and then changes nothing.
        """
        size = _OF_RULE + _OF_WRITTEN * size_of(rule.written) + size_of_regexes(patterns_of([rule]))
        self._allowance.check(size)
        self._forget(rule.name)
        self._allowance.add(size)
        self._sizes[rule.name] = size
        self._rules = {rule.name: rule, **self._rules}
        self._until = {rule.name: until, **self._until}
        self._coverage.arm(rule.name)
        self._rebind()

    def disarm(self, name: str) -> None:
        """Take a rule out of force, together with what it has counted. Raises KeyError."""
        del self._rules[name]
        self._forget(name)
        self._rebind()

    def restore(self, name: str) -> None:
        """Put a rule of the scenario that was disarmed back into force, in its old place. Raises KeyError."""
        restored = {name: self._listed[name]}
        armed = {each: rule for each, rule in self._rules.items() if each in self._until}
        listed = {each: rule for each, rule in self._listed.items() if each in self._rules or each in restored}
        self._rules = armed | listed
        self._rebind()

    def disarmed(self) -> list[Rule]:
        """The rules of the scenario that are not in force, in their order."""
        return [rule for name, rule in self._listed.items() if name not in self._rules]

    def tallies(self) -> list[Tally]:
        """All rules in force, in the order in which they are tried, and those that have expired."""
        matches, firings = Counter[str](), Counter[str]()
        for (name, _), count in self._counts.items():
            matches[name] += count.matches
            firings[name] += count.firings
        return [
            Tally(rule, matches[name], firings[name], name in self._until, self._until.get(name))
            for name, rule in self._rules.items()
        ]

    def named(self, name: str) -> Rule | None:
        """The rule of this name, if there is one."""
        return self._rules.get(name)

    def decide(
        self, matching: Iterable[Rule], facts: Facts, now: Instant, turns: list[Turn] | None = None
    ) -> Firing | None:
        """The first to fire of the rules that match a request, which are tried in turn; `turns` is told of each.

        Every rule that is tried counts the match for its caller, whether it fires or falls through: because it still
        skips, has fired as often as it may, or chance has it so.
        """
        for rule in matching:
            firing = None if self._is_over(rule, now) else self._turn(rule, facts, turns)
            if firing is not None:
                return firing
        return None

    def fire(self, rule: Rule, facts: Facts) -> Firing:
        """Fire a rule that was asked for, whatever its conditions say; what it counts otherwise stays untouched."""
        key = rule.name, caller(facts, rule.per)
        asked = self._asked.get(key)
        if asked is None:
            asked = 0
            self._allowance.take(COUNTER + getsizeof(key[1]))
        turn = self._asked[key] = asked + 1
        return Firing(rule, key[1], turn, self._seed)

    def _turn(self, rule: Rule, facts: Facts, turns: list[Turn] | None) -> Firing | None:
        who = caller(facts, rule.per)
        count = self._counts.get((rule.name, who))
        if count is None:
            self._allowance.take(COUNTER + getsizeof(who))
            count = self._counts[rule.name, who] = _Count()
        count.matches += 1
        covered = self._coverage.of(rule.name)
        covered.matches += 1
        if turns is not None:
            turns.append((rule, who, count.matches, count.firings))
        if count.matches <= rule.skip or (rule.times is not None and count.firings >= rule.times):
            return None
        firing = Firing(rule, who, count.matches, self._seed)
        if rule.chance < 1 and firing.draw("chance") >= rule.chance:
            return None
        count.firings += 1
        covered.firings += 1
        return firing

    def _is_over(self, rule: Rule, now: Instant) -> bool:
        until = self._until.get(rule.name)
        return until is not None and until <= now

    def _rebind(self) -> None:
        """Work out anew what depends on which rules are in force."""
        self.book = Book(tuple(self._rules.values()), dict(self._until), self._seed, sum(self._sizes.values()))
        self.candidates = _CandidatesOf(self._rules, self._coverage)

    def _forget(self, name: str) -> None:
        """Forget all about a rule of this name, so that one armed anew starts anew."""
        self._rules.pop(name, None)
        self._until.pop(name, None)
        self._allowance.add(-self._sizes.pop(name, 0))
        for counted in (self._counts, self._asked):
            for key in [key for key in counted if key[0] == name]:
                del counted[key]
                self._allowance.add(-COUNTER - getsizeof(key[1]))
