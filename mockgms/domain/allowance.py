"""Limits on the bytes that the state of one session, and of all sessions together, may take."""

from sys import getsizeof
from typing import Any, Final
from weakref import WeakSet

from mockgms.domain.refusals import OutOfRoom

_MIB: Final = 1024 * 1024
SESSION_LIMIT: Final = 1024 * _MIB  # about 1,300,000 callbacks without properties
POOL_LIMIT: Final = 1536 * _MIB

# Bytes, measured on CPython 3.11 and rounded up.
CALLBACK: Final = 768  # with its entries in the calendar, in the queue and in the index of numbers
PROPERTY: Final = 256  # of a callback, in addition to its name and value
SERVICE: Final = 4_096
COUNTER: Final = 256


def size_of(value: Any) -> int:
    """Return the bytes that a JSON value takes, including nested values."""
    size = getsizeof(value)
    if isinstance(value, dict):
        return size + sum(getsizeof(key) + size_of(inside) for key, inside in value.items())
    if isinstance(value, list | tuple):
        return size + sum(map(size_of, value))
    return size


class Pool:
    """The limit for the state of all sessions together: `size` bytes."""

    def __init__(self, size: int = POOL_LIMIT) -> None:
        self.size = size
        self.counted = 0  # at least `used`: it may include deleted sessions
        self._allowances = WeakSet["Allowance"]()

    @property
    def used(self) -> int:
        """The bytes that all existing sessions take together."""
        return sum(allowance.used for allowance in self._allowances)

    def join(self, allowance: "Allowance") -> None:
        """Count the bytes of another session until it is garbage-collected."""
        self._allowances.add(allowance)

    def check(self, size: int) -> None:
        """Raise OutOfRoom if `size` more bytes would exceed the limit."""
        if self.counted + size > self.size:
            self.counted = self.used
            if self.counted + size > self.size:
                raise OutOfRoom("sessions", self.size)


class Allowance:
    """The limit for the state of one session: `size` bytes, within the `pool` that all sessions share."""

    def __init__(self, size: int = SESSION_LIMIT, pool: Pool | None = None) -> None:
        self.used = 0
        self.size = size
        self._pool = pool or Pool()
        self._pool.join(self)

    def check(self, size: int) -> None:
        """Raise OutOfRoom if `size` more bytes would exceed the limit of the session or of the pool."""
        if self.used + size > self.size:
            raise OutOfRoom("session", self.size)
        self._pool.check(size)

    def add(self, size: int) -> None:
        """Count `size` more bytes (fewer if negative) without checking the limits."""
        self.used += size
        self._pool.counted += size

    def take(self, size: int) -> None:
        """Count `size` more bytes. Raises OutOfRoom and then counts nothing."""
        used, pool = self.used + size, self._pool
        counted = pool.counted + size
        if used > self.size or counted > pool.size:
            self.check(size)
            counted = pool.counted + size
        self.used = used
        pool.counted = counted

    def unpooled(self) -> "Allowance":
        """Return a new allowance of the same size, outside the pool until it replaces this one by `replace_by`."""
        return Allowance(self.size)

    def replace_by(self, other: "Allowance") -> None:
        """Replace this allowance by `other`, made by `apart`. Raises OutOfRoom and then changes nothing."""
        self._pool.check(other.used - self.used)
        self.add(-self.used)
        other.join(self._pool)

    def join(self, pool: Pool) -> None:
        """Move to another pool, along with the bytes counted here."""
        pool.join(self)
        pool.counted += self.used
        self._pool = pool
