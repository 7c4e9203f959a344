"""Regular expressions in linear time.

Those of Python can backtrack without end, and block the whole server. RE2 takes time proportional to the length of the
text. Therefore it has no look-around and no backreferences.
"""

import re
from typing import Final

from mockgms.domain.lazy_regex import lazy_regex

MAX_PROGRAM: Final = 2_000  # instructions in a program; at worst, each runs for each byte of a text
MEMORY: Final = 256 * 1024  # bytes of cache per expression; more does not make usual expressions faster
LONGEST_SEARCHED: Final = 16 * 1024  # bytes of a text that are searched, as long as a header may be
_UNSUPPORTED: Final = (
    "look-ahead, look-behind, backreferences and possessive quantifiers are not supported: write several patterns or"
    " conditions instead"
)
# A part of an expression: a digit, the beginning or end of a group, a repetition of the part before, or another part.
# A bracket that directly follows the beginning of a class does not end it: `[^]12]` is one class.
_PART: Final = lazy_regex(
    r"(?P<digit>[0-9])|(?P<start>\((?:\?:)?(?!\?))|(?P<end>\))|(?P<times>[?*+]\??|\{[0-9,]+\}\??)"
    r"|(?P<other>[^\\\[\](){}|?*+]|\\[dDwWsSbB.+*?()\[\]{}^$/-]|\[(?!\^\])(?:[^\\\[\]]|\\[dDwWsS])+\])"
    r"|(?P<choice>\|)|(?P<unknown>.)",
    re.DOTALL,
)


class LinearRegex:
    """A regular expression in the syntax of RE2. It searches the first 16,384 bytes of a text."""

    __slots__ = ("_search", "steps")

    def __init__(self, text: str) -> None:
        """Compile an expression. Raises ValueError with a clause that says what is wrong."""
        import re2  # imported late, because it is slow and most scenarios have no expression

        options = re2.Options()
        options.log_errors = False
        options.max_mem = MEMORY
        try:
            compiled = re2.compile(text.encode(), options)
        except UnicodeEncodeError:
            raise ValueError("it has half of a character (a surrogate)") from None
        except re2.error as error:
            raise ValueError(_explain(error.args[0].decode(errors="replace"))) from None
        finally:
            re2.purge()  # otherwise it keeps the last 128 expressions with their caches
        if compiled.programsize > MAX_PROGRAM:
            raise ValueError(
                f"it is too complex: its program has {compiled.programsize} steps, more than {MAX_PROGRAM}"
            )
        self.steps: int = compiled.programsize
        self._search = compiled.search

    def search(self, text: str, /) -> bool:
        """Return whether a part of the text matches."""
        return self._search(text[:LONGEST_SEARCHED].encode(errors="replace")[:LONGEST_SEARCHED]) is not None


def needed_digits(expression: str) -> str:
    """Return the longest known run of digits in all texts that the expression matches.

    Without such a run, and for an expression with syntax that is rare in patterns for phone numbers, it is empty.
    """
    longest = digits = ""
    depth = 0  # of groups: their digits are not needed, because a group can be optional or have alternatives
    for part in _PART.finditer(expression):
        kind = part.lastgroup
        if kind == "unknown" or (kind == "choice" and depth == 0):
            return ""
        depth += (kind == "start") - (kind == "end")
        if kind == "digit" and depth == 0:
            digits += part[0]
        else:
            digits = digits[:-1] if kind == "times" else digits
            longest = max(longest, digits, key=len)
            digits = ""
    return max(longest, digits, key=len)


def _explain(error: str) -> str:
    is_unsupported = error.startswith(("invalid perl operator", "invalid escape sequence", "bad repetition operator"))
    return f"{error} ({_UNSUPPORTED})" if is_unsupported else error
