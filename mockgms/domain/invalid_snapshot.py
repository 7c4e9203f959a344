"""The error for an invalid snapshot: which field is wrong, and why."""

from collections.abc import Iterator
from contextlib import contextmanager


class InvalidSnapshot(Exception):
    """A snapshot has an invalid value. `field` is its place, as `callbacks[3].slot`; `reason` is a clause."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


@contextmanager
def within(field: str) -> Iterator[None]:
    """Prefix `field` to the place of an InvalidSnapshot that the block raises."""
    try:
        yield
    except InvalidSnapshot as invalid:
        raise InvalidSnapshot(f"{field}.{invalid.field}", invalid.reason) from None
