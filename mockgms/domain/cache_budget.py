"""The budget of the caches of calendars: what can be worked out anew takes a bounded part of the memory."""

from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol
from weakref import WeakSet

_SIZE: Final = 32 * 1024 * 1024  # bytes: a year of slots of 5 minutes takes 26 MB once it is rendered


class Owner(Protocol):
    """What keeps things that can be worked out anew."""

    def forget_answers(self) -> None:
        """Keep none of them."""


class CacheBudget:
    """How many bytes the caches of all calendars of the process may take together.

    When they have taken `size` bytes, all of them are emptied: that costs little, since as much has been worked out.
    Servers in several threads share it.
    """

    def __init__(self, size: int = _SIZE) -> None:
        self.spent = 0
        self._size = size
        self._owners = WeakSet[Owner]()
        self._lock = Lock()

    def join(self, owner: Owner) -> None:
        """An owner keeps something, from now on until all caches are emptied."""
        with self._lock:
            self._owners.add(owner)

    def spend(self, size: int) -> None:
        """A cache has grown by so many bytes."""
        self.spent += size
        if self.spent > self._size:
            for forget in self._start_over():
                forget()

    def _start_over(self) -> list[Callable[[], None]]:
        with self._lock:
            owners = [owner.forget_answers for owner in self._owners]
            self._owners.clear()
            self.spent = 0
        return owners


BUDGET: Final = CacheBudget()
