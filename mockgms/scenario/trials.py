"""Trials: the engine tries the rules that match a request, one after the other.

Most of the work is done once, not for each request. Rules that no request can match at present have constant trials.
The others are tried in one loop, for which their settings are prepared. The ten rules of `benchmarks/courses.yaml` add
52,000 instructions of the processor to the 160,000 of a booking. The plain code in `tests/scenario/plain_trials.py`
adds 115,000. Tests compare both.
"""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from mockgms.domain.instants import Instant
from mockgms.domain.refusals import OutOfRoom
from mockgms.scenario.callers import NO_END, NO_EVENTS, Callers
from mockgms.scenario.chance import draw
from mockgms.scenario.counts import CallerCounts, RuleTotal
from mockgms.scenario.coverage import Coverage, RuleCounts
from mockgms.scenario.facts import SESSION, Facts, Per, scope_of
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import After, StateCondition

Outcome: TypeAlias = Literal["fired", "passed_on", "mismatched", "skipping", "spent", "over", "chance"]

_ACTING: Final = frozenset({"fired", "passed_on"})
_MAX_PLANNED: Final = 2_000  # rules in all plans of a session
_name_of: Final = attrgetter("name")


class Trial(Struct, frozen=True, gc=False):  # it can be in no reference cycle, and the journal keeps very many
    """A rule that was tried for a caller, and the outcome.

    `match` is the number of this match for the caller. A rule that is `mismatched`, of which only the conditions on the
    request held, has no caller and the match 0, and `reason` says why. `firings` is how often the rule fired before.
    `entry` is the index of the entry whose faults it causes.
    """

    rule: Rule
    caller: str
    match: int
    firings: int
    outcome: Outcome
    reason: str = ""
    entry: int = 0


_Prepared: TypeAlias = tuple[int, Rule, str, Per | None, int, bool, RuleTotal, RuleCounts]
"""A rule that must be tried for each request, prepared for the loop.

Its index, the rule, its name, its `per` (None for the session), its `skip`, whether it depends on the session or on
earlier requests, and its counts for all callers: in the session, and in the coverage. Unpacking a named tuple would
take three times as long.
"""


class _Plan(Struct, frozen=True):
    """How to try some rules: the trial of each rule, and the rules whose trial depends on the request."""

    trials: Sequence[Trial]
    live: Sequence[_Prepared]


