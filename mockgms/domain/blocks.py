"""Blocks: slots of a service that rules have closed or filled."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import tzinfo
from typing import NamedTuple

from mockgms.domain.hours import WeeklySpan, week_minutes
from mockgms.domain.instants import Instant, to_datetime


class Block(NamedTuple):
    """Slots that a rule has closed, or filled if `is_full`, until a time (None: for good).

    Without `hours`, these are the slots that start at `start` or later and before `end`. With `hours`, they are the
    slots that start in these weekly hours, in the time zone of the service.
    """

    is_full: bool
    start: Instant
    end: Instant
    hours: WeeklySpan | None = None
    until: Instant | None = None


class BlockUnion:
    """The union of several blocks, in which a slot is found by one search, however many blocks there are."""

    def __init__(self, blocks: Iterable[Block], timezone: tzinfo) -> None:
        self._timezone = timezone
        self._starts: list[Instant] = []  # of disjoint periods, ascending
        self._ends: list[Instant] = []
        hours: list[WeeklySpan] = []
        for block in sorted(blocks, key=_start):
            if block.hours is not None:
                hours.append(block.hours)
            elif self._ends and block.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], block.end)
            else:
                self._starts.append(block.start)
                self._ends.append(block.end)
        self._week = week_minutes(hours)

    def __contains__(self, slot_start: Instant) -> bool:
        """Return whether the slot that starts at this time is blocked."""
        started = bisect_right(self._starts, slot_start)  # periods
        if started and slot_start < self._ends[started - 1]:
            return True
        if not self._week:
            return False
        local = to_datetime(slot_start, self._timezone)
        minute = (local.weekday() * 24 + local.hour) * 60 + local.minute
        return bool(self._week >> minute & 1)


def _start(block: Block) -> Instant:
    return block.start
