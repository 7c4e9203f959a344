"""Verdicts: the outcome of each rule for one request, with the first reason why it did not fire."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from mockgms.domain.instants import Instant, render_instant
from mockgms.scenario.chance import draw
from mockgms.scenario.conditions import RouteCondition
from mockgms.scenario.engine import Book, Turn
from mockgms.scenario.facts import Facts
from mockgms.scenario.patterns import AS_IT_IS, Shown, unlike
from mockgms.scenario.rules import Rule

Outcome: TypeAlias = Literal["fired", "mismatched", "expired", "skipping", "spent", "chance", "hidden", "untried"]


class Verdict(NamedTuple):
    """The outcome of a rule.

    `match` is the number of the match for the caller, or None without a match. `drawn` is the random number from 0 to 1
    that `chance` was compared with, or None if none was drawn.
    """

    rule: Rule
    outcome: Outcome
    reason: str
    match: int | None = None
    drawn: float | None = None


def untried(book: Book, reason: str) -> Iterator[Verdict]:
    """Yield verdicts for a request for which no rule was tried."""
    return (Verdict(rule, "untried", f"not tried: {reason}") for rule in book.rules)


def verdicts(
    book: Book, facts: Facts, now: Instant, turns: Sequence[Turn], shown: Shown = AS_IT_IS
) -> Iterator[Verdict]:
    """Yield a verdict for each rule in the book, in order. `turns` are the matches of the request."""
    matched = {turn[0].name: turn for turn in turns}
    winner: str | None = None
    for rule in book.rules:
        if rule.name in matched:
            verdict = _with_match(matched[rule.name], book.seed)
            winner = rule.name if verdict.outcome == "fired" else winner
        else:
            hidden = Verdict(rule, "hidden", f"hidden: the earlier rule {winner} answered first")
            verdict = _without_match(rule, facts, now, book.until.get(rule.name), shown) or hidden
        yield verdict


def unconcerned(book: Book, operation: str, version: str) -> Iterator[Verdict]:
    """Yield verdicts for a request with an operation and version to which no rule applies."""
    route = {"operation": operation, "version": version}
    for rule in book.rules:
        conditions = (each for each in rule.when if isinstance(each, RouteCondition))
        failing = next(each for each in conditions if not each.fits(route[each.name]))
        yield Verdict(rule, "mismatched", unlike(failing.name, failing.wanted, (route[failing.name],)))


def _without_match(rule: Rule, facts: Facts, now: Instant, until: Instant | None, shown: Shown) -> Verdict | None:
    """Return the verdict for a rule that did not match. None if it would match, but an earlier rule answered."""
    if until is not None and until <= now:
        return Verdict(rule, "expired", f"expired: it was armed until {render_instant(until)}")
    reason = next(rule.mismatches(facts, now, shown), None)
    return None if reason is None else Verdict(rule, "mismatched", reason)


def _with_match(turn: Turn, seed: int) -> Verdict:
    rule, caller, match, firings = turn
    if match <= rule.skip:
        return Verdict(rule, "skipping", f"still skipping: match {match} of {rule.skip}", match)
    if rule.times is not None and firings >= rule.times:
        return Verdict(rule, "spent", f"spent: fired {firings} of {rule.times} times", match)
    if rule.chance == 1:
        return Verdict(rule, "fired", f"fired: match {match}", match)
    drawn = draw(seed, rule.name, caller, match, "chance")
    text = f"chance {100 * rule.chance:g} %: drew {drawn:.2f}"
    if drawn >= rule.chance:
        return Verdict(rule, "chance", text, match, drawn)
    return Verdict(rule, "fired", f"fired: match {match}, {text}", match, drawn)
