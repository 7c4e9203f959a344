"""Printable text: control characters and line breaks become escapes."""

from typing import Any


def visible(text: object) -> str:
    r"""Return a text on one line, with invisible characters as escapes: `\x1b`, `\n`, `\u202e`.

    `repr` escapes the same characters: control characters, line breaks, bidirectional marks, surrogates, and spaces
    other than U+0020. A backslash is not escaped.
    """
    written = str(text)
    if written.isprintable():
        return written
    return "".join(each if each.isprintable() else _escaped(each) for each in written)


def visible_lines(text: object) -> str:
    """Return a text of several lines, with other invisible characters as escapes."""
    return "\n".join(map(visible, str(text).split("\n")))


def survive_encodings(*streams: Any) -> None:
    r"""Make streams write unsupported characters as escapes, such as `\u20ac`. Closed streams are skipped."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
