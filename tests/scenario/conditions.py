"""Conditions of rules, by their keys."""

from typing import Any, TypeAlias

from mockgms.scenario.condition import Condition
from mockgms.scenario.patterns import Pattern, parse_pattern
from mockgms.scenario.rulebook import ALL_CONDITIONS

Conditions: TypeAlias = tuple[Condition, ...]


def conditions_on(**wanted: Any) -> Conditions:
    """Return conditions by their keys. A value is patterns, patterns by name, or spans."""
    kinds: dict[str, Any] = {kind.name: kind for kind in ALL_CONDITIONS}
    return tuple(kinds[name](wanted[name]) for name in kinds if name in wanted)


def patterns(*texts: str) -> tuple[Pattern, ...]:
    """Parse texts as patterns."""
    return tuple(map(parse_pattern, texts))
