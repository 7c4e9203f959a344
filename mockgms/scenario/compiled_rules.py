"""Quick tests: the conditions of rules, prepared so that a rule that is not for a request costs next to nothing.

Requests resemble each other: a caller's next one has the same phone number, headers and so on. What these leave of the
rules is kept, and only what they leave is looked at. What matches here is exactly what has no `matching.mismatches`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any, Final, NamedTuple, Self, TypeAlias

from mockgms.domain.instants import LATEST, Instant
from mockgms.scenario.facts import KEY_HEADERS, Facts
from mockgms.scenario.matching import is_within
from mockgms.scenario.patterns import is_literal, is_regex
from mockgms.scenario.rules import Between, Daily, Pattern, Rule, When

Test: TypeAlias = Callable[[str], object]  # gives something true, or something false
_Check: TypeAlias = Callable[[Facts, Instant], object]

_TEXTS: Final = ("phone", "service", "api_key")
_MOST_KEPT: Final = 4_096
_LONGEST_KEPT: Final = 1_024  # characters of all that a request is told apart by
_MOST_WORK: Final = 1_000_000
_LONGEST_SEEN: Final = 16 * 1024  # characters of a text that a pattern looks at, and of a query
_OF_VALUE: Final = 10  # a value of a query has at least 3 characters, and takes about 0.3 us for each pattern
_MAGIC = re.compile(r"[*?\[]")


class _Candidate(NamedTuple):
    """A rule that may be for a request: if that passes the `tests`, of all that requests are told apart by, and the
    other `checks`. `spans` are when it is in force; None where that depends on a zone, or is not restricted.
    """

    rule: Rule
    tests: tuple[_Check, ...]
    checks: tuple[_Check, ...]
    spans: tuple[Between, ...] | None


class Candidates:
    """The rules that can be for requests of one operation and version."""

    def __init__(self, rules: Iterable[Rule], operation: str, version: str) -> None:
        self.rules = tuple(_prepared(rule) for rule in rules if _concerns(rule, operation, version))
        self._headers = tuple({name for each in self.rules for name in _headers(each.rule.when)})
        self._asks_query = any(each.rule.when.query for each in self.rules)
        self._desired_turns = _turns(_without_zone(each.rule.when.desired_time) for each in self.rules)
        self._turns = _turns(each.spans for each in self.rules)
        self._awake = self.rules
        self._since = self._until = LATEST
        self._left: dict[Hashable, tuple[_Candidate, ...]] = {}
        self._work = _Work.of(each.rule.when for each in self.rules)

        self.depends_on_size = self._work.is_any
        self.asks_headers = bool(self._headers)

    def may_take_long(self, size: int) -> bool:
        """Whether `matches` may take over 10 ms for a request of this size, in characters."""
        return self._work.of_request(size) > _MOST_WORK

    def matches(self, facts: Facts, now: Instant) -> list[Rule]:
        """Those that match a request of their operation and version at this time."""
        if not self._since <= now < self._until:
            self._wake(now)
        told_by = self._told_by(facts)
        left = self._left.get(told_by)
        if left is None:
            left = _passing(self._awake, facts, now)
            self._keep(told_by, left)
        return [each.rule for each in left if _all_hold(each.checks, facts, now)] if left else []

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
        matching: list[Rule] = yield lambda: [each.rule for each in left if _all_hold(each.checks, facts, now)]
        return matching

    def _told_by(self, facts: Facts) -> tuple[Any, ...]:
        """What requests are told apart by."""
        desired = facts.desired
        return (
            facts.service,
            facts.phone,
            facts.has_user_data,
            facts.query_text if self._asks_query else None,
            None if desired is None else bisect_right(self._desired_turns, desired),
            *map(facts.headers.get, self._headers),
        )

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
        self._awake = tuple(each for each in self.rules if each.spans is None or _hold(each.spans, now))
        self._left.clear()


class _Work(NamedTuple):
    """How much the conditions of rules may have to do, about 10 ns each: for each character of a text, and so on."""

    for_each_seen: int  # of the characters of a text that patterns look at
    for_each_queried: int
    for_each_given: int

    @classmethod
    def of(cls, conditions: Iterable[When]) -> Self:
        """Return that of some conditions."""
        seen = queried = given = 0
        for when in conditions:
            seen += sum(pattern.steps for pattern in when.patterns())
            for patterns in when.query.values():
                # A query may have thousands of short values, and each is compared by itself.
                queried += 1 + _OF_VALUE * sum(not is_literal(pattern.written) for pattern in patterns)
            given += len(when.user_data)  # each is made a text
        return cls(seen, queried, given)

    @property
    def is_any(self) -> bool:
        """Whether there is any that depends on the length of a request."""
        return bool(self.for_each_seen or self.for_each_queried or self.for_each_given)

    def of_request(self, size: int) -> int:
        """Return that for a request of this size, in characters."""
        seen = min(size, _LONGEST_SEEN)
        return self.for_each_seen * seen + self.for_each_queried * seen + self.for_each_given * size


def _passing(candidates: Iterable[_Candidate], facts: Facts, now: Instant) -> tuple[_Candidate, ...]:
    return tuple(each for each in candidates if _all_hold(each.tests, facts, now))


def _all_hold(checks: Iterable[_Check], facts: Facts, now: Instant) -> bool:
    for check in checks:  # noqa: SIM110  # all(...) costs as much as several checks
        if not check(facts, now):
            return False
    return True


def like(patterns: Sequence[Pattern]) -> Test:
    """A test of whether a text fits one of the patterns; regular expressions are only looked at where they have to."""
    literals = frozenset(pattern.written for pattern in patterns if _is_literal(pattern.written))
    beginnings = tuple(pattern.written[:-1] for pattern in patterns if _is_beginning(pattern.written))
    others = tuple(p.regex.search for p in patterns if not _is_literal(p.written) and not _is_beginning(p.written))
    match len(literals), len(beginnings), len(others):
        case _, 0, 0:
            return literals.__contains__
        case 0, _, 0:
            return lambda text: text.startswith(beginnings)
        case 0, 0, 1:
            return others[0]
        case _:
            return lambda text: text in literals or text.startswith(beginnings) or any(find(text) for find in others)


def _is_literal(written: str) -> bool:
    return not is_regex(written) and not _MAGIC.search(written)


def _is_beginning(written: str) -> bool:
    return written.endswith("*") and _is_literal(written[:-1])


def _concerns(rule: Rule, operation: str, version: str) -> bool:
    conditions = ((rule.when.operation, operation), (rule.when.version, version))
    return all(not patterns or like(patterns)(text) for patterns, text in conditions)


def _headers(when: When) -> Iterator[str]:
    """The headers that there are conditions on, in lower case."""
    yield from map(str.lower, when.header)
    if when.api_key:
        yield from KEY_HEADERS


def _prepared(rule: Rule) -> _Candidate:
    spans = _without_zone(rule.during)
    return _Candidate(rule, (*_tests(rule.when),), (*_checks(rule.when, () if spans else rule.during),), spans)


def _without_zone(spans: Sequence[object]) -> tuple[Between, ...] | None:
    """The spans, if there are any, and no zone has to be known for them."""
    between = tuple(span for span in spans if isinstance(span, Between))
    return between if between and len(between) == len(spans) else None


def _turns(spans: Iterable[tuple[Between, ...] | None]) -> list[Instant]:
    """When spans begin and end, in order."""
    ends = {end for each in spans for span in each or () for end in (span.start, span.end)}
    return sorted(end for end in ends if end is not None)


def _hold(spans: Sequence[Between], instant: Instant) -> bool:
    return any(
        (span.start is None or span.start <= instant) and (span.end is None or instant < span.end) for span in spans
    )


def _tests(when: When) -> Iterator[_Check]:
    """The conditions on all that requests are told apart by."""
    for name in _TEXTS:
        if patterns := getattr(when, name):
            yield _test_of(attrgetter(name), patterns)
    for name, patterns in when.header.items():
        yield _test_of(partial(_header, name.lower()), patterns)
    for name, patterns in when.query.items():
        yield _query_test(name, patterns)
    if when.user_data:
        yield lambda facts, _: facts.has_user_data
    if spans := _without_zone(when.desired_time):
        yield lambda facts, _: facts.desired is not None and _hold(spans, facts.desired)


def _checks(when: When, during: Sequence[Between | Daily]) -> Iterator[_Check]:
    """The other conditions, those that cost most last."""
    for key, patterns in when.user_data.items():
        yield _test_of(methodcaller("user_datum", key), patterns)
    if when.desired_time and not _without_zone(when.desired_time):
        spans = when.desired_time
        yield lambda facts, _: facts.desired is not None and is_within(spans, facts.desired, facts.zone)
    if during:
        yield lambda facts, now: is_within(during, now, facts.zone)


def _test_of(value_of: Callable[[Facts], str | None], patterns: Sequence[Pattern]) -> _Check:
    """Whether there is a value, and it fits one of the patterns."""
    test = like(patterns)
    return lambda facts, _: (value := value_of(facts)) is not None and test(value)


def _header(name: str, facts: Facts) -> str | None:
    return facts.headers.get(name)


def _query_test(name: str, patterns: Sequence[Pattern]) -> _Check:
    test = like(patterns)
    return lambda facts, _: any(map(test, facts.query.get(name, ())))
