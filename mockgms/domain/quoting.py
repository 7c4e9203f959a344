"""Texts of clients as messages repeat them: the beginning of a long one is enough."""

from typing import Final

LONGEST_QUOTED: Final = 100  # characters


def quoted(text: str) -> str:
    """Return a text in quotes, without the end of a long one."""
    return repr(text) if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]!r}..."


def shortened(text: str) -> str:
    """Return a text without the end of a long one."""
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}..."
