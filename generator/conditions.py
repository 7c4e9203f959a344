"""The JavaScript module with the conditions and other keys of rules that the start page offers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from generator.faults import choices_of, given, render_list
from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import NamedCondition
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.rulebook import ALL_CONDITIONS, RuleSettings
from mockgms.scenario.sentences import REQUESTS

MODULE: Final = "mockgms/ui/static/conditionkinds.js"
_HEAD: Final = """// The keys of `when`, and those beside it, that the start page offers. Made by scripts/generate.

/** @type {import('./conditions.js').Kind[]} */
export const KINDS = """
_OPERATIONS: Final = """
/** @type {[value: string, text: string][]} the operations that a rule can be for, each with the name of a request */
export const OPERATIONS = """


def render_conditions(kinds: Iterable[type[Condition]] = ALL_CONDITIONS, rule: type = RuleSettings) -> str:
    """Return the module with the conditions that have a field, and with the keys of a rule that have a look."""
    return _HEAD + render_list([*_conditions(kinds), *_keys_beside(rule)]) + _operations()


def _operations() -> str:
    one_of_each = [[operation, one] for operation, (one, _) in REQUESTS.items()]
    return _OPERATIONS + json.dumps([*one_of_each, ["", "request"]]) + ";\n"


def _conditions(kinds: Iterable[type[Condition]]) -> Iterator[Mapping[str, Any]]:
    return (
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


def _keys_beside(rule: type) -> Iterator[Mapping[str, Any]]:
    return (
        given(
            name=key.key,
            isBeside=True,
            label=look.label,
            start=look.start,
            choices=look.choices or choices_of(key),
            says=look.says,
            words=look.words,
        )
        for key in keys_of(rule).values()
        if (look := key.look) is not None
    )
