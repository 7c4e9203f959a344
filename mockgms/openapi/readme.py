"""The rows of the README's tables of conditions and faults: what has none gets one, made from its class.

Rows that are there stay as they are, since people word them better.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import FieldInfo

from mockgms.scenario.conditions import CONDITIONS, Condition, NamedCondition
from mockgms.scenario.faults.catalog import FAULTS, fault_struct
from mockgms.scenario.shapes import Shape

_CONDITION: Final = "Condition"
_FAULT: Final = "Fault"


def add_rows(readme: str) -> str:
    """Return the README with a row for each condition and fault."""
    readme = _completed(readme, _CONDITION, {kind.name: _of_condition(kind) for kind in CONDITIONS})
    return _completed(readme, _FAULT, {name: _of_fault(name) for name in FAULTS})


def _completed(readme: str, heading: str, rows: Mapping[str, Iterable[str]]) -> str:
    """Add the rows whose first cell is in no row of the table with this heading."""
    table = re.search(rf"^\| {heading} \|.*\n(?:\|.*\n)+", readme, re.MULTILINE)
    if table is None:
        raise ValueError(f"the README has no table that begins with `| {heading} |`")
    known = re.findall(r"^\| `(\w+)` \|", table[0], re.MULTILINE)
    new = "".join(f"| {' | '.join((f'`{name}`', *rows[name]))} |\n" for name in rows if name not in known)
    return readme[: table.end()] + new + readme[table.end() :]


def _of_condition(kind: type[Condition]) -> tuple[str, ...]:
    """What it is about, and an example."""
    shape = Shape(kind.form)
    is_named = issubclass(kind, NamedCondition)
    text = Shape(shape.entries).text if is_named else shape.text
    example = f'"{text.example if text else ""}"'
    return f"{kind.description}.", f"`{{name: {example}}}`" if is_named else f"`{example}`"


def _of_fault(name: str) -> tuple[str, ...]:
    """What happens, the keys with their defaults, and an example."""
    keys = msgspec.structs.fields(fault_struct(name))[1:]
    required = "".join(f", {key.name}: {_example(key)}" for key in keys if key.required)
    return str(FAULTS[name].__doc__), "; ".join(map(_key, keys)), f"`{{fault: {name}{required}}}`"


def _key(key: FieldInfo) -> str:
    default = "required" if key.required else f"`{key.default}`" if key.default not in (None, "") else ""
    return f"`{key.name}`" + (f" ({default})" if default else "")


def _example(key: FieldInfo) -> Any:
    text = Shape(key.type).text
    return text.example if text else 1
