"""Text for people: control characters and line breaks are shown as escapes."""

from typing import Any


def visible(text: object) -> str:
    r"""Return a text on one line, with invisible characters as escapes: `\x1b`, `\n`, `\u202e`.

    These are the characters that `repr` escapes too: control characters, line breaks, marks of direction, surrogates
    and blanks other than the space. A backslash stays as it is.
    """
    written = str(text)
    if written.isprintable():
        return written
    return "".join(each if each.isprintable() else _escaped(each) for each in written)


def visible_lines(text: object) -> str:
    """Return a text of several lines, with invisible characters as escapes in each."""
    return "\n".join(map(visible, str(text).split("\n")))


def survive_encodings(*streams: Any) -> None:
    r"""Make streams write characters outside their encoding as escapes, such as `\u20ac`. Closed ones are skipped."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
