"""Effort: how long a comparison of filters with exchanges may take, estimated before it begins."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mockgms.scenario.patterns import Pattern
from mockgms.session.verification.filters import Filter
from mockgms.session.verification.recorded_request import RecordedRequest

MOST_SECONDS: Final = 10

# Twice what was measured at worst. Most patterns take far less.
_COMPARISON: Final = 1e-6  # seconds for a pattern and a value, however short
_REGEX_COMPARISONS: Final = 4  # as many take as long as one with a regular expression
_REGEX_STEP: Final = 12e-9  # seconds for a step of a regular expression and a character
_GLOB_STEP: Final = 2e-9  # seconds for a character of a glob and one of a text
_GLOB: Final = 16e-9  # seconds for a glob and a character of a text, in addition
_LONGEST: Final = 16 * 1024  # characters of a value that a pattern looks at
_PASSES: Final = 2  # through all exchanges: one finds those that are meant, one those that come closest


def effort(filters: Iterable[Filter], seen: Sequence[RecordedRequest]) -> float:
    """Return the most seconds that a check takes which compares each exchange with one of the filters at a time."""
    patterns, steps = _most(filters)
    values, characters = Counter[str](), Counter[str]()
    for each in seen:
        for name, texts in each.texts.items():
            values[name] += len(texts)
            characters[name] += sum(min(len(text), _LONGEST) for text in texts)
    once = sum(
        patterns[name] * _COMPARISON * (values[name] + len(seen)) + steps[name] * characters[name] for name in patterns
    )
    return _PASSES * once


def _most(filters: Iterable[Filter]) -> tuple[dict[str, int], dict[str, float]]:
    """Return the most comparisons that a filter has of each name, and the most seconds they take for a character."""
    patterns: dict[str, int] = {}
    steps: dict[str, float] = {}
    for one in filters:
        for name, several in one.conditions.items():
            patterns[name] = max(patterns.get(name, 0), sum(map(_comparisons, several)))
            steps[name] = max(steps.get(name, 0.0), sum(map(_seconds, several)))
    return patterns, steps


def _comparisons(pattern: Pattern) -> int:
    return _REGEX_COMPARISONS if pattern.is_regex else 1


def _seconds(pattern: Pattern) -> float:
    if pattern.is_regex:
        return pattern.steps * _REGEX_STEP
    return _GLOB + pattern.steps * _GLOB_STEP if pattern.steps else 0.0
