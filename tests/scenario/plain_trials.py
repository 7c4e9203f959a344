"""The plain twin of `mockgms.scenario.trials`: it tries rules one by one, and prepares nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mockgms.domain.instants import Instant
from mockgms.scenario.callers import NO_END, Events
from mockgms.scenario.chance import draw
from mockgms.scenario.facts import Per, scope_of
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.rules import Rule
from mockgms.scenario.trials import Outcome, Trial
from tests.scenario.facts import Facts


@dataclass(frozen=True)
class AskingFacts(Facts):
    """Facts that ask an engine for its states."""

    engine: Any = field(default=None, compare=False)

    def has_state(self, names: Sequence[str], per: Per, scope: str, now: Instant) -> bool:
        """Return whether one of the states is set in the engine."""
        found: bool = self.engine.has_state(names, scope, self.caller(per), now)
        return found


class PlainEngine:
    """The rules of a session, and what they remember of each caller."""

    def __init__(self, rules: Sequence[Rule], seed: int) -> None:
        self.rules = rules
        self.seed = seed
        self.counts: dict[tuple[str, str], tuple[int, int, Instant | None]] = {}
        self.events: dict[tuple[str, str], Events] = {}
        self.states: dict[tuple[str, str, str], Instant] = {}

    def decide(self, facts: Facts, now: Instant) -> list[Trial]:
        """Return the trials of the rules that match a request, up to the first one that fires."""
        asking, trials = AskingFacts(**vars(facts), engine=self), list[Trial]()
        for rule in self.rules:
            if list(rule.mismatches(asking, now)):
                continue
            trial = self._trial(rule, asking, now)
            trials.append(trial)
            if trial.outcome == "passed_on":
                for fault in rule.entries[trial.entry]:
                    assert isinstance(fault, SetState)
                    self.set_state(rule.per, trial.caller, fault, now)
            if trial.outcome == "fired":
                break
        return trials

    def record_answer(self, facts: Facts, status: int, now: Instant) -> None:
        """Count an answer for the rules with an `after`."""
        for rule in self.rules:
            if rule.after is not None and rule.after.fits(facts, status, now):
                events = self.events.setdefault((rule.name, facts.caller(rule.per)), Events([]))
                events.add(now, rule.after.count, rule.after.within)

    def set_state(self, per: Per, who: str, fault: SetState, now: Instant) -> None:
        """Set or clear a state."""
        key = fault.name, scope_of(per), who
        if fault.clear:
            self.states.pop(key, None)
        else:
            self.states[key] = NO_END if fault.lasting is None else now + fault.lasting

    def has_state(self, names: Sequence[str], scope: str, who: str, now: Instant) -> bool:
        """Return whether one of the states is set, for the caller or for the session."""
        keys = [key for name in names for key in ((name, scope, who), (name, "session", ""))]
        return any(self.states.get(key, now) > now for key in keys)

    def _trial(self, rule: Rule, facts: AskingFacts, now: Instant) -> Trial:
        who = facts.caller(rule.per)
        reasons = [condition.reason(facts, now) for condition in rule.session_conditions]
        if rule.after is not None:
            events = self.events.get((rule.name, who), Events([]))
            reasons.append(rule.after.reason(events.times, events.completed, rule.lasting, now))
        reason = next(filter(None, reasons), None)
        if reason is not None:
            return Trial(rule, "", 0, 0, "mismatched", reason)
        matches, firings, first = self.counts.get((rule.name, who), (0, 0, None))
        trial = Trial(rule, who, matches + 1, firings, "fired")
        trial = self._trial_by_count(trial, first, now)
        if trial.outcome in ("fired", "passed_on"):
            firings += 1
            first = now if first is None and rule.lasting is not None else first
        self.counts[rule.name, who] = matches + 1, firings, first
        return trial

    def _trial_by_count(self, trial: Trial, first: Instant | None, now: Instant) -> Trial:
        rule, random = trial.rule, partial(draw, self.seed, trial.rule.name, trial.caller, trial.match)
        outcome: Outcome
        if trial.match <= rule.skip or (trial.match - rule.skip) % rule.every:
            outcome = "skipping"
        elif rule.limit is not None and trial.firings >= rule.limit:
            outcome = "spent"
        elif rule.after is None and rule.lasting is not None and first is not None and now >= first + rule.lasting:
            outcome = "over"
        elif random("chance") >= rule.chance:
            outcome = "chance"
        else:
            entry = 0 if rule.course is None else rule.course.index(trial.firings, partial(random, "choose"))
            return _of(trial, "passed_on" if rule.only_set_state[entry] else "fired", entry)
        return _of(trial, outcome, 0)


def _of(trial: Trial, outcome: Outcome, entry: int) -> Trial:
    return Trial(trial.rule, trial.caller, trial.match, trial.firings, outcome, entry=entry)
