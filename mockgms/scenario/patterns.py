"""Patterns of rules and filters: texts, globs, and regular expressions between slashes."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Annotated, Any, Final, NamedTuple, Protocol, TypeAlias

from msgspec import Meta

from mockgms.scenario.mistakes import Unknown, UnknownWord
from mockgms.scenario.regex import MEMORY, LinearRegex
from mockgms.scenario.text_forms import Text

_LONGEST: Final = 1_000  # characters
_ONE_END: Final = 8 * 1024  # characters
_LONGEST_SHOWN: Final = 100  # characters of a value
_MOST_SHOWN: Final = 5  # values of one name
_MOST_REGEXES: Final = 2_000
_MOST_STEPS: Final = 50_000  # RE2 takes 10 s for them over the 16 KiB of a text that it looks at, at worst

# What people write into numbers for the eye; a set in brackets stays as it is.
_PUNCTUATION = re.compile(r"(\[[^]]*\])|[\s().-]")

Test: TypeAlias = Callable[[str], object]  # gives something true, or something false


class Searching(Protocol):
    """What finds a pattern in a text."""

    def search(self, text: str, /) -> object:
        """Something true when the text is as the pattern says."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text to compare with: `written` as in the file, a glob or, between slashes, a regular expression.

    `steps` is how long a comparison may take for each character of a text: the size of the program of a regular
    expression, or the length of a glob. It is 0 for texts and beginnings.
    """

    written: str
    regex: Searching = field(compare=False)
    steps: int = field(default=0, compare=False)

    @property
    def is_regex(self) -> bool:
        """Whether it is a regular expression."""
        return is_regex(self.written)

    @property
    def is_literal(self) -> bool:
        """Whether it fits a single text, itself."""
        return is_literal(self.written)

    @property
    def is_beginning(self) -> bool:
        """Whether it is a text with a star at its end, and so fits every text that begins like it."""
        return self.written.endswith("*") and is_literal(self.written[:-1])

    def fits(self, text: str) -> bool:
        """Whether a text is as the pattern says."""
        return bool(self.regex.search(text))

    def includes(self, other: "Pattern") -> bool:
        """Whether it certainly fits every text that the other pattern fits."""
        if self.written in ("*", other.written):
            return True
        if other.is_literal:
            return self.fits(other.written)
        return self.is_beginning and not other.is_regex and other.written.startswith(self.written[:-1])


def is_regex(written: str) -> bool:
    """Whether a pattern that is written so is a regular expression."""
    return len(written) > 1 and written.startswith("/") and written.endswith("/")


def is_literal(written: str) -> bool:
    """Whether a pattern that is written so stands for itself alone."""
    return not is_regex(written) and not any(character in "*?[" for character in written)


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


def parse_phone(text: str) -> Pattern:
    """Read a pattern of phone numbers. Raises ValueError, with a sentence."""
    written = text if is_regex(text) else _PUNCTUATION.sub(lambda match: match[1] or "", text)
    return parse_pattern(written)


def parse_one_of(text: str, known: Iterable[str], what: str) -> Pattern:
    """Read a pattern of which one of the known names must be what it fits; `what` is what they are.

    Raises ValueError, with a sentence.
    """
    known = tuple(known)
    pattern = parse_pattern(text)
    if not any(map(pattern.fits, known)):
        raise UnknownWord(f"{text!r} fits no {what}", Unknown(text, known, or_all=True))
    return pattern


class PatternText(Text):
    """Text that is read as a pattern."""


def pattern_text(example: str, examples: Sequence[str], parse: Callable[[str], Pattern] = parse_pattern) -> Any:
    """Return the type of patterns in the schema: mistakes show the `example`, the JSON Schema the `examples`."""
    return Annotated[str, Meta(examples=list(examples)), PatternText(parse, example, free=True)]


def like(patterns: Sequence[Pattern]) -> Test:
    """A test of whether a text fits one of the patterns; regular expressions are only looked at where they have to."""
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
    """How texts are shown, each with what it is of: a `value` of the request, and a `pattern` of a rule as written."""

    value: Callable[[str, str], str]
    pattern: Callable[[str, str], str]


AS_IT_IS: Final = Shown(lambda _, text: text, lambda _, text: text)


def unlike(what: str, patterns: Iterable[Pattern], values: Sequence[str], shown: Shown = AS_IT_IS) -> str:
    """Return the sentence that says that none of some values fits one of the patterns; `what` is what they are."""
    wanted = any_of(shown.pattern(what, pattern.written) for pattern in patterns)
    if values:
        return f"{what} is {any_of(_cut(shown.value(what, value)) for value in values[:_MOST_SHOWN])}, not {wanted}"
    return f"there is no {what}, let alone {wanted}"


def any_of(words: Iterable[str]) -> str:
    """Words, at least one, of which any will do: `a, b or c`."""
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last


class PatternBudget:
    """Counts the patterns of a scenario, or of all armed rules, and refuses those that are too many."""

    def __init__(self) -> None:
        self._regexes = 0
        self._steps = 0

    @property
    def is_exceeded(self) -> bool:
        """Whether a pattern was refused."""
        return self._regexes > _MOST_REGEXES or self._steps > _MOST_STEPS

    def take(self, pattern: Pattern) -> None:
        """Count one more. Raises ValueError, with a sentence, when that is too many."""
        self._regexes += pattern.is_regex
        self._steps += pattern.steps
        if self._regexes > _MOST_REGEXES:
            raise ValueError(
                f"there are more than {_MOST_REGEXES} regular expressions: write globs or texts, or one expression"
                " for several"
            )
        if self._steps > _MOST_STEPS:
            raise ValueError(
                f"the patterns take more than {_MOST_STEPS} steps together (a regular expression those of its program,"
                " a glob one for each character): repeat less in them, or write fewer"
            )

    def take_all(self, patterns: Iterable[Pattern]) -> None:
        """Count some more. Raises ValueError, with a sentence, when they are too many."""
        for pattern in patterns:
            self.take(pattern)


def size_of_regexes(patterns: Iterable[Pattern]) -> int:
    """Return how many bytes RE2 may keep of the regular expressions among some patterns."""
    return MEMORY * sum(pattern.is_regex for pattern in patterns)


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


def _compiled(text: str) -> LinearRegex:
    try:
        return LinearRegex(text)
    except ValueError as error:
        raise ValueError(f"/{text}/ is no regular expression: {error}") from None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
