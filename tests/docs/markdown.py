"""Markdown: the tables and code blocks of the documentation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
FIDELITY = (ROOT / "docs" / "fidelity.md").read_text()

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


class Block(NamedTuple):
    """A fenced block of code."""

    language: str
    text: str


def blocks(page: str) -> list[Block]:
    return [Block(*match.groups()) for match in _BLOCK.finditer(page)]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of all tables whose first column has this heading, row by row."""
    return [row for table in _tables(page) if table[0][0] == heading for row in table[2:]]


def codes(cell: str) -> list[str]:
    """What is set as code in a cell."""
    return _CODE.findall(cell)


def _tables(page: str) -> Iterator[list[list[str]]]:
    for paragraph in page.split("\n\n"):
        lines = paragraph.strip().splitlines()
        if lines and lines[0].startswith("| "):
            yield [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
