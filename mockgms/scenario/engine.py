"""The engine: decides which rule fires for a request, if any."""

from collections import Counter
from collections.abc import Iterable, Mapping
from sys import getsizeof
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct

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

# Memory of an armed rule in bytes, measured and rounded up: per rule, and per byte of its written form.
_BYTES_PER_RULE: Final = 4_096
_BYTES_PER_WRITTEN_BYTE: Final = 8

# A match: the rule, the caller, the number of this match for the caller, and how often the rule had fired before.
Turn: TypeAlias = tuple[Rule, str, int, int]


class Book(NamedTuple):
    """The rules in force at some time, in the order in which they are tried.

    `until` has the expiry of each armed rule, or None if it does not expire. `size` is roughly the memory of the armed
    rules, in bytes.
    """

    rules: tuple[Rule, ...]
    until: Mapping[str, Instant | None]
    seed: int
    size: int = 0


class Firing(Struct, frozen=True):
    """A rule that fires for a caller. `turn` is the number of the caller's match, from 1."""

    rule: Rule
    caller: str
    turn: int
    seed: int

    def draw(self, purpose: str) -> float:
        """Return a random number from 0 (inclusive) to 1 (exclusive), always the same for this match and purpose."""
        return draw(self.seed, self.rule.name, self.caller, self.turn, purpose)


class _Count(Struct):
    """How often a rule matched and fired for one caller."""

    matches: int = 0
    firings: int = 0


class Tally(NamedTuple):
    """A rule in force, and how often it matched and fired for all callers together.

    `until` is the expiry of an `armed` rule, or None if it does not expire.
    """

    rule: Rule
    matches: int
    firings: int
    armed: bool
    until: Instant | None


class EngineExport(Struct, frozen=True):
    """The exported state of an engine.

    `disarmed` names rules of the scenario. `armed` has the armed rules with their expiry, in their order. `counts`
    has a rule, a caller, and their matches and firings. `asked` has a rule, a caller, and how often the caller asked
    for the rule.
    """

    disarmed: tuple[str, ...] = ()
    armed: tuple[tuple[Rule, Instant | None], ...] = ()
    counts: tuple[tuple[str, str, int, int], ...] = ()
    asked: tuple[tuple[str, str, int], ...] = ()

    def check(self, listed: Iterable[Rule]) -> None:
        """Raise InvalidSnapshot if a disarmed rule is not listed, a rule occurs twice, or patterns are too many."""
        names = {rule.name for rule in listed}
        disarmed: set[str] = set()
        for index, name in enumerate(self.disarmed):
            if name not in names:
                raise InvalidSnapshot(f"disarmed[{index}]", f"is {name!r}, which is not a rule of the scenario")
            if name in disarmed:
                raise InvalidSnapshot(f"disarmed[{index}]", f"is {name!r}, which occurs twice")
            disarmed.add(name)
        for index, (rule, _) in enumerate(self.armed):
            if rule.name in names:
                raise InvalidSnapshot(f"armed[{index}].rule", f"has the name of another rule, {rule.name!r}")
            names.add(rule.name)
        try:
            PatternBudget().take_all(patterns_of(rule for rule, _ in self.armed))
        except ValueError as error:
            raise InvalidSnapshot("armed", f"exceeds a limit: {error}") from None


class _CandidatesByRoute(dict[tuple[str, str], Candidates]):
    """The candidates of each operation and version, compiled at the first such request."""

    def __init__(self, rules: Mapping[str, Rule], coverage: Coverage) -> None:
        super().__init__()
        self._rules = rules
        self._coverage = coverage

    def __missing__(self, kind: tuple[str, str]) -> Candidates:
        self._coverage.start_counting(self._rules)
        found = self[kind] = Candidates(self._rules.values(), *kind)
        return found


