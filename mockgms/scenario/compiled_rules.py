"""The compiled lookup: finds the rules that match a request, at almost no cost for the other rules.

Requests of one client are similar: they share the phone number, the headers and so on. The lookup caches which rules
pass all tests on these common properties, and checks only those rules for further requests. A rule matches here exactly
when `Rule.mismatches` is empty.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from sys import maxsize
from typing import Any, Final

from msgspec import Struct

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.instants import LATEST, Instant
from mockgms.scenario.condition import Check, Compiled, Condition, Work, boundaries_of
from mockgms.scenario.conditions import DesiredTimeCondition, PhoneCondition, RouteCondition
from mockgms.scenario.facts import Facts
from mockgms.scenario.patterns import Test
from mockgms.scenario.regex import LinearRegex, needed_digits
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between

_COMMON: Final = frozenset({"service", "phone", "full_phone"})
_MAX_CACHED: Final = 4_096
_MAX_REMEMBERED: Final = 256  # queries; each takes a kilobyte and its text
_LONGEST_KEY: Final = 1_024  # characters in a cache key
_LONGEST_JOINED: Final = 4_096  # characters of all regular expressions for phone numbers together
_MOST_SEARCHED: Final = 16  # expressions of which digits are searched
_FEWEST_DIGITS: Final = 3  # in a row, since fewer are in most numbers
_MAX_WORK: Final = 1_000_000
_ANY_SIZE: Final = maxsize  # characters
_FAST_SIZES: Final = (_ANY_SIZE, 4_096, 1_024, 256, 0)
NO_RULES: Final[Sequence[Rule]] = []
"""What the lookup returns if no rule matches, and none would match an equal request at this time."""
_LONGEST_SEARCHED: Final = 16 * 1024  # characters of a text that a pattern searches, and of a query


class _Candidate(Struct, frozen=True):
    """A rule that may match a request: the request must pass all `tests` and `checks`.

    The results of `tests` are cached, those of `checks` are not. `in_force` has the times at which the rule may match.
    It is empty if they are unlimited or depend on a time zone.
    """

    rule: Rule
    tests: tuple[Check, ...]
    checks: tuple[Check, ...]
    in_force: tuple[Between, ...]


class _Passing(Struct, frozen=True):
    """The candidates whose tests hold, and their rules if none of them has checks."""

    candidates: tuple[_Candidate, ...]
    rules: Sequence[Rule] | None


class Candidates:
    """The rules that may match requests of one operation and version."""

    def __init__(self, rules: Iterable[Rule], operation: str, version: str) -> None:
        concerned = [rule for rule in rules if concerns(rule.when, operation, version)]
        compiled = [[condition.compiled() for condition in rule.conditions] for rule in concerned]
        self.rules = tuple(map(_candidate, concerned, compiled))

        # The cache key consists of the properties of a request that the tests depend on.
        parts = [part for each in compiled for part in each]
        attributes = {name for part in parts for name in part.attributes}
        self._read = _reader(attributes - _COMMON)
        self._headers = tuple({name for part in parts for name in part.headers})
        self._last_headers: Mapping[str, str] | None = None  # of the last request, with the values that are asked for
        self._last_values: tuple[str | None, ...] = ()
        self._phone_beginnings, self._phone_search = _phone_patterns(concerned)
        self._asks_phones = bool(self._phone_beginnings) or self._phone_search is not None
        self._asks_desired = any(isinstance(leaf, DesiredTimeCondition) for leaf in _leaves(concerned))
        self._needs_phone = bool(concerned) and all(map(_asks_for_phone, concerned))
        self._desired_boundaries = sorted({instant for part in parts for instant in part.boundaries})

        self._boundaries = sorted({instant for each in self.rules for instant in boundaries_of(each.in_force)})
        self._in_force = self.rules
        self._since = self._until = LATEST
        self._passed: dict[Hashable, _Passing] = {}
        self._remembered: dict[tuple[str, str], Facts] = {}  # by path and query
        self._remembered_headers: Mapping[str, str] | None = None  # of all these requests
        self._work = Work.sum(condition.work() for rule in concerned for condition in rule.conditions)

        self.asks_headers = bool(self._headers)
        # Requests of up to this size, in characters, take a short time.
        self.fast_size = next(size for size in _FAST_SIZES if not self.may_take_long(size))
        self.is_fast = self.fast_size == _ANY_SIZE

    def may_take_long(self, size: int) -> bool:
        """Return whether `matches` may take over 10 ms for a request of this size, in characters."""
        searched = min(size, _LONGEST_SEARCHED)
        return (self._work.text + self._work.query) * searched + self._work.request * size > _MAX_WORK

    def recall(self, target: tuple[str, str], headers: Mapping[str, str], now: Instant) -> Facts | None:
        """Return the facts of an equal query that matches no rule at this time, if it is remembered.

        `target` is the path and the query. Clients poll, so most queries repeat: for these, finding the facts and the
        rules again would be two thirds of the cost of rules that do not match.
        """
        if headers is not self._remembered_headers or not self._since <= now < self._until:
            return None
        return self._remembered.get(target)

    def remember(self, target: tuple[str, str], headers: Mapping[str, str], facts: Facts) -> None:
        """Remember a query for which `matches` has just returned NO_RULES. Its facts must be those of any equal one."""
        if headers is not self._remembered_headers or len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
            self._remembered_headers = headers
        if sum(map(len, target)) <= _LONGEST_KEY:
            self._remembered[target] = facts

    def forget_queries(self) -> None:
        """Forget the remembered queries, whose facts refer to the session."""
        self._remembered.clear()

    def matches(self, facts: Facts, now: Instant) -> Sequence[Rule]:
        """Return the rules that match a request of this operation and version at this time.

        That is NO_RULES itself only if no rule matches an equal request at this time either.
        """
        if self._needs_phone and not self._may_match_phones(facts):
            return NO_RULES
        if not self._since <= now < self._until:
            self._refresh(now)
        key = self._cache_key(facts)
        passing = self._passed.get(key)
        if passing is None:
            passing = _passing(self._in_force, facts, now)
            self._store(key, passing)
        return passing.rules if passing.rules is not None else _matching(passing.candidates, facts, now)

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
        matching: list[Rule] = yield partial(_matching, passing.candidates, facts, now)
        return matching

    def _cache_key(self, facts: Facts) -> tuple[Any, ...]:
        """Return the cache key of a request. All phone numbers that no condition can match share one key."""
        others = self._read(facts)
        if self._headers:
            headers = facts.headers
            if headers is not self._last_headers:  # usually the same: finding three headers again adds 2 % to a query
                self._last_headers, self._last_values = headers, tuple(map(headers.get, self._headers))
            others += self._last_values
        if self._asks_phones:
            phone, full_phone = facts.phone, facts.full_phone
            if phone is not None and self._may_match(phone):
                others += ("phone", phone)
            if full_phone is not None and self._may_match(full_phone):
                others += ("full phone", full_phone)
        if self._asks_desired and (desired := facts.desired) is not None:
            others += (bisect_right(self._desired_boundaries, desired),)
        return others

    def _may_match_phones(self, facts: Facts) -> object:
        """Return a true value if a condition on phone numbers may hold for a request."""
        phone, full_phone = facts.phone, facts.full_phone
        return (phone is not None and self._may_match(phone)) or (
            full_phone is not None and self._may_match(full_phone)
        )

    def _may_match(self, phone: str) -> object:
        """Return a true value unless every condition on phone numbers fails for this one, as for a missing number."""
        search = self._phone_search
        return phone.startswith(self._phone_beginnings) or (search is not None and search(phone))

    def _store(self, key: tuple[Any, ...], passing: _Passing) -> None:
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
        self._remembered.clear()


def _reader(others: Collection[str]) -> Callable[[Facts], tuple[Any, ...]]:
    """Return a function that reads the service and other attributes of facts in one call."""
    return attrgetter("service", *others) if others else lambda facts: (facts.service,)


def _asks_for_phone(rule: Rule) -> bool:
    """Return whether a rule requires a phone number. If all rules do, most requests need no lookup."""
    return any(isinstance(condition, PhoneCondition) for condition in rule.when)


def _leaves(rules: Iterable[Rule]) -> Iterator[Condition]:
    """Yield the conditions of rules, and those that they consist of."""
    return (leaf for rule in rules for condition in rule.conditions for leaf in condition.leaves())


def _phone_patterns(rules: Iterable[Rule]) -> tuple[tuple[str, ...], Test | None]:
    """Return what the phone numbers that a condition can match have in common.

    Each begins with one of the texts, of which an empty one stands for all numbers, or is found by the search. Trying
    each expression for each new number took half the time of a booking. Searching digits that each of a few expressions
    needs takes 0.2 us, searching with the joined expressions 1.7 us.
    """
    asking = [condition for condition in _leaves(rules) if isinstance(condition, PhoneCondition)]
    patterns = [pattern for condition in asking for pattern in condition.patterns()]
    beginnings = {pattern.beginning for pattern in patterns if not pattern.is_regex}
    regexes = tuple(sorted({pattern.written[1:-1] for pattern in patterns if pattern.is_regex}))
    search = _searches[regexes] if regexes and sum(map(len, regexes)) <= _LONGEST_JOINED else None
    if regexes and search is None:
        beginnings.add("")
    return tuple(beginnings), search


def _search_for_digits(regexes: tuple[str, ...]) -> Test | None:
    """Return a search for the digits without which none of the expressions matches. None if they are too few or many.

    Only digits are searched, so that the regular expressions of Python cannot backtrack.
    """
    needed = [needed_digits(each) for each in regexes]
    if len(regexes) > _MOST_SEARCHED or min(map(len, needed)) < _FEWEST_DIGITS:
        return None
    return re.compile("|".join(needed)).search


def _search_for_any(regexes: tuple[str, ...]) -> Test | None:
    r"""Return a search that finds every text that one of the expressions matches. None if they cannot be joined.

    They are too complex together, or one of them quotes all that follows by `\Q`.
    """
    search = _search_for_digits(regexes)
    if search is not None or any(r"\Q" in each for each in regexes):
        return search
    try:
        return LinearRegex("|".join(f"(?:{each})" for each in regexes)).search
    except ValueError:
        return None


_searches: Final = BoundedCache(_search_for_any, most=32, longest=_LONGEST_JOINED)  # all sessions share them


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


def _passing(candidates: Iterable[_Candidate], facts: Facts, now: Instant) -> _Passing:
    """Return the candidates whose tests hold."""
    passing = []
    for each in candidates:
        for test in each.tests:
            if not test(facts, now):
                break
        else:
            passing.append(each)
    rules = None if any(each.checks for each in passing) else [each.rule for each in passing] or NO_RULES
    return _Passing(tuple(passing), rules)


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
