"""Find phone numbers in plain text, however their digits are grouped."""

import sys
from collections.abc import Generator, Iterator
from typing import Final, TypeAlias

from mockgms.api.masking.escapes import scan
from mockgms.domain.lazy_regex import lazy_regex

TextSpan: TypeAlias = tuple[int, int]

_SEPARATOR: Final = r"[ \t().\-/+_\u00a0\u00b7\u2007\u2009\u2010-\u2015\u202f\u2212\u3000\ufffd]"
# Groups of digits with one to three separators between them. It never backtracks, so it is linear. The separators
# are not a repetition, because Python 3.11.2, which Debian 12 has, matches too much if one fails in a possessive group.
_GROUPS: Final = "|".join(_SEPARATOR * count + "[0-9]" for count in range(4))
RUN: Final = rf"[0-9](?:{_GROUPS})*+"
_RUN: Final = lazy_regex(RUN)
_NO_DIGITS: Final = lazy_regex(r"[^0-9]+")
_GROUP: Final = lazy_regex(r"[0-9]++")
_SPACED_DIGITS: Final = lazy_regex(r"[0-9]\+[0-9]\+")
_DATE: Final = lazy_regex(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-[0-3][0-9](?![0-9])")

_SHORTEST: Final = 5  # digits of a known number: shorter ones would match in too many places
_END: Final = 7  # last digits by which a known number is recognized, with or without a country's code
_LONGEST: Final = 15  # digits of a number with its country's code (E.164)
_MAX_COMPARED: Final = 8  # known numbers with the same end that are compared in full
_LONGEST_VALUE: Final = 256  # characters of the value of a phone number
_PIECE: Final = 4_096  # characters of a run that are searched between two pauses
_OVERLAP: Final = 4 * _LONGEST  # characters of the longest number, separators included
_SUFFIXES: Final = 16  # known numbers up to which a text is first checked for their ends
_NON_DIGITS: Final = bytes(sorted({*range(256)} - {*b"0123456789"}))
_STARS: Final = "***"


class KnownNumbers:
    """Phone numbers that an exchange has under sensitive names, to be found in other spellings.

    They are found with and without a country's code. With `suspects_all`, every run of at least seven digits counts as
    known.
    """

    def __init__(self, *, suspects_all: bool = False) -> None:
        self._suspects_all = suspects_all
        self._by_end: dict[str, list[str]] = {}
        self._short: set[str] = set()

    def add(self, text: str, start: int = 0, end: int = sys.maxsize) -> None:
        """Add the numbers in a plain text that is the value of a phone number; only its first 256 characters count."""
        for run in _RUN.finditer(text, start, min(end, start + _LONGEST_VALUE)):
            self._add(_NO_DIGITS.sub("", run[0])[-_LONGEST:])
            for group in _GROUP.findall(run[0]):
                self._add(group[-_LONGEST:])

    def _add(self, digits: str) -> None:
        if len(digits) >= _END:
            alike = self._by_end.setdefault(digits[-_END:], [])
            if len(alike) <= _MAX_COMPARED and digits not in alike:
                alike.append(digits)
        elif len(digits) >= _SHORTEST:
            self._short.add(digits)

    def may_be_in(self, text: str) -> bool:
        """Return False if a quick check of the digits of a text rules out that it has a known number."""
        if self._suspects_all or len(self._by_end) + len(self._short) > _SUFFIXES:
            return True
        digits = text.encode("ascii", "replace").translate(None, _NON_DIGITS)
        return any(end.encode() in digits for end in (*self._by_end, *self._short))

    def find(self, text: str, start: int, end: int) -> Iterator[TextSpan]:
        """Yield the known numbers in a run of a text. Some may overlap."""
        if self._suspects_all and len(_NO_DIGITS.sub("", text[start:end])) >= _END:
            yield start, end
        if self._by_end:
            yield from self._by_end_of(text, start, end)
        if self._short:
            if _NO_DIGITS.sub("", text[start:end]) in self._short:
                yield start, end
            for group in _GROUP.finditer(text, start, end):
                if group[0] in self._short:
                    yield group.span()

    def _by_end_of(self, text: str, start: int, end: int) -> Iterator[TextSpan]:
        digits = _NO_DIGITS.sub("", text[start:end])
        places: list[int] | None = None
        for last in range(_END, len(digits) + 1):
            alike = self._by_end.get(digits[last - _END : last])
            if alike is not None:
                if places is None:
                    places = [start + at for at, character in enumerate(text[start:end]) if character in "0123456789"]
                yield places[last - _own_digits(digits[:last], alike)], places[last - 1] + 1


def find_numbers(text: str, named: list[TextSpan], known: KnownNumbers) -> Generator[None, None, list[TextSpan]]:
    """Find the phone numbers of a plain text; some may overlap.

    A run of digits is a number if it lies in one of the `named` spans (in order), if it has a plus in front and seven
    digits or more, or if it is known. Pauses between pieces of the work, which is linear in the text.
    """
    found: list[TextSpan] = []
    if not named and "+" not in text and not known.may_be_in(text):
        return found
    regions = iter([*named, (len(text) + 1, len(text) + 1)])
    opens, closes = next(regions)
    for run in scan(_RUN, text):
        if run is None:
            yield
            continue
        start, end = run.span()
        while start >= closes:
            opens, closes = next(regions)
        if opens <= start:
            if not _is_masked(text, start, end):  # pragma: no branch  # depends on made-up texts
                found.append(_widened(text, start, end))
        elif end - start >= _SHORTEST:
            yield from _search_run(text, start, end, known, found)
    return found


def _search_run(
    text: str, start: int, end: int, known: KnownNumbers, found: list[TextSpan]
) -> Generator[None, None, None]:
    """Find the numbers of one run, which may be as long as the text."""
    for at in range(start, end, _PIECE):
        if at > start:
            yield
        piece = max(start, at - _OVERLAP), min(end, at + _PIECE)
        spans = {*known.find(text, *piece), *_with_plus(text, *piece)}
        found += sorted(_widened(text, *span) for span in spans if span[1] > at)  # the previous piece found the others


def _is_masked(text: str, start: int, end: int) -> bool:
    """True if these digits are the rest of a number that is masked already."""
    return end - start <= 4 and (text.endswith(_STARS, 0, start) or text.startswith(_STARS, end))  # noqa: PLR2004


def _own_digits(digits: str, alike: list[str]) -> int:
    """Return how many of the last digits belong to the number, by the most similar known one."""
    if len(alike) > _MAX_COMPARED:
        return min(_LONGEST, len(digits))
    return max(_common_end(digits, number) for number in alike)


def _common_end(one: str, other: str) -> int:
    for length in range(_END, min(len(one), len(other))):
        if one[-length - 1] != other[-length - 1]:
            return length
    return min(len(one), len(other))


def _with_plus(text: str, start: int, end: int) -> Iterator[TextSpan]:
    """Yield the numbers of a run that have a plus in front."""
    at = start
    plus = text.rfind("+", max(0, start - 3), start)
    if plus < 0 or text[plus:start].strip("+( "):
        plus = text.find("+", start, end)
    while plus >= 0:
        if _SPACED_DIGITS.match(text, plus - 1):  # digits separated by blanks, which a query writes as +
            plus = text.find("+", plus + 1, end)
            continue
        groups = [group.span() for group in _GROUP.finditer(text, plus, min(end, plus + _OVERLAP))]
        last = _end_of_number(text, groups)
        if last is not None:
            yield groups[0][0], last
        at = plus + 1 if last is None else last
        plus = text.find("+", at, end)


def _end_of_number(text: str, groups: list[TextSpan]) -> int | None:
    """Return the end of the number that begins with the first group; None if there are fewer than 7 digits."""
    if not groups or _DATE.match(text, groups[0][0]):
        return None
    digits, last = 0, 0
    for start, end in groups:
        begins_another = digits > 0 and " +" in text[last:start]
        if digits >= _END and (digits + end - start > _LONGEST or begins_another):
            break
        digits, last = digits + end - start, end
    return last if digits >= _END else None


def _widened(text: str, start: int, end: int) -> TextSpan:
    """Return the span of a number with the plus and the parenthesis in front of it."""
    if text.startswith("(", start - 1) and start and ")" in text[start:end]:
        start -= 1
    before = text[max(0, start - 3) : start].rstrip(" ")
    if before.endswith("+"):
        start -= len(text[max(0, start - 3) : start]) - len(before) + 1
    return start, end
