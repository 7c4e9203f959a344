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

size_of_text: Final = str.__sizeof__  # what `getsizeof` returns for a text, in an eighth of its time

_RESERVE: Final = 64 * 1024  # bytes that the pool grants to a session in advance


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
        self.counted = 0  # at least `used`: it has what is granted in advance, and may include deleted sessions
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
            self._recount()
            if self.counted + size > self.size:
                raise OutOfRoom("sessions", self.size)

    def _recount(self) -> None:
        """Take back what is granted in advance, and forget deleted sessions.

        This is no part of `check`, since the traceback of its exception would keep the last session in memory.
        """
        for allowance in self._allowances:
            allowance.give_back()
        self.counted = self.used


class Allowance:
    """The limit for the state of one session: `size` bytes, within the `pool` that all sessions share.

    The pool grants more than is `used`, so that most calls of `take` need not ask it. This saves about 2 % of a booking
    with ten rules.
    """

    def __init__(self, size: int = SESSION_LIMIT, pool: Pool | None = None) -> None:
        self.used = 0
        self.size = size
        self._granted = 0
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
        self._set_granted(self.used if size > 0 else self._granted + size)

    def take(self, size: int) -> None:
        """Count `size` more bytes. Raises OutOfRoom and then counts nothing."""
        used = self.used + size
        if used > self._granted:
            self.check(size)
            reserved = min(used + _RESERVE, self.size)
            has_plenty = self._pool.counted + size + _RESERVE <= self._pool.size
            self._set_granted(reserved if has_plenty else used)
        self.used = used

    def give_back(self) -> None:
        """Give back to the pool what it has granted in advance."""
        self._set_granted(self.used)

    def _set_granted(self, granted: int) -> None:
        self._pool.counted += granted - self._granted
        self._granted = granted

    def unpooled(self) -> "Allowance":
        """Return a new allowance of the same size, outside the pool until it replaces this one by `replace_by`."""
        return Allowance(self.size)

    def replace_by(self, other: "Allowance") -> None:
        """Replace this allowance by `other`, which `unpooled` returned. Raises OutOfRoom and then changes nothing."""
        self._pool.check(other.used - self.used)
        self.used = 0
        self.give_back()
        other.join(self._pool)

    def join(self, pool: Pool) -> None:
        """Move to another pool, along with the bytes counted here."""
        pool.join(self)
        pool.counted += self.used
        self._pool, self._granted = pool, self.used
