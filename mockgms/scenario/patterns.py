"""Patterns in rules and filters: literals, globs, and regular expressions between slashes."""

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from typing import Annotated, Any, Final, NamedTuple, Protocol, TypeAlias

from msgspec import Meta, Struct

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.numbers import plain_number
from mockgms.domain.quoting import quoted, shortened
from mockgms.scenario.mistakes import Unknown, UnknownWord, any_of
from mockgms.scenario.regex import MEMORY, LinearRegex
from mockgms.scenario.text_forms import Text

LONGEST_PATTERN: Final = 1_000  # characters
ONE_END: Final = 8 * 1024  # characters of each end of a long text
_MAX_SHOWN: Final = 5  # values of one name in a message
MAX_REGEXES: Final = 2_000
MAX_STEPS: Final = 50_000  # at worst, RE2 takes 10 s for them over 16 KiB of text

# Punctuation in phone numbers. A set in brackets is part of a glob and stays unchanged.
_PUNCTUATION = lazy_regex(r"(\[[^]]*\])|[\s().-]")
_SPECIAL = lazy_regex(r"[*?[]")

Test: TypeAlias = Callable[[str], object]  # the result is used as a truth value


class Searching(Protocol):
    """An object that searches a text for a pattern."""

    def search(self, text: str, /) -> object:
        """Return a true value if the text matches."""


class Pattern(Struct, frozen=True, eq=False):
    """A pattern to match texts with. `written` is its form in the file.

    It is a literal, a glob, or between slashes a regular expression. `steps` is the highest cost of a match per
    character of the text: the program size of a regular expression, the length of a glob, or 0 for literals and
    prefixes.
    """

    written: str
    regex: Searching
    steps: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.written == other.written

    def __ne__(self, other: object) -> bool:  # without it, Struct compares identities
        return not isinstance(other, Pattern) or self.written != other.written

    __hash__ = None  # type: ignore[assignment]  # nothing hashes patterns

    @property
    def is_regex(self) -> bool:
        """Whether it is a regular expression."""
        return is_regex(self.written)

    @property
    def is_literal(self) -> bool:
        """Whether it matches only one text, itself."""
        return is_literal(self.written)

    @property
    def is_beginning(self) -> bool:
        """Whether its only special character is a star at the end, so that it matches every text with this prefix."""
        return self.written.endswith("*") and is_literal(self.written[:-1])

    @property
    def beginning(self) -> str:
        """The text with which every match begins."""
        return "" if self.is_regex else _SPECIAL.split(self.written, maxsplit=1)[0]

    def fits(self, text: str) -> bool:
        """Return whether a text matches."""
        return bool(self.regex.search(text))

    def includes(self, other: "Pattern") -> bool:
        """Return whether it certainly matches every text that the other pattern matches."""
        if self.written in ("*", other.written):
            return True
        if other.is_literal:
            return self.fits(other.written)
        return self.is_beginning and not other.is_regex and other.written.startswith(self.written[:-1])


def is_regex(written: str) -> bool:
    """Return whether a written pattern is a regular expression."""
    return len(written) > 1 and written.startswith("/") and written.endswith("/")


def is_literal(written: str) -> bool:
    """Return whether a written pattern has no special characters."""
    return not is_regex(written) and not any(character in "*?[" for character in written)


def parse_pattern(text: str) -> Pattern:
    """Parse a glob (`*`, `?`, `[a-z]`, `[!a-z]`), or a regular expression in slashes.

    A glob must match the whole text, a regular expression any part of it. A glob sees only the first and the last 8,192
    characters of a longer text, unless its only special character is a star at its end. Raises ValueError with a
    sentence.
    """
    if not text:
        raise ValueError("the pattern is empty: write * to match anything")
    if len(text) > LONGEST_PATTERN:
        raise ValueError(f"a pattern has at most {LONGEST_PATTERN} characters")
    if is_regex(text):
        regex = _compiled(text[1:-1])
        return Pattern(text, regex, regex.steps)
    return _glob(text)


def parse_phone(text: str) -> Pattern:
    """Parse a pattern for phone numbers. Raises ValueError with a sentence."""
    written = text if is_regex(text) else _PUNCTUATION.sub(lambda match: match[1] or "", plain_number(text))
    return parse_pattern(written)


