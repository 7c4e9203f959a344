"""Undo escapes in a text, and keep track of where each character comes from."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Generator, Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

from mockgms.domain.lazy_regex import lazy_regex

_LAST: Final = 0x10FFFF  # the code point of the last character
_DEPTH: Final = 5  # levels of nested escapes, such as JSON in JSON in a form
_PIECE: Final = 32 * 1024  # characters that are searched between two pauses
_LONGEST: Final = 32  # characters by which two pieces overlap
_PAUSE: Final = 256  # matches between two pauses

_HEX: Final = "[0-9A-Fa-f]"
_NEXT: Final = f"%[89ABab]{_HEX}"  # a further byte of a character in UTF-8
_LITERAL: Final = "|".join(
    (
        f"%[0-7]{_HEX}|%[CDcd]{_HEX}{_NEXT}|%[Ee]{_HEX}{_NEXT}{_NEXT}|%[Ff][0-7]{_NEXT}{_NEXT}{_NEXT}",
        rf"(?<!\\)\\++u[Dd][89ABab]{_HEX}{{2}}\\++u[Dd][C-Fc-f]{_HEX}{{2}}",  # both halves of a character in JSON
        rf"(?<!\\)\\++(?:u{_HEX}{{4}}|x{_HEX}{{2}})",
        rf"&#(?:[0-9]{{1,7}}|[Xx]{_HEX}{{1,6}});",
        r"\0",  # the other byte of each digit in UTF-16
    )
)
# Invisible characters, and other characters for a digit or a plus, such as full-width ones.
_INVISIBLE: Final = r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
_OTHER_DIGITS: Final = r"(?![0-9])\d|[\u00b2\u00b3\u00b9\u2070\u2074-\u207a\u2080-\u208a\u2460-\u2468\ufe62\uff0b]"

# No alternative backtracks, and none begins within a run of backslashes, so both are linear.
_ASCII: Final = lazy_regex(_LITERAL)
_ANY: Final = lazy_regex(f"{_LITERAL}|{_INVISIBLE}|{_OTHER_DIGITS}")


class Plain(NamedTuple):
    """A text without its escapes.

    `levels` has two lists for each level of escapes that was undone: where the escapes end in the text without them,
    and in the text with them.
    """

    text: str
    levels: tuple[tuple[list[int], list[int]], ...] = ()

    def place(self, at: int) -> int:
        """Return the position in the original text of the character `at`, or of the end."""
        for ends, places in reversed(self.levels):
            last = bisect_right(ends, at) - 1
            at += places[last] - ends[last]
        return at


def scan(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str] | None]:
    """Yield the matches of a linear pattern in a text, and None after each piece of work.

    The shortest match at a position must fit into 32 characters; a match may have any length.
    """
    at, count = 0, 0
    while at < len(text):
        piece = at + _PIECE
        after = piece - _LONGEST
        for found in pattern.finditer(text, at, piece):
            whole = found if found.end() < piece else pattern.match(text, found.start()) or found
            yield whole
            after = max(after, whole.end())
            count += 1
            if not count % _PAUSE:
                yield None
        at = max(after, at + 1)
        yield None


def undo_escapes(text: str) -> Generator[None, None, Plain]:
    """Undo percent-encoding and the escapes of JSON and HTML, also where they are nested.

    Other characters for a digit or a plus are replaced. Invisible characters are left out. Pauses between pieces of the
    work, which is linear in the text.
    """
    levels: list[tuple[list[int], list[int]]] = []
    while len(levels) < _DEPTH and _may_have_escapes(text):
        level, undone = [0], [0]
        pieces: list[str] = []
        at = length = 0
        for found in scan(_ASCII if text.isascii() else _ANY, text):
            if found is None:
                yield
                continue
            start, end = found.span()
            character = _unescaped(found[0])
            pieces += text[at:start], character
            length += start - at + len(character)
            at = end
            level.append(length)
            undone.append(at)
        if not pieces:
            break
        text = "".join((*pieces, text[at:]))
        levels.append((level, undone))
    return Plain(text, tuple(levels))


def _may_have_escapes(text: str) -> bool:
    return "%" in text or "\\" in text or "&#" in text or "\0" in text or not text.isascii()


def _unescaped(written: str) -> str:
    """Return the character that an escape stands for; an empty text for an invisible one."""
    if len(written) == 1:
        return _plain_character(written)
    if written[0] == "%":
        return unquote(written, errors="replace")
    if written[0] == "&":
        digits = written[2:-1]
        number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        return chr(number) if number <= _LAST else ""
    *_, first, second = "", *re.split(r"\\+[ux]", written)[1:]
    if first:
        return chr(0x10000 + ((int(first, 16) - 0xD800) << 10) + int(second, 16) - 0xDC00)
    return chr(int(second, 16))


def _plain_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return "+" if "PLUS" in unicodedata.name(character, "") else ""
