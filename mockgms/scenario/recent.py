"""A bounded memory of callers. It drops the least recently used ones."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from mockgms.domain.allowance import COUNTER, Allowance, size_of_text

MAX_KEYS: Final = 100_000  # callers, of all rules together: 25 MB

Key = tuple[str, ...]
V = TypeVar("V")


class Recent(Generic[V]):
    """A mapping with at most `max_keys` keys. Beyond that, the least recently used key is dropped.

    The order of use is recorded only once the mapping is half full, because recording it takes time.

    Each key and its value take room from the `allowance`: the bytes that `size_of` returns. Code that lets a value grow
    must take its room.

    `values` is for reading only. Unlike `get`, it does not change the order of use.
    """

    def __init__(
        self,
        allowance: Allowance,
        max_keys: int = MAX_KEYS,
        size_of: Callable[[Key, V], int] | None = None,
    ) -> None:
        self._allowance = allowance
        self._size_of = size_of or size_of_key
        self._max_keys = max_keys
        self._half = max_keys // 2
        self.values: OrderedDict[Key, V] = OrderedDict()

    def get(self, key: Key) -> V | None:
        """Return the value of a key, or None. The key becomes the newest."""
        value = self.values.get(key)
        if value is not None and len(self.values) > self._half:
            self.values.move_to_end(key)
        return value

    def set(self, key: Key, value: V) -> None:
        """Set the value of a key, which becomes the newest. Raises OutOfRoom before any change."""
        values = self.values
        if self.get(key) is None:
            self._allowance.take(self._size_of(key, value))
            if len(values) >= self._max_keys:
                oldest, dropped = values.popitem(last=False)
                self._allowance.add(-self._size_of(oldest, dropped))
        values[key] = value

    def items(self) -> Iterator[tuple[Key, V]]:
        """Yield the keys and their values, the oldest first."""
        return iter(self.values.items())

    def drop(self, key: Key) -> None:
        """Remove a key, if there is one."""
        value = self.values.pop(key, None)
        if value is not None:
            self._allowance.add(-self._size_of(key, value))

    def drop_of(self, first: str) -> None:
        """Remove all keys with this first part."""
        for key in [key for key in self.values if key[0] == first]:
            self.drop(key)

    def copy_from(self, other: "Recent[V]", copied: Callable[[V], V] | None = None) -> None:
        """Copy all keys of another memory, with copies of their values if these can change.

        This memory must be empty. The allowance must count the keys already.
        """
        items = other.values.items()
        self.values.update(items if copied is None else ((key, copied(value)) for key, value in items))

    def take_from(self, other: "Recent[V]", keeps: Callable[[Key], bool]) -> None:
        """Take the keys for which `keeps` is true from another memory, and free the room of its other keys.

        Both have the same allowance. The other memory is not used afterwards.
        """
        for key, value in other.values.items():
            if keeps(key):
                self.values[key] = value
            else:
                self._allowance.add(-self._size_of(key, value))


def size_of_key(key: Key, _value: object = None) -> int:
    """Return the bytes that a key takes, with a small value. The first part is shared: a rule, a state or a scope."""
    return COUNTER + sum(map(size_of_text, key[1:]))
