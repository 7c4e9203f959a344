"""The compiled lookup: which rules match a request, at next to no cost for those that do not.

Requests resemble each other: a caller's next one has the same phone number, headers and so on. What these leave of the
rules is kept, and only what they leave is looked at. A rule matches here exactly when it has no `mismatches`.
"""

from bisect import bisect_right
from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, NamedTuple

from mockgms.domain.instants import LATEST, Instant
from mockgms.scenario.conditions import Check, Compiled, RouteCondition, Work, turns_of
from mockgms.scenario.facts import Facts
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between

_USUAL: Final = ("service", "phone")  # nearly all rules depend on one; of a single attribute there would be no tuple
_MOST_KEPT: Final = 4_096
_LONGEST_KEPT: Final = 1_024  # characters of all that a request is told apart by
_MOST_WORK: Final = 1_000_000
_LONGEST_SEEN: Final = 16 * 1024  # characters of a text that a pattern looks at, and of a query


class _Candidate(NamedTuple):
    """A rule that may be for a request: if that passes the `tests`, of all that requests are told apart by, and the
    other `checks`. `in_force` are the times at which it may match, if they are limited and need no zone.
    """

    rule: Rule
    tests: tuple[Check, ...]
    checks: tuple[Check, ...]
    in_force: tuple[Between, ...]


class Candidates:
    """The rules that can be for requests of one operation and version."""

    def __init__(self, rules: Iterable[Rule], operation: str, version: str) -> None:
        route = {"operation": operation, "version": version}
        concerned = [rule for rule in rules if _concerns(rule, route)]
        compiled = [[condition.compiled() for condition in rule.conditions] for rule in concerned]
        self.rules = tuple(map(_candidate, concerned, compiled))
        self._tell_apart([part for parts in compiled for part in parts])
        self._turns = sorted({turn for each in self.rules for turn in turns_of(each.in_force)})
        self._awake = self.rules
        self._since = self._until = LATEST
        self._left: dict[Hashable, tuple[_Candidate, ...]] = {}
        self._work = _sum(condition.work() for rule in concerned for condition in rule.conditions)

        self.depends_on_size = any(self._work)
        self.asks_headers = bool(self._headers)

    def may_take_long(self, size: int) -> bool:
        """Whether `matches` may take over 10 ms for a request of this size, in characters."""
        seen = min(size, _LONGEST_SEEN)
        return (self._work.seen + self._work.queried) * seen + self._work.given * size > _MOST_WORK

    def matches(self, facts: Facts, now: Instant) -> list[Rule]:
        """Those that match a request of their operation and version at this time."""
        if not self._since <= now < self._until:
            self._wake(now)
        told_by = self._told_by(facts)
        left = self._left.get(told_by)
        if left is None:
            left = _passing(self._awake, facts, now)
            self._keep(told_by, left)
        return _matching(left, facts, now)

    def matches_in_steps(self, facts: Facts, now: Instant) -> Generator[Callable[[], Any], Any, list[Rule]]:
        """Return what `matches` does. Yields functions to be called in a thread, whose results it goes on with."""
        if not self._since <= now < self._until:
            self._wake(now)
        awake, told_by = self._awake, self._told_by(facts)
        left = self._left.get(told_by)
        if left is None:
            left = yield partial(_passing, awake, facts, now)
            if awake is self._awake:  # pragma: no branch  # other requests may have come at another time
                self._keep(told_by, left)
        matching: list[Rule] = yield partial(_matching, left, facts, now)
        return matching

    def _tell_apart(self, compiled: Sequence[Compiled]) -> None:
        """Find out what requests are told apart by: all that the tests depend on."""
        attributes = {name for part in compiled for name in part.attributes}
        self._attributes: Callable[[Facts], tuple[Any, ...]] = attrgetter(*_USUAL, *(attributes - {*_USUAL}))
        self._headers = tuple({name for part in compiled for name in part.headers})
        self._desired_turns = sorted({turn for part in compiled for turn in part.turns})

    def _told_by(self, facts: Facts) -> tuple[Any, ...]:
        """What requests are told apart by."""
        desired = facts.desired
        turn = None if desired is None else bisect_right(self._desired_turns, desired)
        return *self._attributes(facts), turn, *map(facts.headers.get, self._headers)

    def _keep(self, told_by: tuple[Any, ...], left: tuple[_Candidate, ...]) -> None:
        if sum(len(text) for text in told_by if isinstance(text, str)) > _LONGEST_KEPT:
            return
        if len(self._left) >= _MOST_KEPT:
            self._left.clear()
        self._left[told_by] = left

    def _wake(self, now: Instant) -> None:
        """Leave out the rules that are not in force now, up to the next instant at which that may change."""
        next_turn = bisect_right(self._turns, now)
        self._since = self._turns[next_turn - 1] if next_turn else -LATEST
        self._until = self._turns[next_turn] if next_turn < len(self._turns) else LATEST + 1
        self._awake = tuple(
            each for each in self.rules if not each.in_force or any(span.holds(now) for span in each.in_force)
        )
        self._left.clear()


def _concerns(rule: Rule, route: dict[str, str]) -> bool:
    return all(
        condition.fits(route[condition.name]) for condition in rule.when if isinstance(condition, RouteCondition)
    )


def _candidate(rule: Rule, parts: Sequence[Compiled]) -> _Candidate:
    tests = tuple(test for part in parts for test in part.tests)
    checks = tuple(check for part in reversed(parts) for check in part.checks)  # those that cost most last
    return _Candidate(rule, tests, checks, tuple(span for part in parts for span in part.in_force))


# Loops, since `all` and comprehensions would cost a tenth of what a request costs here.


def _passing(candidates: Iterable[_Candidate], facts: Facts, now: Instant) -> tuple[_Candidate, ...]:
    """Those whose tests hold."""
    passing = []
    for each in candidates:
        for test in each.tests:
            if not test(facts, now):
                break
        else:
            passing.append(each)
    return tuple(passing)


def _matching(passing: Iterable[_Candidate], facts: Facts, now: Instant) -> list[Rule]:
    """The rules of those whose checks hold as well."""
    matching = []
    for each in passing:
        for check in each.checks:
            if not check(facts, now):
                break
        else:
            matching.append(each.rule)
    return matching


def _sum(work: Iterable[Work]) -> Work:
    return Work(*map(sum, zip(Work(), *work, strict=True)))
