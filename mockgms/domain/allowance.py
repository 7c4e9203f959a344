"""The allowance: how many bytes the state of a session, and of all sessions together, may take."""

from sys import getsizeof
from typing import Any, Final
from weakref import WeakSet

from mockgms.domain.refusals import OutOfRoom

_MIB: Final = 1024 * 1024
OF_SESSION: Final = 1024 * _MIB  # 1,400,000 callbacks without properties
OF_ALL: Final = 1536 * _MIB

# Bytes, measured on CPython 3.11 and rounded up.
CALLBACK: Final = 768  # with its places in the calendar, in the queue and among those of its number
PROPERTY: Final = 256  # of a callback, besides its texts
SERVICE: Final = 4_096
COUNTER: Final = 256


def size_of(value: Any) -> int:
    """How many bytes a value of JSON takes, with all that is in it."""
    size = getsizeof(value)
    if isinstance(value, dict):
        return size + sum(getsizeof(key) + size_of(inside) for key, inside in value.items())
    if isinstance(value, list | tuple):
        return size + sum(map(size_of, value))
    return size


class Pool:
    """What the state of all sessions together may take: `size` bytes."""

    def __init__(self, size: int = OF_ALL) -> None:
        self.size = size
        self.counted = 0  # at least what is used: of sessions that are gone, it may count what they had
        self._allowances = WeakSet["Allowance"]()

    @property
    def used(self) -> int:
        """How many bytes the sessions have taken that there are."""
        return sum(allowance.used for allowance in self._allowances)

    def join(self, allowance: "Allowance") -> None:
        """One more session shares it, as long as there is the session."""
        self._allowances.add(allowance)

    def check(self, size: int) -> None:
        """Raises OutOfRoom when so many bytes more are too many."""
        if self.counted + size > self.size:
            self.counted = self.used
            if self.counted + size > self.size:
                raise OutOfRoom("sessions", self.size)


class Allowance:
    """What the state of one session may take: `size` bytes, of those that all sessions share."""

    def __init__(self, size: int = OF_SESSION, pool: Pool | None = None) -> None:
        self.used = 0
        self.size = size
        self._pool = pool or Pool()
        self._pool.join(self)

    def check(self, size: int) -> None:
        """Raises OutOfRoom when so many bytes more are too many, for the session or for all of them."""
        if self.used + size > self.size:
            raise OutOfRoom("session", self.size)
        self._pool.check(size)

    def add(self, size: int) -> None:
        """Count so many bytes more, or with a negative number less, whether they are too many or not."""
        self.used += size
        self._pool.counted += size

    def take(self, size: int) -> None:
        """Count so many bytes more. Raises OutOfRoom, and has then counted nothing."""
        used, pool = self.used + size, self._pool
        if used > self.size or pool.counted + size > pool.size:
            self.check(size)
        self.used = used
        pool.counted += size

    def apart(self) -> "Allowance":
        """Another one of the same size, which shares with nobody until it takes the place of this one."""
        return Allowance(self.size)

    def give_way(self, other: "Allowance") -> None:
        """Let another one that was made apart take this one's place. Raises OutOfRoom, and has then changed nothing."""
        self._pool.check(other.used - self.used)
        self.add(-self.used)
        other.join(self._pool)

    def join(self, pool: Pool) -> None:
        """Share with the other sessions of a pool from now on."""
        pool.join(self)
        pool.counted += self.used
        self._pool = pool
