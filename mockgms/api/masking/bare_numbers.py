"""Find phone numbers without a sensitive name: in a path, in a query, and in bodies that cannot be parsed.

A phone number has 10 to 15 digits and is not part of a word. Ids of callbacks nearly always contain letters, and times
in milliseconds have names that end in `ms`; so neither is taken for a number.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, Final

from mockgms.api.masking.digits import RUN
from mockgms.api.masking.escapes import scan, undo_escapes
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.messages import run_to_end

_MIN_DIGITS: Final = 10  # digits
_MAX: Final = 15  # digits of a number with its country's code (E.164)
_LONGEST: Final = 256  # characters of a text that can be one number
_CACHE_BUSTER: Final = "_"  # jQuery sends a time by this name

_RUN: Final = lazy_regex(RUN)
_ALONE: Final = lazy_regex(rf"\s*[+(]{{0,2}}{RUN}\)?\s*")
_NO_DIGITS: Final = lazy_regex(r"[^0-9]+")
_DATE: Final = lazy_regex(r"(?:19|20)[0-9]{2}[-/.](?:0[1-9]|1[0-2])[-/.][0-3][0-9](?![0-9])")
_IS_TIME: Final = lazy_regex(r"""ms\\*["']?\s*[:=]\s*\\*["']?$""", re.IGNORECASE)
_NAME_BEFORE: Final = 16  # characters before a number that are searched for the end of a name
_WORD_CHARACTER: Final = lazy_regex(r"[\w-]")


def in_target(path: str, params: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the numbers that are a segment of a path, or a name or value of a query."""
    yield from filter(_is_number, path.split("/"))
    for name, values in params.items():
        if _is_number(name):
            yield name
        if not name.lower().endswith("ms") and name != _CACHE_BUSTER:
            yield from filter(_is_number, values)


def in_names(fields: Any) -> Iterator[str]:
    """Yield the names of fields that are numbers."""
    if isinstance(fields, Mapping):
        for name, value in fields.items():
            if _is_number(name):
                yield name
            yield from in_names(value)
    elif isinstance(fields, list):
        for value in fields:
            yield from in_names(value)


def in_text(text: str) -> Generator[None, None, list[str]]:
    """Find the numbers in a body that cannot be parsed. Pauses between pieces of the work, which is linear."""
    found: list[str] = []
    plain = (yield from undo_escapes(text)).text
    for run in scan(_RUN, plain):
        if run is None:
            yield
        elif _has_digits(run[0]) and _stands_alone(plain, *run.span()):
            found.append(run[0])
    return found


def _is_number(text: str) -> bool:
    if not _MIN_DIGITS <= len(text) <= _LONGEST:
        return False
    plain = run_to_end(undo_escapes(text)).text
    return _ALONE.fullmatch(plain) is not None and _has_digits(plain) and not _DATE.match(plain)


def _has_digits(run: str) -> bool:
    return len(run) <= _LONGEST and _MIN_DIGITS <= len(_NO_DIGITS.sub("", run)) <= _MAX


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return True if digits are neither part of a word, such as an id, nor a date or time."""
    if (
        _WORD_CHARACTER.match(text, end)
        or (start and _WORD_CHARACTER.match(text, start - 1))
        or _DATE.match(text, start)
    ):
        return False
    return _IS_TIME.search(text[max(0, start - _NAME_BEFORE) : start]) is None
