"""Plain text tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockgms.output.printable import visible


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return the columns of the rows as a table with a heading. Missing values are blank."""
    names = [column.replace("_", " ") for column in columns]
    cells = [names, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: Any) -> str:
    return "" if value is None else visible(value)
