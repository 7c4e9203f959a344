"""Patterns as text: globs, and between slashes regular expressions."""

import re
from collections.abc import Iterable
from fnmatch import translate
from typing import Final

from mockgms.scenario.mistakes import Unknown, UnknownWord
from mockgms.scenario.operations import OPERATIONS, VERSIONS
from mockgms.scenario.regex import LinearRegex
from mockgms.scenario.rules import Pattern

_LONGEST: Final = 1_000  # characters
_ONE_END: Final = 8 * 1024  # characters

# What people write into numbers for the eye; a set in brackets stays as it is.
_PUNCTUATION = re.compile(r"(\[[^]]*\])|[\s().-]")


def parse_pattern(text: str) -> Pattern:
    """Read a glob (`*`, `?`, `[a-z]`, `[!a-z]`), or a regular expression in slashes.

    A glob stands for the whole text, a regular expression for any part of it: look with `search`. A glob looks at the
    first and the last 8,192 characters of a longer text, unless its only special character is a star at its end. Raises
    ValueError, with a sentence.
    """
    if not text:
        raise ValueError("the pattern is empty: write * for anything at all")
    if len(text) > _LONGEST:
        raise ValueError(f"a pattern has at most {_LONGEST} characters")
    if is_regex(text):
        regex = _compiled(text[1:-1])
        return Pattern(text, regex, regex.steps)
    return _glob(text)


class _EndsOf:
    """A glob that may take long over long texts, and so looks at both of their ends."""

    __slots__ = ("_search",)

    def __init__(self, glob: re.Pattern[str]) -> None:
        self._search = glob.search

    def search(self, text: str, /) -> bool:
        """Whether the ends of the text, one after the other, are as the glob says."""
        seen = text if len(text) <= 2 * _ONE_END else text[:_ONE_END] + text[-_ONE_END:]
        return self._search(seen) is not None


def _glob(text: str) -> Pattern:
    glob = re.compile(rf"\A{translate(text)}")
    return Pattern(text, glob) if is_literal(text.removesuffix("*")) else Pattern(text, _EndsOf(glob), len(text))


def parse_phone(text: str) -> Pattern:
    """Read a pattern of phone numbers. Raises ValueError, with a sentence."""
    written = text if is_regex(text) else _PUNCTUATION.sub(lambda match: match[1] or "", text)
    return parse_pattern(written)


def parse_operation(text: str) -> Pattern:
    """Read a pattern of operations, of which there must be one that it fits. Raises ValueError, with a sentence."""
    return parse_one_of(text, OPERATIONS, "operation")


def parse_version(text: str) -> Pattern:
    """Read a pattern of wire versions, of which there must be one that it fits. Raises ValueError, with a sentence."""
    return parse_one_of(text, VERSIONS, "version")


def is_regex(written: str) -> bool:
    """Whether a pattern that is written so is a regular expression."""
    return len(written) > 1 and written.startswith("/") and written.endswith("/")


def is_literal(written: str) -> bool:
    """Whether a pattern that is written so stands for itself alone."""
    return not is_regex(written) and not any(character in "*?[" for character in written)


def _compiled(text: str) -> LinearRegex:
    try:
        return LinearRegex(text)
    except ValueError as error:
        raise ValueError(f"/{text}/ is no regular expression: {error}") from None


def parse_one_of(text: str, known: Iterable[str], what: str) -> Pattern:
    """Read a pattern of which one of the known names must be what it fits; `what` is what they are.

    Raises ValueError, with a sentence.
    """
    known = tuple(known)
    pattern = parse_pattern(text)
    if not any(pattern.regex.search(name) for name in known):
        raise UnknownWord(f"{text!r} fits no {what}", Unknown(text, known, or_all=True))
    return pattern


PATTERN_PARSERS: Final = (parse_pattern, parse_phone, parse_operation, parse_version)
