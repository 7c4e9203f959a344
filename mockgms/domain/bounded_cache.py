"""A cache for functions of texts from clients, bounded in bytes."""

from collections.abc import Callable
from typing import Final, TypeVar

LONGEST: Final = 128  # characters of a key
MAX: Final = 512  # entries: with the keys above, a cache keeps at most 256 kB of text (4 bytes a character)

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(dict[K, V]):
    """The cached results of a function: `cache[key]`.

    `functools.lru_cache` bounds the number of entries, not their bytes, so texts of a megabyte each would fill the
    memory. This cache ignores keys of more than `longest` characters, and is emptied at `most` entries. Exceptions are
    not cached. A hit costs less than with `lru_cache`: it is a plain dictionary lookup.

    In hot code, call `find = cache.__getitem__`: it takes a third of the time of `cache[key]`, because Python
    searches the subclass each time.

    `function` takes the key, which is a text or a tuple. Its result must depend on the key alone. The length of a tuple
    is the total length of its texts. `length` replaces this measure: it is called with the key and the result.
    """

    __slots__ = ("_function", "_length", "_longest", "_most")

    def __init__(
        self,
        function: Callable[[K], V],
        *,
        most: int = MAX,
        longest: int = LONGEST,
        length: Callable[[K, V], int] | None = None,
    ) -> None:
        super().__init__()
        self._function = function
        self._most = most
        self._longest = longest
        self._length = length or _length

    def __missing__(self, key: K) -> V:
        result = self._function(key)
        if self._length(key, result) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[key] = result
        return result


def _length(key: object, _: object) -> int:
    if isinstance(key, tuple):
        return sum(len(part) for part in key if isinstance(part, str))
    return len(str(key))
