"""Shorten a failing list of steps, within a given time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from fuzzing.step import Step

_T = TypeVar("_T")


def reduce(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], seconds: float) -> list[Step]:
    """Return fewer and shorter steps that still fail, after at most `seconds`.

    Whole steps are left out first, then bytes of the last one.
    """
    until = time.monotonic() + seconds
    small = list(steps)
    for last in (small[-1:], [small[0], small[-1]]):
        if len(last) < len(small) and fails(last):
            small = last
            break
    small = _shorter(small, fails, until)
    if len(small[-1].chunks) == 1 and not small[-1].requests:
        small = _with_shorter_bytes(small, fails, until)
    return small


def _with_shorter_bytes(steps: list[Step], fails: Callable[[Sequence[Step]], bool], until: float) -> list[Step]:
    """Return the steps with fewer bytes in the last one. Its framing may break."""
    *before, last = steps

    def with_bytes(raw: Sequence[int]) -> list[Step]:
        return [*before, replace(last, chunks=(bytes(raw),))]

    return with_bytes(_shorter(list(last.raw), lambda raw: fails(with_bytes(raw)), until))


def _shorter(items: list[_T], fails: Callable[[list[_T]], bool], until: float) -> list[_T]:
    """Leave out halves, quarters and so on, as long as the rest fails and time is left."""
    size = max(len(items) // 2, 1)
    while len(items) > 1 and time.monotonic() < until:
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if rest and fails(rest):
                items = rest
                break
            if time.monotonic() >= until:
                return items
        else:
            if size == 1:
                return items
            size //= 2
        size = min(size, max(len(items) // 2, 1))
    return items
