"""Mistakes in scenario files: where each is, and what was meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NamedTuple

from mockgms.printable import visible

_MOST: Final = 100  # mistakes of one scenario that are reported


class Place(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. Without a place in the file (the file itself is missing, say) `line` and `column` are 0."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        where = f":{self.line}:{self.column}" if self.line else ""
        return visible(f"{self.file}{where}: {self.message}")


class ScenarioMistakes(Exception):
    """A scenario that cannot be used; `mistakes` are those in it and its parents, sorted by place.

    If there are more than 100, the last one says how many were left out.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        found = {(mistake.file, mistake.line, mistake.column, mistake.message): mistake for mistake in mistakes}
        self.mistakes = tuple(found[key] for key in sorted(found)[:_MOST])
        if len(found) > _MOST:
            self.mistakes += (Mistake(self.mistakes[-1].file, 0, 0, f"has {len(found) - _MOST} more mistakes"),)
        super().__init__("\n".join(map(str, self.mistakes)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A clause that names the known word nearest to this one; empty when none is near."""
    near = get_close_matches(word, known, n=1)
    return f", did you mean `{near[0]}`?" if near else ""


def did_you_mean_or_all(word: str, known: Iterable[str]) -> str:
    """A clause that names the known word nearest to this one, or all of them when none is near."""
    words = list(known)
    return did_you_mean(word, words) or f" (there are: {', '.join(words)})"
