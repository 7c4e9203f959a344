"""Slots, and availability as a list of them."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from sys import getsizeof
from typing import Final, NamedTuple

from mockgms.domain.cache_budget import BUDGET
from mockgms.domain.instants import Instant

_MAX_KEYS: Final = 8  # cached per object: clients show one or two zones, but can ask for hundreds
_SLOT_SIZE: Final = 160  # bytes of a slot, measured
_LONGEST_KEPT: Final = 128 * 1024  # bytes: a thousand slots; longer results are not cached


class Slot(NamedTuple):
    """One slot: its start, its number of free seats and of all seats."""

    start: Instant
    free: int
    total: int


class DaySlots:
    """The open slots of one local date, ascending. They never change, so renderings are cached here."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self.slots = tuple(slots)
        BUDGET.spend(_SLOT_SIZE * len(self.slots))
        self._kept: dict[Hashable, tuple[bytes, ...]] = {}

    @property
    def with_seats(self) -> "DaySlots":
        """The slots that have a free seat."""
        free = self._free
        return self if free is None else free

    @cached_property
    def _free(self) -> "DaySlots | None":
        """The slots with a free seat. None if all have one: a reference to itself would keep the day in memory."""
        free = [slot for slot in self.slots if slot.free > 0]
        return None if len(free) == len(self.slots) else DaySlots(free)

    def rendered(self, key: Hashable, render: Callable[[Slot], bytes]) -> tuple[bytes, ...]:
        """Return one rendering per slot, cached by `key`: rendering is the main cost of a large availability."""
        rendered = self._kept.get(key)
        if rendered is None:
            if len(self._kept) >= _MAX_KEYS:
                self._kept.clear()
            rendered = self._kept[key] = tuple(render(slot) for slot in self.slots)
            BUDGET.spend(sum(map(getsizeof, rendered)))
        return rendered

    def within(self, start: Instant, end: Instant) -> "Run":
        """Return the slots that start at `start` or later and before `end`."""
        if self.slots and start <= self.slots[0].start and self.slots[-1].start < end:
            return Run(self, 0, len(self.slots))
        # (x,) sorts before every slot that starts at x, so it finds the first of them.
        return Run(self, bisect_left(self.slots, (start,)), bisect_left(self.slots, (end,)))


class Run(NamedTuple):
    """The slots of a day from index `first` to before index `stop`."""

    day: DaySlots
    first: int
    stop: int

    @property
    def length(self) -> int:
        """The number of slots. It is negative if the end of the period lies before its start."""
        return self.stop - self.first

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots, ascending."""
        return self.day.slots[self.first : self.stop]


@dataclass(frozen=True)
class Availability:
    """The slots of a period, day by day.

    It never changes, so renderings are cached here.
    """

    runs: tuple[Run, ...]
    _kept: dict[Hashable, bytes] = field(default_factory=dict, repr=False, compare=False)

    def rendered(self, key: Hashable, render: Callable[[Slot], bytes], separator: bytes) -> bytes:
        """Return the joined renderings of all slots, cached by `key` unless they are very long."""
        joined = self._kept.get(key)
        if joined is None:
            rendered = [text for run in self.runs for text in run.day.rendered(key, render)[run.first : run.stop]]
            joined = separator.join(rendered)
            if len(joined) <= _LONGEST_KEPT:
                if len(self._kept) >= _MAX_KEYS:
                    self._kept.clear()
                self._kept[key] = joined
                BUDGET.spend(len(joined))
        return joined

    def prepare(self, key: Hashable, render: Callable[[Slot], bytes]) -> Iterator[None]:
        """Render all slots into the cache in steps of one day, so that `kept` takes little time."""
        if key not in self._kept:
            for run in self.runs:
                run.day.rendered(key, render)
                yield

    @property
    def slots(self) -> Iterator[Slot]:
        """All slots, ascending."""
        return (slot for run in self.runs for slot in run.slots)

    @property
    def any_free(self) -> bool:
        """Whether any slot has a free seat."""
        return any(slot.free > 0 for slot in self.slots)
