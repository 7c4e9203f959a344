"""Mistakes in scenario files, each with its place and often a suggestion."""

from collections.abc import Collection, Iterable
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mockgms.output.printable import visible

if TYPE_CHECKING:
    from difflib import SequenceMatcher

_MAX: Final = 100  # mistakes of one scenario that are reported
_LONGEST_WORD: Final = 64  # characters; for longer words nothing is suggested
_MAX_KNOWN: Final = 1_000  # known words that are searched; there are 600 time zones
_MAX_COMPARED: Final = 20  # best candidates that are compared letter by letter
_MAX_LISTED: Final = 50  # known words that a message lists
_NEAR: Final = 0.6  # the lowest similarity of a suggestion, from 0 to 1


class Place(NamedTuple):
    """A place in a file. Lines and columns count from 1."""

    file: str
    line: int
    column: int


class Unknown(NamedTuple):
    """A word that is not among the known words. The suggestion is searched only when the mistake is shown."""

    word: str
    known: Collection[str]
    or_all: bool = False

    @property
    def clause(self) -> str:
        """A clause that suggests the nearest known word.

        If no known word is near, it is empty, or with `or_all` it lists the known words.
        """
        return suggest_or_list(self.word, self.known) if self.or_all else did_you_mean(self.word, self.known)


class UnknownWord(ValueError):
    """A text is not one of the known words. The message ends with a suggestion."""

    def __init__(self, sentence: str, unknown: Unknown) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.unknown = unknown

    def __str__(self) -> str:
        return self.sentence + self.unknown.clause


class Mistake(Struct, frozen=True):
    """One mistake. Without a place in the file (the file is missing, for example), `line` and `column` are 0.

    If there is an `unknown` word, ScenarioMistakes adds its suggestion to the message.
    """

    file: str
    line: int
    column: int
    message: str
    unknown: Unknown | None = None

    def __str__(self) -> str:
        where = f":{self.line}:{self.column}" if self.line else ""
        return visible(f"{self.file}{where}: {self.message}")


class ScenarioMistakes(Exception):
    """A scenario cannot be used. `mistakes` has those in it and its parents, sorted by place.

    After 100 mistakes, one more says how many were left out.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        found = {(mistake.file, mistake.line, mistake.column, mistake.message): mistake for mistake in mistakes}
        self.mistakes = tuple(_whole(found[key]) for key in sorted(found)[:_MAX])
        if len(found) > _MAX:
            self.mistakes += (Mistake(self.mistakes[-1].file, 0, 0, f"has {len(found) - _MAX} more mistakes"),)
        super().__init__("\n".join(map(str, self.mistakes)))


def _whole(mistake: Mistake) -> Mistake:
    """Return the mistake with the suggestion in its message."""
    if mistake.unknown is None:
        return mistake
    return replace(mistake, message=mistake.message + mistake.unknown.clause, unknown=None)


def any_of(words: Iterable[str]) -> str:
    """Return the words joined as `a, b or c`. At least one word is required."""
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last


def list_known(known: Collection[str], most: int = _MAX_LISTED) -> str:
    """Return a clause that lists the known words, by default at most 50; empty if there are none."""
    others = f" and {len(known) - most} more" if len(known) > most else ""
    return f" (there are: {', '.join(islice(known, most))}{others})" if known else ""


def suggest_or_list(word: str, known: Collection[str]) -> str:
    """Return a clause that suggests the nearest known word, or lists the known words if none is near."""
    return did_you_mean(word, known) or list_known(known)


def suggest_and_list(word: str, known: Collection[str]) -> str:
    """Return a clause that suggests the nearest known word, if one is near, and then lists the known words."""
    return did_you_mean(word, known) + list_known(known)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a clause that suggests the known word nearest to this one; empty if none is near.

    The time is bounded: nothing is suggested for words of more than 64 characters, and at most 1,000 known words are
    searched.
    """
    if len(word) > _LONGEST_WORD:
        return ""
    from difflib import SequenceMatcher  # 1 ms, for mistakes only

    matcher = SequenceMatcher(None, "", word)
    candidates: list[tuple[float, str]] = []
    for each in islice((each for each in known if len(each) <= _LONGEST_WORD), _MAX_KNOWN):
        matcher.set_seq1(each)
        if matcher.real_quick_ratio() >= _NEAR and (ratio := matcher.quick_ratio()) >= _NEAR:
            candidates.append((ratio, each))
    nearest = max(((_ratio(matcher, each), each) for _, each in nlargest(_MAX_COMPARED, candidates)), default=(0.0, ""))
    return f", did you mean `{nearest[1]}`?" if nearest[0] >= _NEAR else ""


def _ratio(matcher: "SequenceMatcher[str]", known: str) -> float:
    matcher.set_seq1(known)
    return matcher.ratio()
