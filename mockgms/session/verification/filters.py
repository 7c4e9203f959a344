"""Filters: which exchanges match, and how close the others come."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final, NamedTuple

from msgspec import Struct

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.mistakes import any_of
from mockgms.scenario.patterns import Pattern, is_literal, is_regex, parse_one_of, parse_pattern, parse_phone, unlike
from mockgms.session.verification.recorded_request import RecordedRequest

# The possible values of names that have a fixed set. A HEAD is recorded as GET.
_KNOWN: Final[Mapping[str, Iterable[str]]] = {
    "version": VERSIONS,
    "fault": tuple(FAULTS),
    "method": ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"),
}

NEAREST: Final = 5  # near misses in a report
_MAX_COMPARED: Final = 50  # exchanges with the fewest differences: comparing texts by characters is slow
_LONGEST_COMPARED: Final = 100  # characters
_MAX_PAIRS: Final = 20  # pairs of a pattern and a value per exchange: each takes up to 4 ms

_CLASS: Final = lazy_regex("[1-5]xx")  # of statuses
_STATUSES: Final = tuple(map(str, range(100, 600)))


class NearMiss(NamedTuple):
    """The number of an exchange that came close, and a sentence for each difference."""

    number: int
    differs: tuple[str, ...] = ()


class Filter(Struct, frozen=True):
    """A filter of exchanges: for each name, one of the values must match one of the patterns."""

    conditions: Mapping[str, tuple[Pattern, ...]]

    def __str__(self) -> str:
        named = (f"{name} {any_of(pattern.written for pattern in each)}" for name, each in self.conditions.items())
        return ", ".join(named) or "any request"

    def differences(self, request: RecordedRequest) -> list[str]:
        """Return a sentence for each condition that does not hold. The exchange matches if there is none."""
        return [
            unlike(name, patterns, request.texts.get(name, ()))
            for name, patterns in self.conditions.items()
            if not _holds(patterns, request.texts.get(name, ()))
        ]

    def matches(self, request: RecordedRequest) -> bool:
        """Return whether the exchange matches."""
        return all(_holds(patterns, request.texts.get(name, ())) for name, patterns in self.conditions.items())

    def misses(self, request: RecordedRequest) -> int:
        """Return how many conditions do not hold. Counting them is faster than `differences`."""
        return sum(not _holds(patterns, request.texts.get(name, ())) for name, patterns in self.conditions.items())

    def likeness(self, request: RecordedRequest) -> float:
        """Return how similar the values are to the patterns. A higher number is closer.

        Only the first 20 pairs of a pattern and a value are compared.
        """
        left, total = _MAX_PAIRS, 0.0
        for name, patterns in self.conditions.items():
            pairs = list(islice(product(patterns, request.texts.get(name, ())), left))
            left -= len(pairs)
            total += _likeness(pairs)
        return total


def parse_condition(name: str, texts: Iterable[str]) -> tuple[Pattern, ...]:
    """Return the patterns of one condition of a filter. `name` may also be of the form `field x`.

    Each text is a literal, a glob or, in slashes, a regular expression. An operation matches in every version unless it
    names one (`v1.schedule`), a phone number in every spelling.

    Raises ValueError with a message for the user. This includes a pattern that can never match, such as an unknown
    operation: with it, a check that expects no request would always hold.
    """
    return tuple(_parse(name, text) for text in texts)


def nearest(
    wanted: Filter, requests: Sequence[RecordedRequest], *, after: RecordedRequest | None = None
) -> tuple[NearMiss, ...]:
    """Return the exchanges that came closest to a filter, closest first. Of equal ones, the newer comes first.

    With `after`, not having come after that exchange is one more difference.
    """
    ranked = [(wanted.misses(each) + _is_early(each, after), each) for each in reversed(requests)]
    ranked.sort(key=lambda one: one[0])
    closest = ranked[:_MAX_COMPARED]
    closest.sort(key=lambda one: (one[0], -wanted.likeness(one[1])))
    return tuple(NearMiss(each.number, tuple(_differences(wanted, each, after))) for _, each in closest[:NEAREST])


def _holds(patterns: Iterable[Pattern], values: Sequence[str]) -> bool:
    return any(pattern.fits(value) for pattern in patterns for value in values)


def _is_early(request: RecordedRequest, after: RecordedRequest | None) -> bool:
    return after is not None and request.number <= after.number


def _differences(wanted: Filter, request: RecordedRequest, after: RecordedRequest | None) -> Iterator[str]:
    if after is not None and _is_early(request, after):
        yield f"it came no later than request {after.number}"
    yield from wanted.differences(request)


def _likeness(pairs: Iterable[tuple[Pattern, str]]) -> float:
    from difflib import SequenceMatcher  # 1 ms, for verifications that fail

    matcher = SequenceMatcher(None, autojunk=False)
    ratios = []
    for pattern, value in pairs:
        matcher.set_seqs(value[:_LONGEST_COMPARED], pattern.written[:_LONGEST_COMPARED])
        ratios.append(matcher.ratio())
    return max(ratios, default=0.0)


def _parse(name: str, text: str) -> Pattern:
    if name == "operation":
        return _operation(text)
    if name == "phone":
        return _phone(text)
    if name == "status":
        return _status(text)
    return parse_one_of(text, _KNOWN[name], name) if name in _KNOWN else parse_pattern(text)


def _operation(text: str) -> Pattern:
    """Return the pattern of an operation, which matches in every version unless it names one."""
    if is_regex(text) or "." in text:
        return parse_one_of(text, _in_every_version(), "operation")
    parse_one_of(text, OPERATIONS, "operation")
    return Pattern(text, parse_pattern(f"v?.{text}").regex)


def _in_every_version() -> Iterator[str]:
    return (f"{version}.{operation}" for version in VERSIONS for operation in OPERATIONS)


def _status(text: str) -> Pattern:
    """Return the pattern of a status, which can be written as in rules: `4xx`."""
    if _CLASS.fullmatch(text):
        return Pattern(text, parse_pattern(text.replace("x", "?")).regex)
    pattern = parse_pattern(text)
    if not any(map(pattern.regex.search, _STATUSES)):
        raise ValueError(f"{quoted(text)} matches no status: statuses are 100 to 599")
    return pattern


def _phone(text: str) -> Pattern:
    """Return the pattern of a number, with or without its plus, or of numbers as in rules."""
    pattern = parse_phone(text)
    digits = pattern.written.removeprefix("+")
    return Pattern(text, re.compile(rf"\A\+?{digits}\Z")) if is_literal(text) and digits.isdigit() else pattern
