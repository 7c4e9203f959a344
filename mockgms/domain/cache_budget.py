"""A limit on the bytes that the caches of all calendars take together."""

from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol
from weakref import WeakSet

_SIZE: Final = 32 * 1024 * 1024  # bytes: a rendered year of 5-minute slots takes 26 MB


class Owner(Protocol):
    """An object with a cache."""

    def clear_cache(self) -> None:
        """Empty the cache."""


class CacheBudget:
    """The limit for the caches of all calendars of the process: `size` bytes.

    At the limit, all caches are emptied. This costs little compared with the work that filled them. Servers in several
    threads share the budget.
    """

    def __init__(self, size: int = _SIZE) -> None:
        self.spent = 0
        self._size = size
        self._owners = WeakSet[Owner]()
        self._lock = Lock()

    def join(self, owner: Owner) -> None:
        """Register the owner of a cache until all caches are emptied."""
        with self._lock:
            self._owners.add(owner)

    def spend(self, size: int) -> None:
        """Count `size` bytes by which a cache has grown. At the limit, empty all caches."""
        self.spent += size
        if self.spent > self._size:
            for forget in self._start_over():
                forget()

    def _start_over(self) -> list[Callable[[], None]]:
        with self._lock:
            owners = [owner.clear_cache for owner in self._owners]
            self._owners.clear()
            self.spent = 0
        return owners


BUDGET: Final = CacheBudget()
