"""The table of endpoints in the README, which `scripts/generate` writes."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from generator.described import Described, Table

_BASE: Final = "/__admin"
_BEGIN: Final = "<!-- scripts/generate writes this table -->\n"
_END: Final = "\n<!-- end of the table -->"


def with_reference(page: str, tables: Iterable[Table]) -> str:
    """Return a page with its table of the endpoints of the admin API made anew. Raises ValueError if it has none."""
    start, end = page.index(_BEGIN) + len(_BEGIN), page.index(_END)
    rows = [row for table in tables for row in _rows(table)]
    written = "\n".join(["", "| Endpoint | Does | Takes |", "|---|---|---|", *rows, ""])
    return page[:start] + written + page[end:]


def _rows(table: Table) -> Iterator[str]:
    for key, described in table.items():
        method, path = key.split(" ")
        does = " ".join(filter(None, (described.summary, described.detail)))
        yield f"| `{method} {_BASE}{path}` | {does} | {', '.join(f'`{name}`' for name in _taken(described))} |"


def _taken(described: Described) -> Iterator[str]:
    """Return the names of the query parameters and of the fields of the body, where it has certain ones."""
    yield from (each.name for each in described.query)
    shape = described.body and described.body.shape
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        yield from (each.encode_name for each in msgspec.structs.fields(shape))
