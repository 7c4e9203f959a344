"""The calendar of one service: its taken seats and its slots closed by hand."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import accumulate
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from mockgms.domain.blocks import Block, BlockUnion, LaterBlocks
from mockgms.domain.cache_budget import BUDGET
from mockgms.domain.grid import LOOKED_AHEAD
from mockgms.domain.instants import DAY, LATEST, Duration, Instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import (
    NothingFree,
    OfficeClosed,
    SlotFull,
    TimeBeyondHorizon,
    TimePast,
    Unavailability,
)
from mockgms.domain.service import Service
from mockgms.domain.slots import Availability, DaySlots, Run, Slot

_PROPOSALS: Final = 5
_MAX_ANSWERS: Final = 8  # cached: a client polls one or two, and a rendered year of slots takes megabytes
_PROPOSED_WITHIN: Final = 14 * DAY
_COUNTED_DATE: Final = 128  # bytes
_MAX_BLOCKS: Final = 1_000
_ONE_DAY: Final = timedelta(days=1)
_OPEN_FOR_AT_MOST: Final = 7 * DAY
_NONE_TAKEN: Final[Mapping[Instant, int]] = MappingProxyType({})


class AvailabilityQuery(NamedTuple):
    """A query for the open slots of a service that start at `start` or later and before `end`.

    `max_slots` limits the number of slots with a free seat. Slots without one are found only if `include_full` is set.
    """

    service: Service
    start: Instant
    end: Instant
    max_slots: int | None = None
    include_full: bool = False


_AnswerKey: TypeAlias = tuple[Instant, Instant, int | None, bool]


class Calendar:
    """The taken seats of one service, its slots closed by hand, and those that rules have closed or filled.

    `due` is when the next of these blocks ends, or None.
    """

    due: Instant | None = None

    def __init__(self, service: Service) -> None:
        self._service = service
        self._grid = service.grid
        self._taken: dict[date, dict[Instant, int]] = {}
        self._closed: dict[date, set[Instant]] = {}  # by hand
        self._blocks: dict[Block, Instant | None] = {}  # without their end, which is the value
        self._unions: dict[bool, BlockUnion] = {}  # of the blocks that close slots, and of those that fill them
        self._days: dict[date, DaySlots] = {}
        self._answers: dict[_AnswerKey, Availability] = {}  # replaced when a seat or a slot changes
        self._free: dict[date, int] = {}  # seats of whole dates

    def slot_of(self, instant: Instant) -> Slot:
        """Return the slot that contains an instant, open or not."""
        day, (start, _, total), _ = self._grid.find(instant)
        if self._blocks and self._is_blocked(start, is_full=True):
            return Slot(start, 0, total)
        return Slot(start, total - self._taken.get(day, _NONE_TAKEN).get(start, 0), total)

    def all_slots(self, start: Instant, end: Instant) -> Iterator[Slot]:
        """Yield all slots, open or not, that start at `start` or later, before `end` and not after LATEST."""
        end = min(end, LATEST + 1)
        for day in self._dates(start, end):
            taken = self._taken.get(day, {})
            for slot in self._grid.all_slots(day):
                if start <= slot.start < end:
                    is_full = bool(self._blocks) and self._is_blocked(slot.start, is_full=True)
                    yield slot._replace(free=0 if is_full else slot.total - taken.get(slot.start, 0))

    def take(
        self, desired: Instant, now: Instant, operation_log: OperationLog | None = None, seats: int = 1
    ) -> Instant:
        """Take seats of the slot that contains the desired time. Return the slot's start. Raises SlotFull."""
        day, (start, _, total), _ = self._grid.find(desired)
        taken = self._taken.get(day)
        before = 0 if taken is None else taken.get(start, 0)
        if total - before < seats or (self._blocks and self._is_blocked(start, is_full=True)):
            self.log_slot(desired, operation_log)
            raise self.slot_full(desired, now)
        if operation_log is not None:
            found = tuple.__new__(Slot, (start, total - before, total))  # a third of the time of `Slot(...)`
            operation_log.append(("seat", self._service.name, found, seats))
        if taken is None:
            taken = self._taken[day] = {}
        taken[start] = before + seats
        self._invalidate(day)
        return start

    def release(self, start: Instant, operation_log: OperationLog | None = None, seats: int = 1) -> None:
        """Free seats of the slot that starts at `start`."""
        if operation_log is not None:
            operation_log.append(("seat", self._service.name, self.slot_of(start), -seats))
        self._change(self._grid.date_of(start), start, -seats)

    def log_slot(self, desired: Instant, operation_log: OperationLog | None) -> None:
        """Log the slot of a desired time that is refused, if there is an operation log."""
        if operation_log is not None:
            operation_log.append(("seat", self._service.name, self.slot_of(desired), 0))

    def hold(self, start: Instant, seats: int) -> None:
        """Take seats of the slot that starts at `start`. The caller has checked that they are free."""
        self._change(self._grid.date_of(start), start, seats)

    @property
    def closed(self) -> tuple[Instant, ...]:
        """The starts of the slots closed by hand, ascending."""
        return tuple(sorted(start for starts in self._closed.values() for start in starts))

    def close(self, start: Instant) -> None:
        """Close the slot that starts at `start`, even in office hours. Its bookings remain."""
        day = self._grid.date_of(start)
        self._closed.setdefault(day, set()).add(start)
        self._invalidate(day)

    def reopen(self, start: Instant) -> None:
        """Undo `close`: the slot that starts at `start` is open again in office hours."""
        day = self._grid.date_of(start)
        closed = self._closed.get(day, set())
        closed.discard(start)
        if not closed:
            self._closed.pop(day, None)
        self._invalidate(day)

    def is_closed(self, start: Instant) -> bool:
        """Return whether the slot that starts at `start` is closed by hand or by a rule."""
        return start in self._closed.get(self._grid.date_of(start), ()) or self._is_blocked(start, is_full=False)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The slots that rules have closed or filled."""
        return tuple(block._replace(until=until) for block, until in self._blocks.items())

    @property
    def block_count(self) -> int:
        """The number of blocks."""
        return len(self._blocks)

    def block(self, block: Block) -> None:
        """Close or fill slots until a time. The same slots are then blocked until this time, and not the earlier one.

        A calendar has at most 1,000 blocks; the oldest one is dropped for a new one.
        """
        key = block._replace(until=None)
        self._blocks.pop(key, None)
        if len(self._blocks) >= _MAX_BLOCKS:
            del self._blocks[next(iter(self._blocks))]
        self._blocks[key] = block.until
        self._refresh_blocks()

    def expire(self, now: Instant) -> None:
        """Drop the blocks that have ended."""
        self._blocks = {block: until for block, until in self._blocks.items() if until is None or until > now}
        self._refresh_blocks()

    def _refresh_blocks(self) -> None:
        self.due = min((until for until in self._blocks.values() if until is not None), default=None)
        self._unions = {}
        self.clear_cache()

    def _is_blocked(self, start: Instant, *, is_full: bool) -> bool:
        union = self._unions.get(is_full)
        if union is None:
            blocks = (block for block in self._blocks if block.is_full is is_full)
            union = self._unions[is_full] = BlockUnion(blocks, self._service.timezone)
        return start in union

    def check_time(self, desired: Instant, now: Instant) -> None:
        """Raise TimePast, TimeBeyondHorizon or OfficeClosed if the desired time cannot be booked."""
        if desired < now:
            raise TimePast(desired, self._proposals(desired, now))
        if desired > self._last(now):
            raise TimeBeyondHorizon(desired, self._proposals(desired, now))
        self.check_open(desired, now)

    def check_open(self, desired: Instant, now: Instant) -> None:
        """Raise OfficeClosed if the office or the slot is closed at the desired time."""
        found = self._grid.find(desired)
        is_changed = bool(self._closed or self._blocks)
        if not found.is_open or (is_changed and self.is_closed(found.slot.start)):
            raise self.office_closed(desired, now)

    def open_for(self, instant: Instant) -> Duration:
        """Return how long the service stays open from an instant: 0 if it is closed, at most 7 days."""
        if self.is_closed(self._grid.slot_of(instant).start):
            return 0
        closings = [start - instant for starts in self._closed.values() for start in starts if start > instant]
        if self._blocks:
            slots = self.all_slots(instant, instant + _OPEN_FOR_AT_MOST)
            closings += [slot.start - instant for slot in slots if self._is_blocked(slot.start, is_full=False)][:1]
        return min([self._grid.open_for(instant), *closings])

    def next_opening(self, instant: Instant) -> Generator[None, None, Instant | None]:
        """Return when the service opens next after an instant, in steps.

        It is closed outside the office hours, and in slots that are closed by hand or by a rule. None if it does not
        open within a year, or never closes.
        """
        if not self._closed and not self._blocks:
            return (yield from self._grid.next_opening(instant))
        closing = LaterBlocks((block for block in self.blocks if not block.is_full), self._service.timezone)
        day = self._grid.date_of(instant)
        for _ in range(LOOKED_AHEAD):
            times = {*self._grid.opening_times(day), *(slot.start for slot in self._grid.all_slots(day))}
            times.update(end for end in closing.ends if self._grid.date_of(end) == day)
            for time in sorted(times):
                if time > instant and self._is_open(time, closing) and not self._is_open(time - 1, closing):
                    return time
                yield  # at each time, other blocks can have ended
            yield
            day += _ONE_DAY
        return None

    def _is_open(self, instant: Instant, closing: LaterBlocks) -> bool:
        """Return whether the service will be open at a later time, at which only some of the blocks still last."""
        day, (start, *_), is_open = self._grid.find(instant)
        return is_open and start not in closing.at(instant) and start not in self._closed.get(day, ())

    def slot_full(self, desired: Instant, now: Instant) -> SlotFull:
        """Return a refusal that reports the slot as full, even if it has free seats."""
        return SlotFull(desired, self._alternatives(desired, now))

    def office_closed(self, desired: Instant, now: Instant) -> OfficeClosed:
        """Return a refusal that reports the office as closed, even if it is open."""
        return OfficeClosed(desired, self._alternatives(desired, now))

    def nothing_free(self, query: AvailabilityQuery, now: Instant) -> NothingFree:
        """Return the refusal of a query without a free slot. It says why each date of the period has none."""
        end = min(query.end, LATEST + 1)
        reasons = Counter(self._unavailability(day, query.start, end, now) for day in self._dates(query.start, end))
        return NothingFree("full" not in reasons, tuple(reasons.items()))

    def _unavailability(self, day: date, start: Instant, end: Instant, now: Instant) -> Unavailability:
        """Return why a date has no free slot from `start` to before `end`."""
        last = self._last(now)
        if end <= now or day < self._grid.date_of(now):
            return "over"
        if start > last or day > self._grid.date_of(last):
            return "beyond the horizon"
        slots = self._day(day)
        if slots.within(max(start, now), min(end, last + 1)).length > 0:
            return "full"
        has_rest = self._grid.next_start(now) < min(end, self._grid.midnight(day + _ONE_DAY))
        if not has_rest and slots.within(start, now).length > 0:
            return "over"
        return "beyond the horizon" if slots.within(max(start, last + 1), end).length > 0 else "closed"

    def known_availability(self, query: AvailabilityQuery, now: Instant) -> Availability | None:
        """Return the cached result of `availability`, or None."""
        return self._answers.get(self._key(query, now))

    def availability(self, query: AvailabilityQuery, now: Instant) -> Availability:
        """Return the slots of the query that start at `now` or later and within the horizon, ascending."""
        key = self._key(query, now)
        found = self._answers.get(key)
        return _result_of(self._search(key)) if found is None else found

    def availability_in_steps(self, query: AvailabilityQuery, now: Instant) -> Generator[None, None, Availability]:
        """Return the result of `availability` in steps, one per day. Each step reads its day when it is taken."""
        key = self._key(query, now)
        found = self._answers.get(key)
        return (yield from self._search(key)) if found is None else found

    def slot_of_seat(
        self, query: AvailabilityQuery, now: Instant, choose: Callable[[int], int]
    ) -> Generator[None, None, Slot | None]:
        """Return the slot of one of the free seats that `availability` finds, in steps; None without one.

        `choose` takes the number of free seats, and returns the index of one of them.
        """
        start, end, *_ = self._key(query, now)
        free = yield from self._count_free(start, end)
        seat = choose(sum(free.values()))
        for day, seats in free.items():
            if seat < seats:
                slots = self._free_slots(day, start, end)
                return slots[bisect_right(list(accumulate(slot.free for slot in slots)), seat)]
            seat -= seats
        return None

    def _count_free(self, start: Instant, end: Instant) -> Generator[None, None, dict[date, int]]:
        """Return how many seats each date of a period has free, in steps: one for each date that is counted.

        Most dates have been counted before. Only the counts are cached: a year of booked slots would fill the caches
        of all calendars. Each query would then build all of its slots again, which takes up to 100 ms.
        """
        found: dict[date, int] = {}
        for day in self._dates(start, end):
            free = self._free.get(day)
            if free is None:
                if not self._free:
                    BUDGET.join(self)
                BUDGET.spend(_COUNTED_DATE)
                free = self._free[day] = sum(slot.free for slot in self._open_slots(day) if slot.free > 0)
                yield
            found[day] = free
        if len(self._free) > 2 * len(found):  # dates that are over, mostly
            self._free = {day: free for day, free in self._free.items() if day in found}
        for day in (*found,)[:1] + (*found,)[-1:]:  # the period may begin or end within them
            found[day] = sum(slot.free for slot in self._free_slots(day, start, end))
        return found

    def _free_slots(self, day: date, start: Instant, end: Instant) -> list[Slot]:
        """Return the slots of a date with a free seat that start at `start` or later and before `end`."""
        return [slot for slot in self._open_slots(day) if slot.free > 0 and start <= slot.start < end]

    def _key(self, query: AvailabilityQuery, now: Instant) -> _AnswerKey:
        _, start, end, max_slots, include_full = query
        start = self._grid.next_start(max(start, now))
        last = self._last(now)
        return start, end if end <= last else last + 1, max_slots, include_full

    def _search(self, key: _AnswerKey) -> Generator[None, None, Availability]:
        start, end, left, include_full = key
        answers = self._answers  # a change between two steps replaces it, so that this result is not cached
        runs: list[Run] = []
        for day in map(self._day, self._dates(start, end)):
            shown = day if include_full else day.with_seats
            run = shown.within(start, end)
            if left is not None:
                run, left = _at_most(run, left) if run.length > left or include_full else (run, left - run.length)
            if run.length:
                runs.append(run)
            if left == 0:
                break
            yield
        if len(answers) >= _MAX_ANSWERS:
            answers.clear()
        BUDGET.join(self)
        found = answers[key] = Availability(tuple(runs))
        return found

    def _last(self, now: Instant) -> Instant:
        """Return the last instant that can be booked."""
        horizon = self._service.horizon
        return LATEST if horizon is None else min(now + horizon, LATEST)

    def _proposals(self, desired: Instant, now: Instant) -> tuple[Slot, ...]:
        start = max(desired, now)
        query = AvailabilityQuery(self._service, start, start + _PROPOSED_WITHIN, _PROPOSALS)
        return tuple(self.availability(query, now).slots)

    def _alternatives(self, desired: Instant, now: Instant) -> tuple[Slot, ...]:
        """Return proposals after the slot that contains the desired time."""
        return self._proposals(max(desired, self._grid.slot_of(desired).start + 1), now)

    def _dates(self, start: Instant, end: Instant) -> Iterator[date]:
        if start >= end:
            return
        day, last = self._grid.date_of(start), self._grid.date_of(end - 1)
        while day <= last:
            yield day
            day += _ONE_DAY

    def _day(self, day: date) -> DaySlots:
        if day not in self._taken and day not in self._closed and not self._blocks:
            return self._grid.day(day)
        found = self._days.get(day)
        if found is None:
            found = DaySlots(self._open_slots(day))
            if not self._days:
                BUDGET.join(self)
            self._days[day] = found
        return found

    def _open_slots(self, day: date) -> Iterable[Slot]:
        """Return the open slots of a date."""
        taken, closed, slots = self._taken.get(day), self._closed.get(day, ()), self._grid.day(day).slots
        if closed:
            slots = tuple(slot for slot in slots if slot.start not in closed)
        if taken:
            slots = tuple(  # most slots of a date have no booking, and need not be made anew
                slot._replace(free=slot.total - taken[slot.start]) if slot.start in taken else slot for slot in slots
            )
        return self._unblocked(slots) if self._blocks else slots

    def _unblocked(self, slots: Iterable[Slot]) -> Iterator[Slot]:
        """Yield the slots that no rule has closed. Those that a rule has filled have no free seat."""
        for slot in slots:
            if not self._is_blocked(slot.start, is_full=False):
                yield slot._replace(free=0) if self._is_blocked(slot.start, is_full=True) else slot

    def _change(self, day: date, start: Instant, by: int) -> None:
        taken = self._taken.setdefault(day, {})
        taken[start] = taken.get(start, 0) + by
        if not taken[start]:
            del taken[start]
            if not taken:
                del self._taken[day]
        self._invalidate(day)

    def clear_cache(self) -> None:
        """Empty the caches."""
        self._days.clear()
        self._free.clear()
        self._answers = {}

    def copy(self) -> "Calendar":
        """Return an independent copy."""
        other = Calendar(self._service)
        other._taken = {day: dict(taken) for day, taken in self._taken.items()}
        other._closed = {day: set(closed) for day, closed in self._closed.items()}
        other._blocks, other.due = dict(self._blocks), self.due
        other._days, other._answers = dict(self._days), dict(self._answers)
        return other

    def _invalidate(self, day: date) -> None:
        """Drop everything cached that depends on the slots of a date."""
        self._days.pop(day, None)
        self._free.pop(day, None)
        if self._answers:
            self._answers = {}


def _result_of(steps: Generator[None, None, Availability]) -> Availability:
    """Take all steps and return the result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Availability = end.value
            return found


def _at_most(run: Run, free: int) -> tuple[Run, int]:
    """Cut a run after `free` slots with a free seat. Return it and how many such slots may still follow."""
    if run.day.with_seats is run.day:
        length = min(run.length, free)
        return Run(run.day, run.first, run.first + length), free - length
    for index, slot in enumerate(run.slots, run.first):
        if free == 0:
            return run._replace(stop=index), 0
        free -= slot.free > 0
    return run, free