def parse_one_of(text: str, known: Iterable[str], name: str) -> Pattern:
    """Parse a pattern that must match at least one of the known names. In errors, `name` is their kind.

    Raises ValueError with a sentence.
    """
    known = tuple(known)
    pattern = parse_pattern(text)
    if not any(map(pattern.fits, known)):
        raise UnknownWord(f"{quoted(text)} matches no {name}", Unknown(text, known, or_all=True))
    return pattern


class PatternText(Text, frozen=True):
    """The form of a text that is parsed as a pattern."""


def pattern_text(example: str, examples: Sequence[str], parse: Callable[[str], Pattern] = parse_pattern) -> Any:
    """Return the schema type of a pattern. Messages show the `example`, the JSON Schema the `examples`."""
    return Annotated[str, Meta(examples=list(examples)), PatternText(parse, example, free=True)]


def like(patterns: Sequence[Pattern]) -> Test:
    """Return a test whether a text matches one of the patterns. Regular expressions are tried last."""
    literals = frozenset(pattern.written for pattern in patterns if pattern.is_literal)
    beginnings = tuple(pattern.written[:-1] for pattern in patterns if pattern.is_beginning)
    others = tuple(each.regex.search for each in patterns if not each.is_literal and not each.is_beginning)
    match len(literals), len(beginnings), len(others):
        case _, 0, 0:
            return literals.__contains__
        case 0, _, 0:
            return lambda text: text.startswith(beginnings)
        case 0, 0, 1:
            return others[0]
        case _:
            return lambda text: text in literals or text.startswith(beginnings) or any(find(text) for find in others)


class Shown(NamedTuple):
    """Two functions that render texts for explanations.

    `value` renders a value of the request, `pattern` a pattern as written. Both also take the name of the text.
    """

    value: Callable[[str, str], str]
    pattern: Callable[[str, str], str]


UNMASKED: Final = Shown(lambda _, text: text, lambda _, text: text)


def unlike(name: str, patterns: Iterable[Pattern], values: Sequence[str], shown: Shown = UNMASKED) -> str:
    """Return the sentence that the values of `name` match none of the patterns."""
    wanted = any_of(shown.pattern(name, pattern.written) for pattern in patterns)
    if values:
        return f"{name} is {any_of(shortened(shown.value(name, value)) for value in values[:_MAX_SHOWN])}, not {wanted}"
    return f"there is no {name} to match {wanted}"


class PatternBudget:
    """Counts the patterns of a scenario, or of all armed rules, and refuses too many."""

    def __init__(self) -> None:
        self._regexes = 0
        self._steps = 0

    @property
    def is_exceeded(self) -> bool:
        """Whether a pattern was refused."""
        return self._regexes > MAX_REGEXES or self._steps > MAX_STEPS

    def take(self, pattern: Pattern) -> None:
        """Count a pattern. Raises ValueError with a sentence if there are too many."""
        self._regexes += pattern.is_regex
        self._steps += pattern.steps
        if self._regexes > MAX_REGEXES:
            raise ValueError(
                f"there are more than {MAX_REGEXES} regular expressions: write globs or texts, or one expression"
                " for several"
            )
        if self._steps > MAX_STEPS:
            raise ValueError(
                f"the patterns take more than {MAX_STEPS} steps together (a glob one for each character, a regular"
                " expression those of its program): simplify them, or write fewer"
            )

    def take_all(self, patterns: Iterable[Pattern]) -> None:
        """Count several patterns. Raises ValueError with a sentence if there are too many."""
        for pattern in patterns:
            self.take(pattern)


def size_of_regexes(patterns: Iterable[Pattern]) -> int:
    """Return how many bytes RE2 may use for the regular expressions among the patterns."""
    return MEMORY * sum(pattern.is_regex for pattern in patterns)


class _EndsOf:
    """A glob that could be slow on long texts, and therefore sees only both of their ends."""

    __slots__ = ("_glob",)

    def __init__(self, glob: re.Pattern[str]) -> None:
        self._glob = glob

    def search(self, text: str, /) -> bool:
        """Return whether the joined ends of the text match."""
        seen = text if len(text) <= 2 * ONE_END else text[:ONE_END] + text[-ONE_END:]
        return self._glob.search(seen) is not None


def _glob(text: str) -> Pattern:
    glob = lazy_regex(rf"\A{translate(text)}")
    return Pattern(text, glob) if is_literal(text.removesuffix("*")) else Pattern(text, _EndsOf(glob), len(text))


def _compiled(text: str) -> LinearRegex:
    try:
        return LinearRegex(text)
    except ValueError as error:
        raise ValueError(f"/{text}/ is not a regular expression: {error}") from None
