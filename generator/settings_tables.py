"""The tables of settings in the README, from the annotated fields."""

from collections.abc import Iterator
from typing import Any

from mockgms.domain.service import Service
from mockgms.scenario.declarations import record
from mockgms.scenario.field_types import Field, Record, shown
from mockgms.scenario.model import Scenario


def insert_tables(page: str) -> str:
    """Replace the tables of settings in a page, each of which stands between two comments."""
    for name, table in _tables():
        comment = f"<!-- {name}: made by scripts/generate -->\n"
        before, after = f"{comment}\n", f"\n{comment}"
        start = page.index(before) + len(before)
        page = page[:start] + table + page[page.index(after, start) :]
    return page


def _tables() -> Iterator[tuple[str, str]]:
    scenario = [row[:3] for row in _rows(record(Scenario))]
    yield "keys of a scenario", _table(["Key", "Default", "Meaning"], scenario)
    yield "keys of a service", _table(["Key", "Default", "Meaning", "Option of GMS"], list(_rows(record(Service))))


def _table(heads: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in (heads, ["---"] * len(heads), *rows))


def _rows(kind: Record, above: str = "") -> Iterator[list[str]]:
    """A row for each key; those of a map that is always a class stand for it."""
    for key, field in kind.keys.items():
        inner = field.type.record
        if inner is not None and all(each is inner or each.accepts(None) for each in field.type.alternatives):
            yield from _rows(inner, f"{above}{key}.")
        else:
            options = ", ".join(f"`{option.name}`" for option in field.options)
            yield [f"`{above}{key}`", _default(field), field.doc, options]


def _default(field: Field) -> str:
    if field.is_required:
        return "required"
    default = field.written(field.default)
    if isinstance(default, dict) and default:
        return _by_name(default)
    return "none" if default in (None, [], {}) else f"`{_plain(default)}`"


def _by_name(defaults: dict[str, Any]) -> str:
    """The defaults of several versions, or the one of all."""
    if len(set(defaults.values())) == 1:
        return f"`{_plain(next(iter(defaults.values())))}`"
    return ", ".join(f"`{name}` `{_plain(default)}`" for name, default in defaults.items())


def _plain(default: Any) -> str:
    return ", ".join(map(shown, default)) if isinstance(default, list) else shown(default)
