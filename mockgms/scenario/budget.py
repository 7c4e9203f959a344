"""The budget of patterns: how many, and how large, those of a scenario or of all armed rules may be together."""

from collections.abc import Iterable
from typing import Final

from mockgms.scenario.regex import MEMORY
from mockgms.scenario.rules import Pattern, Rule

_MOST_REGEXES: Final = 2_000
_MOST_STEPS: Final = 50_000  # RE2 takes 10 s for them over the 16 KiB of a text that it looks at, at worst


class PatternBudget:
    """Counts patterns, and refuses those that are too many."""

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

    def take_all(self, rules: Iterable[Rule]) -> None:
        """Count the patterns of some rules. Raises ValueError, with a sentence, when they are too many."""
        for rule in rules:
            for pattern in rule.when.patterns():
                self.take(pattern)


def size_of_regexes(rules: Iterable[Rule]) -> int:
    """Return how many bytes RE2 may keep of the regular expressions of some rules."""
    return MEMORY * sum(pattern.is_regex for rule in rules for pattern in rule.when.patterns())
