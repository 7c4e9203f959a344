"""Chance: random numbers that are the same in every run."""

from hashlib import blake2b
from typing import Final

_BITS: Final = 53  # as many as a float holds exactly


def draw(seed: int, *parts: str | int) -> float:
    """A number from 0 up to 1 that depends on the seed and the parts alone, and on each of them.

    There is no stream that others could draw from in between, so it does not matter in which order draws are made.
    """
    # repr keeps ("a", "bc") and ("ab", "c") apart, whatever is in them, and lone surrogates are escaped in it.
    digest = blake2b(repr((seed, parts)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> (64 - _BITS)) / (1 << _BITS)
