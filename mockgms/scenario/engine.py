"""The engine: decides which rule fires for a request, if any."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from msgspec import Struct

from mockgms.domain.allowance import Allowance, size_of
from mockgms.domain.instants import Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import OutOfRoom
from mockgms.scenario.callers import NO_END, NO_EVENTS, Callers, CallersExport
from mockgms.scenario.chance import draw
from mockgms.scenario.compiled_rules import Candidates, concerns
from mockgms.scenario.conditions import DuringCondition
from mockgms.scenario.counts import RuleTotal
from mockgms.scenario.courses import Fault
from mockgms.scenario.coverage import Coverage
from mockgms.scenario.facts import SESSION, Facts, Per, scope_of
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import PatternBudget, size_of_regexes
from mockgms.scenario.rules import Rule, patterns_of
from mockgms.scenario.session_conditions import After, StateCondition, asks_for_refusals
from mockgms.scenario.spans import may_end
from mockgms.scenario.trials import Trial, Trials

# Memory of an armed rule in bytes, measured and rounded up: per rule, and per byte of its written form.
_BYTES_PER_RULE: Final = 4_096
_BYTES_PER_WRITTEN_BYTE: Final = 8

MAX_ARMED: Final = 5_000  # rules of a session: the more are armed, the longer it takes to arm another one
_BOOKING: Final = frozenset({"schedule", "reschedule"})
_FIRST_ERROR: Final = 400  # HTTP status

_NO_SCOPES: Final[Mapping[str, Per]] = {}


class RuleList(NamedTuple):
    """The rules in force at some time, in the order in which they are tried.

    `until` has the expiry of each armed rule, or None if it does not expire. `size` is roughly the memory of the armed
    rules, in bytes.
    """

    rules: tuple[Rule, ...]
    until: Mapping[str, Instant | None]
    seed: int
    size: int = 0


class Firing(Struct, frozen=True):
    """A rule that fires for a caller. `match` is the number of this match for the caller, from 1.

    `entry` is the index of the entry whose faults it causes.
    """

    rule: Rule
    caller: str
    match: int
    seed: int
    entry: int = 0

    @property
    def faults(self) -> Sequence[Fault]:
        """The faults that it causes."""
        return self.rule.entries[self.entry]

    def draw(self, purpose: str) -> float:
        """Return a random number from 0 (inclusive) to 1 (exclusive), always the same for this match and purpose."""
        return draw(self.seed, self.rule.name, self.caller, self.match, purpose)


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

    `disarmed` names rules of the scenario. `armed` has the armed rules with their expiry, in their order. `callers` has
    what the rules remember.
    """

    disarmed: tuple[str, ...] = ()
    armed: tuple[tuple[Rule, Instant | None], ...] = ()
    callers: CallersExport = CallersExport()

    def check(self, listed: Iterable[Rule]) -> None:
        """Raise InvalidSnapshot for disarmed rules that are not listed, repeated rules, or too many rules or patterns.

        `listed` has the rules of the scenario.
        """
        names = {rule.name for rule in listed}
        disarmed: set[str] = set()
        for index, name in enumerate(self.disarmed):
            if name not in names:
                raise InvalidSnapshot(f"disarmed[{index}]", f"is {quoted(name)}, which is not a rule of the scenario")
            if name in disarmed:
                raise InvalidSnapshot(f"disarmed[{index}]", f"is {quoted(name)}, which occurs twice")
            disarmed.add(name)
        if len(self.armed) > MAX_ARMED:
            raise InvalidSnapshot("armed", f"must have at most {MAX_ARMED:,} rules")
        for index, (rule, _) in enumerate(self.armed):
            if rule.name in names:
                raise InvalidSnapshot(f"armed[{index}].rule", f"has the name of another rule, {quoted(rule.name)}")
            names.add(rule.name)
        try:
            PatternBudget().take_all(patterns_of(rule for rule, _ in self.armed))
        except ValueError as error:
            raise InvalidSnapshot("armed", f"exceeds a limit: {error}") from None


class _CandidatesByRoute(dict[tuple[str, str], Candidates]):
    """The candidates of each operation and version, compiled at the first such request."""

    def __init__(self, rules: Mapping[str, Rule], armed: Container[str], coverage: Coverage) -> None:
        super().__init__()
        self._rules = rules
        self._armed = armed
        self._coverage = coverage

    def __missing__(self, kind: tuple[str, str]) -> Candidates:
        self._coverage.start_counting(self._rules, self._armed)
        found = self[kind] = Candidates(self._rules.values(), *kind)
        return found


