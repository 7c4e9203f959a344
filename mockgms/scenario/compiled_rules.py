"""The compiled lookup: finds the rules that match a request, at almost no cost for the other rules.

Requests of one client are similar: they share the phone number, the headers and so on. The lookup caches which rules
pass all tests on these common properties, and checks only those rules for further requests. A rule matches here exactly
when `Rule.mismatches` is empty.
"""

from bisect import bisect_right
from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, NamedTuple

from mockgms.domain.instants import LATEST, Instant
from mockgms.scenario.condition import Check, Compiled, Condition, Work, boundaries_of
from mockgms.scenario.conditions import PhoneCondition, RouteCondition
from mockgms.scenario.facts import Facts
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between

# Nearly all rules depend on one of these. With fewer than two names, attrgetter would not return a tuple.
_USUAL: Final = ("service", "phone")
_PHONES: Final = frozenset({"phone", "full_phone"})
_MAX_CACHED: Final = 4_096
_LONGEST_KEY: Final = 1_024  # characters in a cache key
_MAX_WORK: Final = 1_000_000
_LONGEST_SEARCHED: Final = 16 * 1024  # characters of a text that a pattern searches, and of a query


class _Candidate(NamedTuple):
    """A rule that may match a request: the request must pass all `tests` and `checks`.

    The results of `tests` are cached, those of `checks` are not. `in_force` has the times at which the rule may match.
    It is empty if they are unlimited or depend on a time zone.
    """

    rule: Rule
    tests: tuple[Check, ...]
    checks: tuple[Check, ...]
    in_force: tuple[Between, ...]


class Candidates:
    """The rules that may match requests of one operation and version."""

    def __init__(self, rules: Iterable[Rule], operation: str, version: str) -> None:
        concerned = [rule for rule in rules if concerns(rule.when, operation, version)]
        compiled = [[condition.compiled() for condition in rule.conditions] for rule in concerned]
        self.rules = tuple(map(_candidate, concerned, compiled))

        # The cache key consists of the properties of a request that the tests depend on.
        parts = [part for each in compiled for part in each]
        attributes = {name for part in parts for name in part.attributes}
        others = attributes - {*_USUAL, *_PHONES}
        self._attributes: Callable[[Facts], tuple[Any, ...]] = attrgetter(*_USUAL, *others)
        self._headers = tuple({name for part in parts for name in part.headers})
        self._phone_beginnings = _phone_beginnings(concerned)
        self._desired_boundaries = sorted({instant for part in parts for instant in part.boundaries})

        self._boundaries = sorted({instant for each in self.rules for instant in boundaries_of(each.in_force)})
        self._in_force = self.rules
        self._since = self._until = LATEST
        self._passed: dict[Hashable, tuple[_Candidate, ...]] = {}
        self._work = Work.sum(condition.work() for rule in concerned for condition in rule.conditions)

        self.depends_on_size = any(self._work)
        self.asks_headers = bool(self._headers)

    def may_take_long(self, size: int) -> bool:
        """Return whether `matches` may take over 10 ms for a request of this size, in characters."""
        searched = min(size, _LONGEST_SEARCHED)
        return (self._work.text + self._work.query) * searched + self._work.request * size > _MAX_WORK

    def matches(self, facts: Facts, now: Instant) -> list[Rule]:
        """Return the rules that match a request of this operation and version at this time."""
        if not self._since <= now < self._until:
            self._refresh(now)
        key = self._cache_key(facts)
        passing = self._passed.get(key)
        if passing is None:
            passing = _passing(self._in_force, facts, now)
            self._store(key, passing)
        return _matching(passing, facts, now)

    def matches_in_steps(self, facts: Facts, now: Instant) -> Generator[Callable[[], Any], Any, list[Rule]]:
        """Return what `matches` returns, in steps: yield functions to call in a thread, receive results."""
        if not self._since <= now < self._until:
            self._refresh(now)
        in_force, key = self._in_force, self._cache_key(facts)
        passing = self._passed.get(key)
        if passing is None:
            passing = yield partial(_passing, in_force, facts, now)
            if in_force is self._in_force:  # pragma: no branch  # another request may have refreshed the rules
                self._store(key, passing)
        matching: list[Rule] = yield partial(_matching, passing, facts, now)
        return matching

    def _cache_key(self, facts: Facts) -> tuple[Any, ...]:
        """Return the cache key of a request. All phone numbers that begin unlike every pattern share one key."""
        desired = facts.desired
        period = None if desired is None else bisect_right(self._desired_boundaries, desired)
        service, phone, *others = self._attributes(facts)
        full_phone = facts.full_phone if self._phone_beginnings else None
        return (
            service,
            self._relevant(phone),
            self._relevant(full_phone),
            period,
            *others,
            *map(facts.headers.get, self._headers),
        )

    def _relevant(self, phone: str | None) -> str | None:
        """Return a phone number, or None if no condition on phone numbers holds for it, as for a missing number."""
        return phone if phone is not None and phone.startswith(self._phone_beginnings) else None

    def _store(self, key: tuple[Any, ...], passing: tuple[_Candidate, ...]) -> None:
        if sum(len(text) for text in key if isinstance(text, str)) > _LONGEST_KEY:
            return
        if len(self._passed) >= _MAX_CACHED:
            self._passed.clear()
        self._passed[key] = passing

    def _refresh(self, now: Instant) -> None:
        """Select the rules that are in force now, and set the time at which this changes."""
        following = bisect_right(self._boundaries, now)
        self._since = self._boundaries[following - 1] if following else -LATEST
        self._until = self._boundaries[following] if following < len(self._boundaries) else LATEST + 1
        self._in_force = tuple(
            each for each in self.rules if not each.in_force or any(span.holds(now) for span in each.in_force)
        )
        self._passed.clear()


def _phone_beginnings(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the texts with which the phone numbers begin that a condition can match. An empty text matches all."""
    conditions = [leaf for rule in rules for condition in rule.conditions for leaf in condition.leaves()]
    asking = [condition for condition in conditions if isinstance(condition, PhoneCondition)]
    return tuple({pattern.beginning for condition in asking for pattern in condition.patterns()})


def concerns(conditions: Iterable[Condition], operation: str, version: str) -> bool:
    """Return whether conditions can hold for requests of this operation and version."""
    route = {"operation": operation, "version": version}
    return all(
        condition.fits(route[condition.name]) for condition in conditions if isinstance(condition, RouteCondition)
    )


def _candidate(rule: Rule, parts: Sequence[Compiled]) -> _Candidate:
    tests = tuple(test for part in parts for test in part.tests)
    checks = tuple(check for part in reversed(parts) for check in part.checks)  # the most expensive last
    return _Candidate(rule, tests, checks, tuple(span for part in parts for span in part.in_force))


# These are loops, because `all` and comprehensions would add a tenth to the cost of a lookup.


def _passing(candidates: Iterable[_Candidate], facts: Facts, now: Instant) -> tuple[_Candidate, ...]:
    """Return the candidates whose tests hold."""
    passing = []
    for each in candidates:
        for test in each.tests:
            if not test(facts, now):
                break
        else:
            passing.append(each)
    return tuple(passing)


def _matching(passing: Iterable[_Candidate], facts: Facts, now: Instant) -> list[Rule]:
    """Return the rules of the candidates whose checks hold as well."""
    matching = []
    for each in passing:
        for check in each.checks:
            if not check(facts, now):
                break
        else:
            matching.append(each.rule)
    return matching
