"""Effort: estimates the time of comparing filters with exchanges, before it begins."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mockgms.scenario.patterns import Pattern
from mockgms.session.verification.filters import Filter
from mockgms.session.verification.recorded_request import RecordedRequest

MAX_SECONDS: Final = 10

# Twice the worst times measured. Most patterns take far less.
_COMPARISON: Final = 1e-6  # seconds for a pattern and a value, however short
_REGEX_COMPARISONS: Final = 4  # a regular expression costs as much as this number of simple comparisons
_REGEX_STEP: Final = 12e-9  # seconds per step of a regular expression and character
_GLOB_STEP: Final = 2e-9  # seconds per character of a glob and character of a text
_GLOB_BASE: Final = 16e-9  # seconds per glob and character of a text, in addition
_LONGEST: Final = 16 * 1024  # characters of a value that are compared
_PASSES: Final = 2  # over all exchanges: one for the matches, one for the nearest misses


def effort(filters: Iterable[Filter], requests: Sequence[RecordedRequest]) -> float:
    """Return the maximum seconds of a check that compares each exchange with one of the filters at a time."""
    patterns, steps = _costs(filters)
    values, characters = Counter[str](), Counter[str]()
    for each in requests:
        for name, texts in each.texts.items():
            values[name] += len(texts)
            characters[name] += sum(min(len(text), _LONGEST) for text in texts)
    one_pass = sum(
        patterns[name] * _COMPARISON * (values[name] + len(requests)) + steps[name] * characters[name]
        for name in patterns
    )
    return _PASSES * one_pass


def _costs(filters: Iterable[Filter]) -> tuple[dict[str, int], dict[str, float]]:
    """Return by name the maximum comparisons of a filter, and the maximum seconds per character that they take."""
    patterns: dict[str, int] = {}
    steps: dict[str, float] = {}
    for one in filters:
        for name, alternatives in one.conditions.items():
            patterns[name] = max(patterns.get(name, 0), sum(map(_comparisons, alternatives)))
            steps[name] = max(steps.get(name, 0.0), sum(map(_seconds_per_character, alternatives)))
    return patterns, steps


def _comparisons(pattern: Pattern) -> int:
    return _REGEX_COMPARISONS if pattern.is_regex else 1


def _seconds_per_character(pattern: Pattern) -> float:
    if pattern.is_regex:
        return pattern.steps * _REGEX_STEP
    return _GLOB_BASE + pattern.steps * _GLOB_STEP if pattern.steps else 0.0
