"""Tables of plain text."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockgms.output.printable import visible


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Some columns of the rows, under their names; what a row does not have is left blank."""
    names = [column.replace("_", " ") for column in columns]
    cells = [names, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: Any) -> str:
    return "" if value is None else visible(value)
