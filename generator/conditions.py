"""The conditions as the start page offers them: a JavaScript module, made from the condition classes."""

from collections.abc import Iterable
from typing import Final

from generator.faults import given, render_list
from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import NamedCondition
from mockgms.scenario.rulebook import ALL_CONDITIONS

MODULE: Final = "mockgms/ui/static/conditionkinds.js"
_HEAD: Final = """// The conditions on a request that the start page offers. Made by scripts/generate.

/** @type {import('./conditions.js').Kind[]} */
export const KINDS = """


def render_conditions(kinds: Iterable[type[Condition]] = ALL_CONDITIONS) -> str:
    """Return the module with those of these conditions that have a field."""
    return _HEAD + render_list(
        given(
            name=kind.name,
            label=field.label,
            start=field.start,
            choices=field.choices,
            isNamed=issubclass(kind, NamedCondition),
            says=kind.says,
        )
        for kind in kinds
        if (field := kind.field) is not None
    )
