"""A cache bounded by bytes, for functions of texts that clients choose."""

from collections.abc import Callable
from typing import Final, TypeVar

LONGEST: Final = 128  # characters of a key
MOST: Final = 512  # entries: with the keys above, a cache keeps at most 256 kB of text (4 bytes a character)

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(dict[K, V]):
    """The results of a function, each worked out once: `cache[key]`.

    `functools.lru_cache` bounds the number of its entries, not their bytes, so that texts of a megabyte each fill the
    memory. Here a key with more than `longest` characters is never kept. When `most` entries are kept, all are
    forgotten. What the function raises is not kept. A found key costs less than with `lru_cache`: it is a plain lookup.

    `function` takes the key, a text or a tuple; its result depends on nothing else. Of a tuple, the characters of all
    its texts count together. `length` measures a key and its result instead, for keys of other types.
    """

    __slots__ = ("_function", "_length", "_longest", "_most")

    def __init__(
        self,
        function: Callable[[K], V],
        *,
        most: int = MOST,
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