class Engine:
    """The rules of one session and their counts for each caller.

    Armed rules are tried first, the newest before older ones, except those armed as `last`. The rules of the scenario
    that are not disarmed follow.
    `book` has all these rules, `candidates` those for an operation and version.

    Matches and firings are added to the `coverage`, which outlives the engine. Counts and armed rules take room from
    the `allowance`. Methods raise OutOfRoom if there is not enough.
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
        self._until: dict[str, Instant | None] = {}  # the expiry of each armed rule
        self._seed = seed
        self._coverage = coverage or Coverage(Scenario("", ""))
        self._allowance = allowance or Allowance()
        self._sizes: dict[str, int] = {}  # the size of each armed rule, in bytes
        self._counts: dict[tuple[str, str], _Count] = {}
        self._asked: dict[tuple[str, str], int] = {}
        self._refresh()

    def with_rules(self, rules: Iterable[Rule]) -> "Engine":
        """Return an engine with other rules. Rules whose names stay the same keep their counts.

        Armed rules stay armed, unless one of the other rules has the same name. Disarmed rules stay disarmed.
        """
        other = Engine(rules, self._seed, self._coverage, self._allowance)
        for name in self._listed.keys() - self._rules.keys():
            other._rules.pop(name, None)
        self._allowance.add(-sum(self._sizes.values()))  # the other engine takes this room again
        for name, until in reversed(self._until.items()):
            if name not in other._listed:
                other.arm(self._rules[name], until)
        known = {name for name in other._rules if (name in other._until) == (name in self._until)}
        other._counts = {key: count for key, count in self._counts.items() if key[0] in known}
        other._asked = {key: turn for key, turn in self._asked.items() if key[0] in known}
        other._refresh()
        return other

    def export_state(self) -> EngineExport:
        """Return the state of the engine."""
        return EngineExport(
            tuple(rule.name for rule in self.disarmed()),
            tuple((self._rules[name], until) for name, until in self._until.items()),
            tuple((*key, count.matches, count.firings) for key, count in self._counts.items()),
            tuple((*key, turn) for key, turn in self._asked.items()),
        )

    def restore_state(self, exported: EngineExport) -> None:
        """Restore an exported state in a new engine with the same rules. Raises OutOfRoom."""
        callers = [who for _, who, *_ in (*exported.counts, *exported.asked)]
        self._allowance.take(COUNTER * len(callers) + sum(map(getsizeof, callers)))
        for name in exported.disarmed:
            self.disarm(name)
        for rule, until in reversed(exported.armed):
            self.arm(rule, until)
        self._counts = {(rule, who): _Count(matches, firings) for rule, who, matches, firings in exported.counts}
        self._asked = {(rule, who): turn for rule, who, turn in exported.asked}

    def lists(self, name: str) -> bool:
        """Return whether the scenario has a rule of this name, armed or disarmed."""
        return name in self._listed

    def arm(self, rule: Rule, until: Instant | None = None, *, last: bool = False) -> None:
        """Put a rule before all others, or after the other armed rules if `last`, until it expires.

        It replaces an armed rule of the same name. Raises OutOfRoom without any change.
        """
        size = _BYTES_PER_RULE + _BYTES_PER_WRITTEN_BYTE * size_of(rule.written) + size_of_regexes(patterns_of([rule]))
        self._allowance.check(size)
        self._forget(rule.name)
        self._allowance.add(size)
        self._sizes[rule.name] = size
        armed, new = {name: self._rules[name] for name in self._until}, {rule.name: rule}
        self._rules = (armed | new if last else new) | self._rules
        self._until = self._until | {rule.name: until} if last else {rule.name: until, **self._until}
        self._coverage.arm(rule.name)
        self._refresh()

    def disarm(self, name: str) -> None:
        """Remove a rule and its counts. Raises KeyError."""
        del self._rules[name]
        self._forget(name)
        self._refresh()

    def restore(self, name: str) -> None:
        """Restore a disarmed rule of the scenario at its old place. Raises KeyError."""
        restored = {name: self._listed[name]}
        armed = {each: rule for each, rule in self._rules.items() if each in self._until}
        listed = {each: rule for each, rule in self._listed.items() if each in self._rules or each in restored}
        self._rules = armed | listed
        self._refresh()

    def disarmed(self) -> list[Rule]:
        """Return the disarmed rules of the scenario, in their order."""
        return [rule for name, rule in self._listed.items() if name not in self._rules]

    def tallies(self) -> list[Tally]:
        """Return all rules in the order in which they are tried, including expired ones."""
        matches, firings = Counter[str](), Counter[str]()
        for (name, _), count in self._counts.items():
            matches[name] += count.matches
            firings[name] += count.firings
        return [
            Tally(rule, matches[name], firings[name], name in self._until, self._until.get(name))
            for name, rule in self._rules.items()
        ]

    def named(self, name: str) -> Rule | None:
        """Return the rule of this name, or None."""
        return self._rules.get(name)

    def decide(
        self, matching: Iterable[Rule], facts: Facts, now: Instant, turns: list[Turn] | None = None
    ) -> Firing | None:
        """Try the matching rules in turn, and return the first one that fires.

        Each rule that is tried counts the match for its caller, and is appended to `turns`. It may still not fire
        because of `skip`, `times` or `chance`.
        """
        for rule in matching:
            firing = None if self._has_expired(rule, now) else self._turn(rule, facts, turns)
            if firing is not None:
                return firing
        return None

    def fire(self, rule: Rule, facts: Facts) -> Firing:
        """Fire a rule at the request of a client, regardless of its conditions, `skip`, `times` and `chance`.

        The normal counts of the rule do not change.
        """
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
        covered = self._coverage.counts_of(rule.name)
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

    def _has_expired(self, rule: Rule, now: Instant) -> bool:
        until = self._until.get(rule.name)
        return until is not None and until <= now

    def _refresh(self) -> None:
        """Recompute everything that depends on the rules in force."""
        self.book = Book(tuple(self._rules.values()), dict(self._until), self._seed, sum(self._sizes.values()))
        self.candidates = _CandidatesByRoute(self._rules, self._coverage)

    def _forget(self, name: str) -> None:
        """Remove a rule with its counts, so that a new rule of this name starts from zero."""
        self._rules.pop(name, None)
        self._until.pop(name, None)
        self._allowance.add(-self._sizes.pop(name, 0))
        for counts in (self._counts, self._asked):
            for key in [key for key in counts if key[0] == name]:
                del counts[key]
                self._allowance.add(-COUNTER - getsizeof(key[1]))
