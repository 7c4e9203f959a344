"""Reproducible random numbers."""

from hashlib import blake2b
from typing import Final

_BITS: Final = 53  # the precision of a float


def draw(seed: int, *parts: str | int) -> float:
    """Return a random number from 0 (inclusive) to 1 (exclusive), derived from the seed and the parts.

    There is no shared random stream, so the order of draws does not matter.
    """
    # repr gives ("a", "bc") and ("ab", "c") different texts, and escapes lone surrogates.
    digest = blake2b(repr((seed, parts)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> (64 - _BITS)) / (1 << _BITS)
