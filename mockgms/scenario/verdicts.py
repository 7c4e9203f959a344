"""Verdicts: the outcome of each rule for one request, with the first reason why it did not fire."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from mockgms.domain.instants import Instant, render_instant
from mockgms.scenario.chance import draw
from mockgms.scenario.conditions import RouteCondition
from mockgms.scenario.courses import names_of, ordinal
from mockgms.scenario.engine import RuleList
from mockgms.scenario.facts import Facts, NamedPer, PerOne
from mockgms.scenario.patterns import UNMASKED, Shown, unlike
from mockgms.scenario.rules import Rule
from mockgms.scenario.trials import Trial

VerdictOutcome: TypeAlias = Literal[
    "fired", "passed_on", "mismatched", "expired", "skipping", "spent", "over", "chance", "hidden", "untried"
]


class Verdict(NamedTuple):
    """The outcome of a rule.

    `match` is the number of the match for the caller, or None without a match. `drawn` is the random number from 0 to 1
    that `chance` was compared with, or None if none was drawn.
    """

    rule: Rule
    outcome: VerdictOutcome
    reason: str
    match: int | None = None
    drawn: float | None = None


def untried(rule_list: RuleList, reason: str) -> Iterator[Verdict]:
    """Yield verdicts for a request for which no rule was tried."""
    return (Verdict(rule, "untried", f"not tried: {reason}") for rule in rule_list.rules)


def verdicts(
    rule_list: RuleList, facts: Facts, now: Instant, trials: Sequence[Trial], shown: Shown = UNMASKED
) -> Iterator[Verdict]:
    """Yield a verdict for each rule in the list, in order. `trials` are the matches of the request."""
    matched = {trial.rule.name: trial for trial in trials}
    winner: str | None = None
    for rule in rule_list.rules:
        if rule.name in matched:
            verdict = _of_trial(matched[rule.name], rule_list.seed, facts, shown)
            winner = rule.name if verdict.outcome == "fired" else winner
        else:
            hidden = Verdict(rule, "hidden", f"hidden: the earlier rule {winner} answered first")
            verdict = _without_match(rule, facts, now, rule_list.until.get(rule.name), shown) or hidden
        yield verdict


def unconcerned(rule_list: RuleList, operation: str, version: str) -> Iterator[Verdict]:
    """Yield verdicts for a request with an operation and version to which no rule applies."""
    route = {"operation": operation, "version": version}
    for rule in rule_list.rules:
        conditions = (each for each in rule.when if isinstance(each, RouteCondition))
        failing = next(each for each in conditions if not each.fits(route[each.name]))
        yield Verdict(rule, "mismatched", unlike(failing.name, failing.wanted, (route[failing.name],)))


def _without_match(rule: Rule, facts: Facts, now: Instant, until: Instant | None, shown: Shown) -> Verdict | None:
    """Return the verdict for a rule that did not match. None if it would match, but an earlier rule answered."""
    if until is not None and until <= now:
        return Verdict(rule, "expired", f"expired: it was armed until {render_instant(until)}")
    reason = next(rule.mismatches(facts, now, shown), None)
    return None if reason is None else Verdict(rule, "mismatched", reason)


def _of_trial(trial: Trial, seed: int, facts: Facts, shown: Shown) -> Verdict:
    rule, outcome, match = trial.rule, trial.outcome, trial.match
    if outcome == "mismatched":
        return Verdict(rule, outcome, trial.reason)
    if outcome == "skipping":
        return Verdict(rule, outcome, _why_skipping(rule, match), match)
    if outcome == "spent":
        return Verdict(rule, outcome, f"spent: fired {trial.firings} of {rule.limit} times", match)
    if outcome == "over":
        return Verdict(rule, outcome, "over: the time of its `for` after the first firing has passed", match)
    chance, drawn = "", None
    if rule.chance < 1:
        drawn = draw(seed, rule.name, trial.caller, match, "chance")
        chance = f"chance {100 * rule.chance:g} %: drew {drawn:.2f}"
        if outcome == "chance":
            return Verdict(rule, outcome, chance, match, drawn)
    course = "" if rule.course is None else _firing_text(trial, facts, shown)
    reason = ", ".join(filter(None, (f"fired: match {match}", course, chance)))
    return Verdict(rule, outcome, reason, match, drawn)


def _firing_text(trial: Trial, facts: Facts, shown: Shown) -> str:
    """Return what a firing rule did, such as `2nd of 3 for +1555***0102: throttle`."""
    rule = trial.rule
    entry = "" if rule.course is None else rule.course.describe(trial.entry)
    who = f"for {_caller(trial, facts, shown)}" if trial.caller else ""
    return f"{' '.join(filter(None, (entry, who)))}: {names_of(rule.entries[trial.entry])}".removeprefix(": ")


def _caller(trial: Trial, facts: Facts, shown: Shown) -> str:
    """Return the caller of a trial. Each of its properties is shown by its own name, so that it can be masked."""
    per = trial.rule.per
    several = per if isinstance(per, tuple) else (per,)
    parts = [(_name_of(one), facts.caller(one)) for one in several]
    return ", ".join(shown.value(name, text) for name, text in parts if text)


def _name_of(per: PerOne) -> str:
    return per.name if isinstance(per, NamedPer) else per


def _why_skipping(rule: Rule, match: int) -> str:
    if match <= rule.skip:
        return f"still skipping: match {match} of {rule.skip}"
    return f"skipping: match {match}, and it fires at every {ordinal(rule.every)}"
