"""Printable text: what is printed for people shows each character, and stays on its line."""

from typing import Any


def visible(text: object) -> str:
    r"""Return a text on one line, with the characters that nobody sees as escapes: `\x1b`, `\n`, `\u202e`.

    These are the ones that `repr` escapes as well: control characters, line breaks, marks of direction, half characters
    and blanks that are no space. A backslash stays as it is.
    """
    written = str(text)
    if written.isprintable():
        return written
    return "".join(each if each.isprintable() else _escaped(each) for each in written)


def visible_lines(text: object) -> str:
    """Return a text of several lines, each of them made visible."""
    return "\n".join(map(visible, str(text).split("\n")))


def survive_encodings(*streams: Any) -> None:
    r"""Let streams write what their encoding does not have as escapes, such as `\u20ac`. Closed ones are left out."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
