"""Quick tests: the conditions of rules, prepared so that a rule that is not for a request costs next to nothing.

Most rules are told apart by a text, such as the phone number. So these are looked at before everything else, and
literals and beginnings (`+1400*`) are compared without their regular expressions. What matches here is exactly what has
no `matching.mismatches`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from typing import Final, NamedTuple, TypeAlias

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import Instant
from mockgms.scenario.facts import Facts
from mockgms.scenario.matching import is_within
from mockgms.scenario.patterns import is_regex
from mockgms.scenario.rules import Between, Daily, Pattern, Rule

Test: TypeAlias = Callable[[str], object]  # gives something true, or something false
_Check: TypeAlias = Callable[[Facts, Instant], object]

_Texts: TypeAlias = tuple[str | None, str | None, str | None]

_TEXTS: Final = ("phone", "service", "api_key")
_MOST_KEPT: Final = 4_096
_MAGIC = re.compile(r"[*?\[]")


class _Candidate(NamedTuple):
    """A rule that may be for a request: if its texts pass their tests, its headers theirs, and then the checks."""

    rule: Rule
    tests: tuple[tuple[int, Test], ...]
    headers: tuple[tuple[str, Test], ...]
    checks: tuple[_Check, ...]
    spans: tuple[Between, ...] | None
    """When it is in force, if that does not depend on a zone."""


class Candidates:
    """The rules that can be for requests of one operation and version.

    What the texts of a request leave of those in force is worked out once: a caller's next request has the same ones.
    """

    def __init__(self, rules: Iterable[Rule], operation: str, version: str) -> None:
        self.rules = tuple(_prepared(rule) for rule in rules if _concerns(rule, operation, version))
        self._asks_key = any(_TEXTS[place] == "api_key" for each in self.rules for place, _ in each.tests)
        self._turns = sorted({turn for each in self.rules for span in each.spans or () for turn in _turns(span)})
        self._awake = self.rules
        self._since: float = inf
        self._until: float = inf
        self._left: dict[_Texts, tuple[_Candidate, ...]] = {}

    def matches(self, facts: Facts, now: Instant) -> list[Rule]:
        """Those that match a request of their operation and version at this time."""
        if not self._since <= now < self._until:
            self._wake(now)
        texts = facts.phone, facts.service, facts.api_key if self._asks_key else None
        left = self._left.get(texts)
        if left is None:
            if len(self._left) >= _MOST_KEPT:
                self._left.clear()
            left = self._left[texts] = tuple(candidate for candidate in self._awake if _passes(candidate, texts))
        found = []
        for candidate in left:
            for name, test in candidate.headers:  # not all(...), which costs as much as several tests
                value = facts.headers.get(name)
                if value is None or not test(value):
                    break
            else:
                if _checks_out(candidate, facts, now):
                    found.append(candidate.rule)
        return found

    def _wake(self, now: Instant) -> None:
        """Leave out the rules that are not in force now, up to the next instant at which that may change."""
        next_turn = bisect_right(self._turns, now)
        self._since = self._turns[next_turn - 1] if next_turn else -inf
        self._until = self._turns[next_turn] if next_turn < len(self._turns) else inf
        self._awake = tuple(
            each for each in self.rules if each.spans is None or any(_holds(span, now) for span in each.spans)
        )
        self._left.clear()


def _checks_out(candidate: _Candidate, facts: Facts, now: Instant) -> bool:
    for check in candidate.checks:  # noqa: SIM110  # as above
        if not check(facts, now):
            return False
    return True


def _passes(candidate: _Candidate, texts: _Texts) -> bool:
    for place, test in candidate.tests:  # not all(...), which costs three times as much
        text = texts[place]
        if text is None or not test(text):
            return False
    return True


def like(patterns: Sequence[Pattern]) -> Test:
    """A test of whether a text fits one of the patterns."""
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


def _prepared(rule: Rule) -> _Candidate:
    texts = ((place, getattr(rule.when, name)) for place, name in enumerate(_TEXTS))
    tests = tuple((place, like(patterns)) for place, patterns in texts if patterns)
    headers = tuple((name.lower(), like(patterns)) for name, patterns in rule.when.header.items())
    spans = tuple(span for span in rule.during if isinstance(span, Between))
    if spans and len(spans) == len(rule.during):
        return _Candidate(rule, tests, headers, (*_checks(rule, ()),), spans)
    return _Candidate(rule, tests, headers, (*_checks(rule, rule.during),), None)


def _turns(span: Between) -> Iterator[Instant]:
    """When a span begins and ends."""
    return (turn for turn in (span.start, span.end) if turn is not None)


def _checks(rule: Rule, during: Sequence[Between | Daily]) -> Iterator[_Check]:
    """The other conditions, those that cost most last."""
    when = rule.when
    for key, patterns in when.user_data.items():
        yield _user_data_check(key, patterns)
    for name, patterns in when.query.items():
        yield _query_check(name, patterns)
    if when.desired_time:
        yield lambda facts, _: (desired := facts.desired) is not None and _is_within(when.desired_time, desired, facts)
    if during:
        yield lambda facts, now: _is_within(during, now, facts)


def _is_within(spans: Sequence[WeeklySpan | Between | Daily], instant: Instant, facts: Facts) -> bool:
    """Whether an instant lies in one of the spans; most are a single one that no zone has to be known for."""
    if len(spans) == 1 and isinstance(span := spans[0], Between):
        return _holds(span, instant)
    return is_within(spans, instant, facts.zone)


def _holds(span: Between, instant: Instant) -> bool:
    return (span.start is None or span.start <= instant) and (span.end is None or instant < span.end)


def _user_data_check(key: str, patterns: Sequence[Pattern]) -> _Check:
    test = like(patterns)
    return lambda facts, _: (value := facts.user_data.get(key)) is not None and test(value)


def _query_check(name: str, patterns: Sequence[Pattern]) -> _Check:
    test = like(patterns)
    return lambda facts, _: (values := facts.query.get(name)) is not None and any(map(test, values))
