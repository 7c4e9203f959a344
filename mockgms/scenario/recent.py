"""A bounded memory of callers. It drops the least recently used ones."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from sys import getsizeof
from typing import Final, Generic, TypeVar

from mockgms.domain.allowance import COUNTER, Allowance

MAX_KEYS: Final = 100_000  # callers, of all rules together: 25 MB

Key = tuple[str, ...]
V = TypeVar("V")


class Recent(Generic[V]):
    """A mapping with at most `max_keys` keys. Beyond that, the least recently used key is dropped.

    The order of use is recorded only once the mapping is half full, because recording it takes time.

    Each key takes room from the `allowance`, and so do the bytes of its value beyond a few, which `size_of` returns.
    Code that lets a value grow must take its room. `on_drop` is called with each dropped key and its value. If all keys
    are `pairs` of a rule and a caller, and there is no `size_of`, adding one takes less time.

    `values` is for reading only. Unlike `get`, it does not change the order of use.
    """

    def __init__(
        self,
        allowance: Allowance,
        on_drop: Callable[[Key, V], None] = lambda *_: None,
        max_keys: int = MAX_KEYS,
        size_of: Callable[[V], int] | None = None,
        *,
        pairs: bool = False,
    ) -> None:
        self._allowance = allowance
        self._on_drop = on_drop
        self._size_of = size_of
        self._max_keys = max_keys
        self._half = max_keys // 2
        self._are_pairs = pairs
        self.values: OrderedDict[Key, V] = OrderedDict()

    def get(self, key: Key) -> V | None:
        """Return the value of a key, or None. The key becomes the newest."""
        value = self.values.get(key)
        if value is not None:
            self.touch(key)
        return value

    def touch(self, key: Key) -> None:
        """Make a key the newest, which must be there."""
        if len(self.values) > self._half:
            self.values.move_to_end(key)

    def set(self, key: Key, value: V) -> None:
        """Set the value of a key, which becomes the newest. Raises OutOfRoom before any change."""
        values = self.values
        if key not in values:
            self.add(key, value)
            return
        values[key] = value
        self.touch(key)

    def add(self, key: Key, value: V) -> None:
        """Add a key that is not there yet. Raises OutOfRoom before any change."""
        values = self.values
        self._allowance.take(COUNTER + getsizeof(key[1]) if self._are_pairs else self._size(key, value))
        if len(values) >= self._max_keys:
            oldest, dropped = values.popitem(last=False)
            self._allowance.add(-self._size(oldest, dropped))
            self._on_drop(oldest, dropped)
        values[key] = value

    def items(self) -> Iterator[tuple[Key, V]]:
        """Yield the keys and their values, the oldest first."""
        return iter(self.values.items())

    def drop(self, key: Key) -> None:
        """Remove a key, if there is one."""
        value = self.values.pop(key, None)
        if value is not None:
            self._allowance.add(-self._size(key, value))

    def drop_of(self, first: str) -> None:
        """Remove all keys with this first part."""
        for key in [key for key in self.values if key[0] == first]:
            self.drop(key)

    def take_from(self, other: "Recent[V]", keeps: Callable[[Key], bool]) -> None:
        """Take the keys for which `keeps` is true from another memory, and free the room of its other keys.

        Both have the same allowance. The other memory is not used afterwards.
        """
        for key, value in other.values.items():
            if keeps(key):
                self.values[key] = value
            else:
                self._allowance.add(-self._size(key, value))

    def _size(self, key: Key, value: V) -> int:
        size = size_of_key(key)
        return size if self._size_of is None else size + self._size_of(value)


def size_of_key(key: Key) -> int:
    """Return the bytes that a key takes, with its value. The first part is shared: a rule, a state or a scope."""
    return COUNTER + sum(map(getsizeof, key[1:]))