class Trials:
    """Tries rules for requests, and counts their matches and firings.

    A rule is dormant if no request can match it before a state is set, or before a request counts for its `after`.
    """

    def __init__(self, callers: Callers, coverage: Coverage, seed: int) -> None:
        self._callers = callers
        self._coverage = coverage
        self._seed = seed
        self._forget_plans()

    def run(self, rules: Sequence[Rule], facts: Facts, now: Instant, trials: list[Trial]) -> Trial | None:
        """Try rules in turn, and return the trial of the first one that fires. All trials are put into the empty list.

        A rule that only sets states does so, and the next rule is tried. Raises OutOfRoom.
        """
        plan = self._last[1] if rules is self._last[0] else self._find_plan(rules)
        trials += plan.trials
        memory = self._callers.counts
        per, own_caller, own_row = None, "", memory.of_session
        # One loop, because a call for each rule would add a fifth to the time of the trials.
        for index, rule, name, per_of_rule, skip, needs_session, total, covered in plan.live:
            if per_of_rule is None:
                who, row = "", memory.of_session
            else:
                if per_of_rule is not per:
                    per = per_of_rule
                    own_caller = facts.caller(per)
                    own_row = memory.find(own_caller)
                who, row = own_caller, own_row
            if needs_session and (reason := _mismatch(rule, who, self._callers, facts, now)) is not None:
                trials[index] = Trial(rule, "", 0, 0, "mismatched", reason)
                continue
            try:
                counts = row.get(name) or memory.start(name, who, row)
                counts.matches = match = counts.matches + 1
                total.matches += 1
                covered.matches += 1
                if match <= skip:
                    trials[index] = Trial(rule, who, match, counts.firings, "skipping")
                    continue
                trials[index] = trial = self._trial_after_skip(rule, who, counts, now, (total, covered))
                if trial.outcome in _ACTING and self._act(trial, now):
                    del trials[index + 1 :]
                    return trial
            except OutOfRoom:
                was_tried = trials[index] is not plan.trials[index]
                del trials[index + 1 if was_tried else index :]  # of rules that were not tried
                raise
        return None

    def set_state(self, per: Per, who: str, fault: SetState, now: Instant) -> None:
        """Set or clear a named state for a caller. Raises OutOfRoom."""
        state, scope = fault.name, per if isinstance(per, str) else scope_of(per)
        if fault.clear:
            self._callers.states.drop((state, scope, who))
            return
        end = NO_END if fault.lasting is None else min(now + fault.lasting, NO_END)
        self._callers.set_state(state, scope, who, end)
        if state in self._awaited_states:
            self._forget_plans()

    def add_event(self, name: str, after: After, who: str, now: Instant) -> None:
        """Add a request that the `after` of the rule of this name counts. Raises OutOfRoom."""
        self._callers.add_event(name, who, now, after.count, after.within)
        if name in self._awaiting_events:
            self._forget_plans()

    def _forget_plans(self) -> None:
        """Forget all plans: a dormant rule in one of them may match now, or there are too many."""
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._last: tuple[Sequence[Rule], _Plan] = (), _Plan((), ())  # usually, the next request has the same rules
        self._awaited_states: set[str] = set()  # by the dormant rules in the plans
        self._awaiting_events: set[str] = set()  # the names of dormant rules in the plans

    def _why_dormant(self, rule: Rule) -> str | None:
        """Return why no request can match a rule now, or None. The first of its conditions says so."""
        if not rule.session_conditions:
            return None if rule.after is None or self._callers.events.values else rule.after.none_before
        first = rule.session_conditions[0]
        if isinstance(first, StateCondition) and self._callers.state_names.isdisjoint(first.names):
            return first.not_set
        return None

    def _find_plan(self, rules: Sequence[Rule]) -> _Plan:
        """Return how to try some rules. The sequence must not change afterwards."""
        names = tuple(map(_name_of, rules))
        plan = self._plans.get(names)
        if plan is None:
            if sum(map(len, self._plans)) + len(rules) > _MAX_PLANNED:
                self._forget_plans()
            plan = self._plans[names] = self._plan(rules)
        self._last = rules, plan
        return plan

    def _plan(self, rules: Sequence[Rule]) -> _Plan:
        trials, live, set_before = list[Trial](), list[_Prepared](), set[str]()
        for index, rule in enumerate(rules):
            reason, states = self._why_dormant(rule), _first_states(rule)
            if reason is None or not set_before.isdisjoint(states):  # an earlier rule may set one of its states
                live.append(self._prepare(index, rule))
            elif states:
                self._awaited_states.update(states)
            else:
                self._awaiting_events.add(rule.name)
            trials.append(Trial(rule, "", 0, 0, "mismatched", reason or ""))
            set_before.update(fault.name for fault in rule.faults if isinstance(fault, SetState))
        return _Plan(trials, live)

    def _prepare(self, index: int, rule: Rule) -> _Prepared:
        """Return a rule as it is tried. The coverage must count it already."""
        per = None if rule.per == SESSION else rule.per
        needs_session = bool(rule.session_conditions) or rule.after is not None
        total, covered = self._callers.counts.total(rule.name), self._coverage.in_force[rule.name]
        return index, rule, rule.name, per, rule.skip, needs_session, total, covered

    def _trial_after_skip(
        self, rule: Rule, who: str, counts: CallerCounts, now: Instant, totals: tuple[RuleTotal, RuleCounts]
    ) -> Trial:
        """Return the trial of a match that `skip` does not leave out. The counts include it already."""
        match, firings, entry = counts.matches, counts.firings, 0
        if not rule.fires_always:
            outcome = _why_not(rule, counts, now)
            if outcome is None and rule.chance < 1 and self._draw(rule, who, match, "chance") >= rule.chance:
                outcome = "chance"
            if outcome is not None:
                return Trial(rule, who, match, firings, outcome)
            if counts.first_fired is None and rule.lasting is not None:
                counts.first_fired = now
            if rule.course is not None:
                entry = rule.course.index(firings, partial(self._draw, rule, who, match, "choose"))
        counts.firings = firings + 1
        total, covered = totals
        total.firings += 1
        covered.fire(entry)
        return Trial(rule, who, match, firings, "passed_on" if rule.only_set_state[entry] else "fired", entry=entry)

    def _draw(self, rule: Rule, who: str, match: int, purpose: str) -> float:
        """Return a random number from 0 (inclusive) to 1 (exclusive), the same for a match and a purpose."""
        return draw(self._seed, rule.name, who, match, purpose)

    def _act(self, trial: Trial, now: Instant) -> bool:
        """Return whether the trial is the last one: the rule fired. One that passes the request on sets its states."""
        if trial.outcome == "fired":
            return True
        for fault in trial.rule.entries[trial.entry]:
            self.set_state(trial.rule.per, trial.caller, fault, now)  # type: ignore[arg-type]  # all are SetState
        return False


def _first_states(rule: Rule) -> Sequence[str]:
    """Return the states that the first condition of a rule on the session requires."""
    first = rule.session_conditions[0] if rule.session_conditions else None
    return first.names if isinstance(first, StateCondition) else ()


def _mismatch(rule: Rule, who: str, callers: Callers, facts: Facts, now: Instant) -> str | None:
    """Return why the state of the session or the requests before keep a rule from matching, or None."""
    for condition in rule.session_conditions:
        if (reason := condition.reason(facts, now)) is not None:
            return reason
    if rule.after is None:
        return None
    events = callers.events.get((rule.name, who)) or NO_EVENTS
    return rule.after.reason(events.times, events.completed, rule.lasting, now)


def _why_not(rule: Rule, counts: CallerCounts, now: Instant) -> Outcome | None:
    """Return why a match after those that `skip` leaves out does not fire, apart from chance, or None."""
    if (counts.matches - rule.skip) % rule.every:
        return "skipping"
    if rule.limit is not None and counts.firings >= rule.limit:
        return "spent"
    start, lasting = counts.first_fired, rule.lasting
    is_over = rule.after is None and start is not None and lasting is not None and now >= start + lasting
    return "over" if is_over else None
