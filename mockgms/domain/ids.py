"""Ids: UUIDs by chance."""

from collections.abc import Callable
from random import Random


def uuids(chance: Random) -> Callable[[], str]:
    """A stream of random UUIDs that is the same for the same chance."""
    draw = chance.getrandbits

    def next_uuid() -> str:
        digits = f"{draw(128):032x}"
        variant = "89ab"[draw(2)]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    return next_uuid
