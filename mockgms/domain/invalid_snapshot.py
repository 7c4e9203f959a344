"""A record that does not fit: what of it, and why."""

from collections.abc import Iterator
from contextlib import contextmanager


class InvalidSnapshot(Exception):
    """What a record says cannot be; `field` is where, as `callbacks[3].slot`, and `reason` a clause saying why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


@contextmanager
def within(field: str) -> Iterator[None]:
    """Let what does not fit lie in a field of the record."""
    try:
        yield
    except InvalidSnapshot as invalid:
        raise InvalidSnapshot(f"{field}.{invalid.field}", invalid.reason) from None
