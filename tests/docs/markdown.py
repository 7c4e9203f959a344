"""Markdown: the pages of the documentation, with their tables and code blocks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = {
    file.relative_to(ROOT).as_posix(): file.read_text()
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
SITE = "\n\n".join(PAGES.values())
FIDELITY = PAGES["docs/explanation/fidelity.md"]

_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


class Block(NamedTuple):
    """A fenced block of code. The title is the name of its file, or empty."""

    language: str
    title: str
    text: str


def blocks(page: str, *languages: str) -> list[Block]:
    """Return the code blocks of a page in order, or only those in these languages."""
    found = [Block(*match.groups("")) for match in _BLOCK.finditer(page)]
    return [block for block in found if not languages or block.language in languages]


def all_blocks(*languages: str) -> list[Block]:
    """Return the code blocks of all pages in these languages."""
    return [block for page in PAGES.values() for block in blocks(page, *languages)]


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the rows of cells of all tables whose first column has this heading."""
    return [row for table in _tables(page) if table[0][0] == heading for row in table[2:]]


def codes(cell: str) -> list[str]:
    """Return the texts in backticks in a cell."""
    return _CODE.findall(cell)


def _tables(page: str) -> Iterator[list[list[str]]]:
    for paragraph in page.split("\n\n"):
        lines = paragraph.strip().splitlines()
        if lines and lines[0].startswith("| "):
            yield [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
