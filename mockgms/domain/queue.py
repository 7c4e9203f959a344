"""The queue of a service: which callbacks wait, and in which order.

A callback joins the queue when the clock reaches its time. The queue is brought up to date when it is read, also after
the clock was set back. This costs only as much as the callbacks that joined or left since the last read.
"""

from bisect import bisect_left, insort
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

from mockgms.domain.instants import Duration, Instant

QueuePlace: TypeAlias = int
_TURN_BITS = 32
_MAX_REMOVED: Final = 64  # removed places that are tolerated, in addition to half of the upcoming ones
_ONE_BY_ONE = 32  # places that join one by one; further ones join at once


def queue_place(queued_at: Instant, turn: int) -> QueuePlace:
    """Return a place in line: ordered by the queueing time, then by `turn`, the number in booking order."""
    return queued_at << _TURN_BITS | turn


def queued_at(place: QueuePlace) -> Instant:
    """Return when the callback at this place is queued."""
    return place >> _TURN_BITS


def turn(place: QueuePlace) -> int:
    """Return the turn of the callback at this place: its number in booking order."""
    return place & (1 << _TURN_BITS) - 1


def moved(place: QueuePlace, to: Instant) -> QueuePlace:
    """Return the place of the same turn at another time."""
    return queue_place(to, turn(place))


class Queue:
    """The places of one service: the line of those that have joined, and the upcoming ones."""

    def __init__(self, stays: Duration | None) -> None:
        """`stays` is how long a callback is queued before it is routed. None: until it is moved by hand."""
        self._stays = stays
        self._line: list[QueuePlace] = []
        self._upcoming: list[QueuePlace] = []
        self._removed: set[QueuePlace] = set()

    def add(self, place: QueuePlace) -> None:
        """Add a place, which joins the line when its time comes."""
        if place in self._removed:  # removed and added again: it is still in `_upcoming`
            self._removed.remove(place)
        else:
            heappush(self._upcoming, place)

    def remove(self, place: QueuePlace) -> None:
        """Remove a place, whether it has joined or not."""
        index = bisect_left(self._line, place)
        if index < len(self._line) and self._line[index] == place:
            del self._line[index]
        else:
            self._removed.add(place)
            if len(self._removed) > _MAX_REMOVED + len(self._upcoming) // 2:
                self._purge()

    def copy(self) -> "Queue":
        """Return an independent copy."""
        other = Queue(self._stays)
        other._line, other._upcoming, other._removed = self._line[:], self._upcoming[:], set(self._removed)
        return other

    def length(self, now: Instant) -> int:
        """Return the number of queued callbacks."""
        self._update(now)
        return len(self._line) - self._served(now)

    def position(self, place: QueuePlace, now: Instant) -> int:
        """Return the position among the queued callbacks. 1 is next."""
        self._update(now)
        return bisect_left(self._line, place) - self._served(now) + 1

    def _purge(self) -> None:
        """Delete removed places: a callback that is moved again and again would fill the memory."""
        self._upcoming = [place for place in self._upcoming if place not in self._removed]
        heapify(self._upcoming)
        self._removed.clear()

    def _served(self, now: Instant) -> int:
        """Return how many places of the line have been routed."""
        return 0 if self._stays is None else bisect_left(self._line, queue_place(now - self._stays + 1, 0))

    def _update(self, now: Instant) -> None:
        end = queue_place(now + 1, 0)
        if self._line and self._line[-1] >= end:  # the clock was set back
            stays = bisect_left(self._line, end)
            self._upcoming += self._line[stays:]
            heapify(self._upcoming)
            del self._line[stays:]
        turns = 0
        while self._upcoming and self._upcoming[0] < end:
            if turns == _ONE_BY_ONE:
                self._join_all(end)
                return
            self._join(heappop(self._upcoming))
            turns += 1

    def _join(self, place: QueuePlace) -> None:
        if place in self._removed:
            self._removed.remove(place)
        else:
            insort(self._line, place)

    def _join_all(self, end: QueuePlace) -> None:
        """Join all places before the end at once: for many places this takes a tenth of the time."""
        self._upcoming.sort()  # a sorted list is a heap too
        joins = bisect_left(self._upcoming, end)
        joining = self._upcoming[:joins]
        del self._upcoming[:joins]
        self._line += (place for place in joining if place not in self._removed)
        self._line.sort()
        self._removed.difference_update(joining)
