"""The regular expression: one that no text keeps busy for long.

Python's own ones can take longer than the age of the universe, and nothing else is answered meanwhile. RE2 takes time
that grows with the text alone, and so knows no look-around and no references back.
"""

from typing import Final

_MOST_STEPS: Final = 2_000  # of a program, each of which may be taken for each byte of a text
MEMORY: Final = 256 * 1024  # bytes that RE2 may keep of each; with more, usual expressions are no faster
_LOOKED_AT: Final = 16 * 1024  # bytes of a text: as many as a header may have
_NOT_THERE: Final = (
    "look-ahead, look-behind, references back and possessive repeats are not taken: write several patterns or"
    " conditions instead"
)


class LinearRegex:
    """A regular expression in the syntax of RE2. Looks at the first 16,384 bytes of a text."""

    __slots__ = ("_search", "steps")

    def __init__(self, text: str) -> None:
        """Raises ValueError, with a clause."""
        import re2  # most scenarios need none: importing it takes a while

        options = re2.Options()
        options.log_errors = False
        options.max_mem = MEMORY
        try:
            compiled = re2.compile(text.encode(), options)
        except UnicodeEncodeError:
            raise ValueError("it has half a character in it") from None
        except re2.error as error:
            raise ValueError(_why(error.args[0].decode(errors="replace"))) from None
        finally:
            re2.purge()  # it would keep the last 128, and what each has come to need
        if compiled.programsize > _MOST_STEPS:
            raise ValueError(f"it repeats too much: its program has {compiled.programsize} steps, over {_MOST_STEPS}")
        self.steps: int = compiled.programsize
        self._search = compiled.search

    def search(self, text: str, /) -> bool:
        """Whether the text has a part that is as the expression says."""
        return self._search(text[:_LOOKED_AT].encode(errors="replace")[:_LOOKED_AT]) is not None


def _why(error: str) -> str:
    is_beyond = error.startswith(("invalid perl operator", "invalid escape sequence", "bad repetition operator"))
    return f"{error} ({_NOT_THERE})" if is_beyond else error
