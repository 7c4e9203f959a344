"""Adds missing rows to the tables of conditions and faults, made from their classes.

Existing rows stay unchanged, because people write better ones.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import CONDITIONS, NamedCondition
from mockgms.scenario.declarations import keys_of, record
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.field_types import Field, FieldType, FormedText, shown
from mockgms.scenario.rulebook import Conditions

_CONDITION: Final = "Condition"
_FAULT: Final = "Fault"
_NUMBER: Final = "1"


def add_rows(page: str) -> str:
    """Return a page with both tables, in which each condition and fault has a row."""
    page = _completed(page, _CONDITION, {kind.name: _of_condition(kind) for kind in CONDITIONS})
    return _completed(page, _FAULT, {name: _of_fault(name) for name in FAULTS})


def _completed(page: str, heading: str, rows: Mapping[str, Iterable[str]]) -> str:
    """Add the rows whose first cell is in no row of the table with this heading."""
    table = re.search(rf"^\| {heading} \|.*\n(?:\|.*\n)+", page, re.MULTILINE)
    if table is None:
        raise ValueError(f"the page has no table that begins with `| {heading} |`")
    known = re.findall(r"^\| `(\w+)` \|", table[0], re.MULTILINE)
    new = "".join(f"| {' | '.join((f'`{name}`', *rows[name]))} |\n" for name in rows if name not in known)
    return page[: table.end()] + new + page[table.end() :]


def _of_condition(kind: type[Condition]) -> tuple[str, ...]:
    """Return the meaning of a condition, and an example."""
    example = f'"{example_of(record(Conditions).keys[kind.name].type)}"'
    written = f"`{{name: {example}}}`" if issubclass(kind, NamedCondition) else f"`{example}`"
    return f"{kind.description}.", written


def _of_fault(name: str) -> tuple[str, ...]:
    """Return the effect of a fault, its keys with their defaults, and an example."""
    keys = keys_of(FAULTS[name]).values()
    required = "".join(f", {key.key}: {example_of(key.type)}" for key in keys if key.is_required)
    return str(FAULTS[name].__doc__), "; ".join(map(_key, keys)), f"`{{fault: {name}{required}}}`"


def _key(key: Field) -> str:
    default = "required" if key.is_required else key.written(key.default)
    if default in (None, "", {}):
        return f"`{key.key}`"
    return f"`{key.key}` ({default})" if key.is_required else f"`{key.key}` (`{shown(default)}`)"


def example_of(kind: FieldType) -> str:
    """Return the example of the first text with a form in a type; a number where there is none."""
    for alternative in kind.alternatives:
        if isinstance(alternative, FormedText):
            return alternative.form.example
        for inner in alternative.inner:
            if (example := example_of(inner)) != _NUMBER:
                return example
    return _NUMBER