class _RulesWithAfterByRoute(dict[tuple[str, str], tuple[tuple[Rule, After], ...]]):
    """The rules whose `after` can count requests of each operation and version, each with its `after`."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        super().__init__()
        self._rules = [(rule, rule.after) for rule in rules.values() if rule.after is not None]

    def __missing__(self, kind: tuple[str, str]) -> tuple[tuple[Rule, After], ...]:
        found = self[kind] = tuple((rule, after) for rule, after in self._rules if concerns(after.when, *kind))
        return found


class Engine:
    """The rules of one session and their counts for each caller.

    Armed rules are tried first, the newest before older ones, except those armed as `last`. The rules of the scenario
    that are not disarmed follow. `rule_list` has all these rules, `candidates` those for an operation and version. If
    the engine `needs_answers`, every answer must be recorded for which `needs_answer` returns True. `state_names` has
    the names of all states, and may also have those of states that have ended.

    Matches and firings are added to the `coverage`, which is kept when the engine is replaced. Counts and armed rules
    take room from the `allowance`. Methods raise OutOfRoom if there is not enough.
    """

    rule_list: RuleList
    candidates: Mapping[tuple[str, str], Candidates]
    needs_answers: bool

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
        self._callers = Callers(self._allowance)
        self.state_names = self._callers.state_names
        self._refresh()

    def with_rules(self, rules: Iterable[Rule]) -> "Engine":
        """Return an engine with other rules. Rules whose names stay the same keep their counts.

        Armed rules stay armed, unless one of the other rules has the same name. Disarmed rules stay disarmed.
        """
        other = Engine(rules, self._seed, self._coverage, self._allowance)
        for name in self._listed.keys() - self._rules.keys():
            other._rules.pop(name, None)
        self._allowance.add(-sum(self._sizes.values()))  # the other engine takes this room again
        other._arm_all([(self._rules[name], until) for name, until in self._until.items() if name not in other._listed])
        known = {name for name in other._rules if (name in other._until) == (name in self._until)}
        other._callers.take_from(self._callers, known)
        other._refresh()
        return other

    def export_state(self) -> EngineExport:
        """Return the state of the engine."""
        return EngineExport(
            tuple(rule.name for rule in self.disarmed()),
            tuple((self._rules[name], until) for name, until in self._until.items()),
            self._callers.export_state(),
        )

    def restore_state_in_steps(self, exported: EngineExport) -> Iterator[None]:
        """Restore an exported state in steps, in a new engine with the same rules.

        The engine must not be used before the last step. Raises InvalidSnapshot or OutOfRoom.
        """
        yield from self._callers.restore_state_in_steps(exported.callers)
        for name in exported.disarmed:
            del self._rules[name]
        self._arm_all(exported.armed)
        self._refresh()

    def copy_from(self, other: "Engine") -> None:
        """Copy the state of another engine with the same scenario.

        This engine must be new. Its allowance must count the state already.
        """
        state = other._rules, other._until, other._sizes  # noqa: SLF001  # the same class
        self._rules, self._until, self._sizes = dict(state[0]), dict(state[1]), dict(state[2])
        for name in self._until:
            self._coverage.arm(self._rules[name])
        self._callers.copy_from(other._callers)  # noqa: SLF001  # the same
        self._refresh()

    def lists(self, name: str) -> bool:
        """Return whether the scenario has a rule of this name, armed or disarmed."""
        return name in self._listed

    def arm(self, rule: Rule, until: Instant | None = None, *, last: bool = False) -> None:
        """Put a rule before all others, or after the other armed rules if `last`, until it expires.

        It replaces an armed rule of the same name. Raises OutOfRoom before any change, also if MAX_ARMED are armed.
        """
        if rule.name not in self._until and len(self._until) >= MAX_ARMED:
            raise OutOfRoom("rules", MAX_ARMED)
        size = _size_of(rule)
        self._allowance.check(size)
        self._forget(rule.name)
        self._allowance.add(size)
        self._sizes[rule.name] = size
        armed, new = {name: self._rules[name] for name in self._until}, {rule.name: rule}
        self._rules = (armed | new if last else new) | self._rules
        self._until = self._until | {rule.name: until} if last else {rule.name: until, **self._until}
        self._coverage.arm(rule)
        self._refresh()

    def _arm_all(self, armed: Sequence[tuple[Rule, Instant | None]]) -> None:
        """Put rules before all others, in this order. The engine must be new and have none of them.

        Arming them one by one would take quadratic time. `_refresh` must follow. Raises OutOfRoom before any change.
        """
        sizes = {rule.name: _size_of(rule) for rule, _ in armed}
        self._allowance.take(sum(sizes.values()))
        self._sizes |= sizes
        self._rules = {rule.name: rule for rule, _ in armed} | self._rules
        self._until = {rule.name: until for rule, until in armed}
        for rule, _ in reversed(armed):
            self._coverage.arm(rule)

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
        return [self._tally(rule) for rule in self._rules.values()]

    def _tally(self, rule: Rule) -> Tally:
        name = rule.name
        total = self._callers.counts.totals.get(name, RuleTotal())
        return Tally(rule, total.matches, total.firings, name in self._until, self._until.get(name))

    def named(self, name: str) -> Rule | None:
        """Return the rule of this name, or None."""
        return self._rules.get(name)

    def decide(
        self, matching: Sequence[Rule], facts: Facts, now: Instant, trials: list[Trial] | None = None
    ) -> Firing | None:
        """Try the matching rules in turn, and return the first one that fires.

        Each rule that is tried counts the match for its caller, and its trial is added to the empty list `trials`. It
        may still not fire, because of the state of the session, `skip`, `every`, `times`, `for` or `chance`. A rule
        that only sets states does so, and the next rule is tried.
        """
        in_force = [rule for rule in matching if not self._has_expired(rule, now)] if self._until else matching
        trial = self._trials.run(in_force, facts, now, [] if trials is None else trials)
        return None if trial is None else Firing(trial.rule, trial.caller, trial.match, self._seed, trial.entry)

    def fire(self, rule: Rule, facts: Facts) -> Firing:
        """Fire a rule at the request of a client, regardless of its conditions, `skip`, `times` and `chance`.

        The normal counts of the rule do not change. The n-th request of a caller gets the n-th entry of a sequence.
        """
        who = facts.caller(rule.per)
        match = (self._callers.asked.get((rule.name, who)) or 0) + 1
        self._callers.asked.set((rule.name, who), match)
        firing = Firing(rule, who, match, self._seed)
        if rule.course is None:
            return firing
        return Firing(rule, who, match, self._seed, rule.course.index(match - 1, partial(firing.draw, "choose")))

    def needs_answer(self, operation: str | None, status: int) -> bool:
        """Return whether `record_answer` must be called for an answer with this status to an operation.

        The operation has the name of its route, such as `v1.schedule`. Most answers are not needed, so the facts of
        most requests are not read for them.
        """
        needed = self._needed.get((operation, status))
        if needed is None:
            needed = self._needed[operation, status] = self._is_needed(operation or "", status)
        return needed

    def _is_needed(self, operation: str, status: int) -> bool:
        version, _, name = operation.partition(".")
        if any(after.fits_status(status) for _, after in self._rules_with_after[name, version]):
            return True
        return bool(self._scopes_to_remember(name, status))

    def record_answer(self, facts: Facts, status: int, now: Instant) -> None:
        """Record an answer for the rules with `after`, and for conditions on slots that were refused before."""
        for rule, after in self._rules_with_after[facts.operation, facts.version]:
            if after.fits(facts, status, now):
                self._trials.add_event(rule.name, after, facts.caller(rule.per), now)
        for scope, per in self._scopes_to_remember(facts.operation, status).items():
            if facts.slot is not None:
                self._callers.refused.set((scope, facts.caller(per), str(facts.slot)), value=True)

    def _scopes_to_remember(self, operation: str, status: int) -> Mapping[str, Per]:
        """Return the scopes for which an answer is remembered as the refusal of a slot: none if it is not one."""
        is_refused_booking = status >= _FIRST_ERROR and operation in _BOOKING
        return self._refusal_scopes if is_refused_booking else _NO_SCOPES

    def forget_queries(self) -> None:
        """Forget the queries that no rule matches. Their facts refer to the session: a reference cycle."""
        for candidates in self.candidates.values():
            candidates.forget_queries()

    def has_state(self, names: Iterable[str], scope: str, who: str, now: Instant) -> bool:
        """Return whether one of several named states is set, for a caller in a scope or for the session."""
        end_of = self._callers.states.values.get
        for name in names:  # a loop, since several rules ask this for each request
            end = end_of((name, scope, who))
            if end is None or end <= now:
                end = end_of((name, SESSION, ""))
            if end is not None and end > now:
                return True
        return False

    def was_refused(self, per: Per, who: str, slot: Instant) -> bool:
        """Return whether a caller, which `per` distinguishes, was refused a booking of a slot before."""
        return self._callers.refused.get((scope_of(per), who, str(slot))) is not None

    def set_state(self, per: Per, who: str, fault: SetState, now: Instant) -> None:
        """Set or clear a named state for a caller."""
        self._trials.set_state(per, who, fault, now)

    def end_of(self, firing: Firing, facts: Facts, now: Instant) -> Instant | None:
        """Return when the rule of a firing will be over for its caller, or None if it does not end by itself.

        That is the earliest end of `during`, `for`, `within`, the required states and an armed rule. It is `now` if all
        of them are past, as after a long delay.
        """
        ends = [*self._ends(firing.rule, firing.caller, facts, now)]
        if not ends and not may_end(firing.rule.during):
            return None
        return min((end for end in ends if end > now), default=now)

    def _ends(self, rule: Rule, who: str, facts: Facts, now: Instant) -> Iterator[Instant]:
        until = self._until.get(rule.name)
        if until is not None:
            yield until
        if rule.during and (end := DuringCondition(rule.during).end(now, facts)) is not None:
            yield end
        yield from self._ends_of_window(rule, who)
        for condition in rule.session_conditions:
            if isinstance(condition, StateCondition):
                ends = [self._end_of_state(name, rule.per, who, now) for name in condition.names]
                end = max((each for each in ends if each is not None), default=NO_END)
                if end < NO_END:
                    yield end

    def _ends_of_window(self, rule: Rule, who: str) -> Iterator[Instant]:
        counts = self._callers.counts.find(who).get(rule.name)
        start = None if counts is None else counts.first_fired
        events = self._callers.events.get((rule.name, who)) or NO_EVENTS
        if rule.after is not None:
            start = events.completed
        if rule.lasting is not None and start is not None:
            yield start + rule.lasting
        if rule.lasting is None and rule.after is not None and rule.after.within is not None and events.times:
            yield events.times[0] + rule.after.within

    def _end_of_state(self, name: str, per: Per, who: str, now: Instant) -> Instant | None:
        """Return when a named state ends, for a caller or for the session, or None if it is not set."""
        end = self._callers.end_of_state(name, scope_of(per), who, now)
        if per == SESSION:
            return end
        of_session = self._callers.end_of_state(name, SESSION, "", now)
        return max((each for each in (end, of_session) if each is not None), default=None)

    def _has_expired(self, rule: Rule, now: Instant) -> bool:
        until = self._until.get(rule.name)
        return until is not None and until <= now

    def _refresh(self) -> None:
        """Recompute everything that depends on the rules in force."""
        self.rule_list = RuleList(tuple(self._rules.values()), dict(self._until), self._seed, sum(self._sizes.values()))
        self.candidates = _CandidatesByRoute(self._rules, self.rule_list.until, self._coverage)
        self._trials = Trials(self._callers, self._coverage, self._seed)
        self._rules_with_after = _RulesWithAfterByRoute(self._rules)
        self._needed: dict[tuple[str | None, int], bool] = {}  # the results of `needs_answer`
        self._refusal_scopes = {
            scope_of(rule.per): rule.per for rule in self._rules.values() if asks_for_refusals(rule.session_conditions)
        }
        self.needs_answers = bool(self._refusal_scopes) or any(rule.after is not None for rule in self._rules.values())

    def _forget(self, name: str) -> None:
        """Remove a rule with its counts, so that a new rule of this name starts from zero."""
        self._rules.pop(name, None)
        self._until.pop(name, None)
        self._allowance.add(-self._sizes.pop(name, 0))
        self._callers.forget(name)
        self._coverage.disarm(name)


def _size_of(rule: Rule) -> int:
    """Return the bytes that an armed rule takes, roughly."""
    return _BYTES_PER_RULE + _BYTES_PER_WRITTEN_BYTE * size_of(rule.written) + size_of_regexes(patterns_of([rule]))
