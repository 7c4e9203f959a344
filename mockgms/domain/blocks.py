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


class LaterBlocks:
    """Blocks as they are at later times, when some of them have ended. `ends` are the times at which one ends."""

    def __init__(self, blocks: Iterable[Block], timezone: tzinfo) -> None:
        self._blocks = list(blocks)
        self._timezone = timezone
        self.ends = sorted({block.until for block in self._blocks if block.until is not None})
        self._unions: dict[int, BlockUnion] = {}  # of the lasting blocks, by the number of `ends` that are over

    def at(self, instant: Instant) -> BlockUnion:
        """Return the union of the blocks that have not ended at an instant."""
        over = bisect_right(self.ends, instant)
        if over not in self._unions:
            lasting = (block for block in self._blocks if block.until is None or block.until > instant)
            self._unions[over] = BlockUnion(lasting, self._timezone)
        return self._unions[over]


def _start(block: Block) -> Instant:
    return block.start
