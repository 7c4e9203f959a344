"""Regular expressions in linear time.

Those of Python can backtrack without end, and block the whole server. RE2 takes time proportional to the length of the
text. Therefore it has no look-around and no backreferences.
"""

from typing import Final

MAX_PROGRAM: Final = 2_000  # instructions in a program; at worst, each runs for each byte of a text
MEMORY: Final = 256 * 1024  # bytes of cache per expression; more does not make usual expressions faster
LONGEST_SEARCHED: Final = 16 * 1024  # bytes of a text that are searched, as long as a header may be
_NOT_THERE: Final = (
    "look-ahead, look-behind, backreferences and possessive quantifiers are not supported: write several patterns or"
    " conditions instead"
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


def _explain(error: str) -> str:
    is_beyond = error.startswith(("invalid perl operator", "invalid escape sequence", "bad repetition operator"))
    return f"{error} ({_NOT_THERE})" if is_beyond else error
