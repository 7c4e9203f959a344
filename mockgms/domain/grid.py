"""The grid of a service: the slots of each date, without any bookings.

Slots start where the wall clock of the service's time zone shows a multiple of its time bucket. When clocks go
forward, the skipped times have no slot. When clocks go back, the repeated times have a slot each time. A slot lasts
until the next one starts, so every instant lies in exactly one slot.

There is one exception: zones whose clocks went back just after midnight, such as Newfoundland until 2011. One date a
year ended twice there.
"""

from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from mockgms.domain.cache_budget import BUDGET
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import MINUTES_A_DAY, Minutes, OfficeHours
from mockgms.domain.instants import DAY, EARLIEST, LATEST, MINUTE, Duration, Instant, from_datetime, to_datetime
from mockgms.domain.slots import DaySlots, Slot

_MAX_DATES_KEPT: Final = 1_024  # of each grid
_DATE_SIZE: Final = 160  # bytes, at most, of a cached date
_FOUND_SIZE: Final = 240  # bytes, at most, of a cached slot
_MAX_DAYS_KEPT: Final = 750  # two queries of the longest range; a day of 5-minute slots takes about 40 kB
_DAY_SIZE: Final = 96 * 160  # bytes, at most, of the slots outside office hours, for 15-minute slots
_LONGEST_OPENING: Final = 7 * DAY
LOOKED_AHEAD: Final = 367  # days in which the next opening is searched

_ONE_DAY = timedelta(days=1)

_Opening: TypeAlias = tuple[Instant, Instant]


class _Stretch(NamedTuple):
    """A part of a date without a clock change: from minute `first`, which is shown at `begin`, to minute `stop`."""

    begin: Instant
    first: int
    stop: int

    def multiples(self, bucket: int) -> range:
        """Return the minutes that are multiples of the bucket."""
        return range(self.first + -self.first % bucket, self.stop, bucket)

    def when(self, minute: int) -> Instant:
        """Return the instant at which the wall clock shows a minute."""
        return self.begin + (minute - self.first) * MINUTE


class _Day(NamedTuple):
    """One local date: all its slots, the spans in which the office is open, and its open slots."""

    slots: tuple[Slot, ...]
    openings: tuple[_Opening, ...]
    open: DaySlots


class Found(NamedTuple):
    """The slot that contains an instant, the date on which it starts, and whether the office is open at the instant."""

    day: date
    slot: Slot
    is_open: bool


class Grid:
    """The slots of a service. Each date is computed on first use."""

    def __init__(self, zone: ZoneInfo, bucket: int, hours: OfficeHours, capacity: Capacity) -> None:
        self._zone = zone
        self._bucket = bucket
        self._hours = hours
        self._capacity = capacity
        self._days: dict[date, _Day] = {}
        self._dates: dict[Instant, date] = {}
        self._found: dict[Instant, Found] = {}
        self._next_for = (LATEST, EARLIEST)  # an instant, and the start of the next slot

    def date_of(self, instant: Instant) -> date:
        """Return the date that the wall clock of the zone shows at an instant."""
        found = self._dates.get(instant)  # one booking needs the same date several times
        return self._compute_date(instant) if found is None else found

    def midnight(self, day: date) -> Instant:
        """Return the instant at which a date begins."""
        return from_datetime(datetime.combine(day, time(), self._zone))

    def day(self, day: date) -> DaySlots:
        """Return the open slots of a date, with all seats free."""
        return self._day(day).open

    def all_slots(self, day: date) -> tuple[Slot, ...]:
        """Return all slots of a date, open or not, with all seats free."""
        return self._day(day).slots

    def slot_of(self, instant: Instant) -> Slot:
        """Return the slot that contains an instant, open or not."""
        return self.find(instant).slot

    def find(self, instant: Instant) -> Found:
        """Return the slot that contains an instant, open or not, with its date and whether the office is open."""
        found = self._found.get(instant)  # one booking needs the same slot several times, and clients repeat times
        return self._search(instant) if found is None else found

    def next_start(self, instant: Instant) -> Instant:
        """Return the start of the first slot, open or not, that starts at an instant or later."""
        since, start = self._next_for
        if since <= instant <= start:  # clients ask from now on, and slots take minutes: 1 µs less
            return start
        day = self.date_of(instant)
        while True:
            slots = self._day(day).slots
            first = bisect_left(slots, (instant,))
            if first < len(slots):
                start = slots[first].start
                self._next_for = (instant, start)
                return start
            day += _ONE_DAY

    def is_open(self, instant: Instant) -> bool:
        """Return whether the office is open at an instant."""
        return self.find(instant).is_open

    def opening_times(self, day: date) -> Iterator[Instant]:
        """Yield the times of a date at which the office opens, or goes on after midnight or a clock change."""
        return (opened for opened, _ in self._day(day).openings)

    def next_opening(self, instant: Instant) -> Generator[None, None, Instant | None]:
        """Return when the office opens next after an instant, in steps, one per day.

        None if it does not open within a year, or never closes.
        """
        day = self.date_of(instant)
        for after in range(LOOKED_AHEAD):
            for opened, _ in self._day(day + after * _ONE_DAY).openings:
                if opened > instant and not self.is_open(opened - 1):
                    return opened
            yield
        return None

    def open_for(self, instant: Instant) -> Duration:
        """Return how long the office stays open from an instant: 0 if it is closed, at most 7 days."""
        closing = instant
        for opened, closed in self._openings_from(self.date_of(instant)):
            if opened > closing:
                break
            closing = max(closing, closed)
        return min(closing - instant, _LONGEST_OPENING)

    def _openings_from(self, day: date) -> Iterator[_Opening]:
        """Yield the opening spans from a date on, for as many days as `open_for` can need."""
        for after in range(_LONGEST_OPENING // DAY + 2):
            yield from self._day(day + after * _ONE_DAY).openings

    def _day(self, day: date) -> _Day:
        found = self._days.get(day)
        if found is None:
            found = self._compute_day(day)
            BUDGET.spend(_DAY_SIZE)
            if len(self._days) >= _MAX_DAYS_KEPT:
                self._days.clear()
            if not self._days:
                BUDGET.join(self)
            self._days[day] = found
        return found

    def clear_cache(self) -> None:
        """Empty the caches."""
        self._days.clear()
        self._dates.clear()
        self._found.clear()

    def _search(self, instant: Instant) -> Found:
        if not self._found:
            BUDGET.spend(_MAX_DATES_KEPT * _FOUND_SIZE)  # counted once: this cache is emptied often
            BUDGET.join(self)
        elif len(self._found) >= _MAX_DATES_KEPT:
            self._found.clear()
        day = self.date_of(instant)
        is_open = _is_in(self._day(day).openings, instant)
        # (x,) sorts before every slot that starts at x.
        while not (before := bisect_left(slots := self._day(day).slots, (instant + 1,))):
            day -= _ONE_DAY
        found = self._found[instant] = Found(day, slots[before - 1], is_open)
        return found

    def _compute_date(self, instant: Instant) -> date:
        if not self._dates:
            BUDGET.spend(_MAX_DATES_KEPT * _DATE_SIZE)  # counted once: this cache is emptied often
            BUDGET.join(self)
        elif len(self._dates) >= _MAX_DATES_KEPT:
            self._dates.clear()
        found = self._dates[instant] = to_datetime(instant, self._zone).date()
        return found

    def _compute_day(self, day: date) -> _Day:
        stretches = self._stretches(day)
        seats = self._capacity.on(day)
        slots = tuple(
            Slot(stretch.when(minute), seats[minute], seats[minute])
            for stretch in stretches
            for minute in stretch.multiples(self._bucket)
        )
        openings = tuple(_openings(stretches, self._hours.on(day)))
        return _Day(slots, openings, DaySlots(slot for slot in slots if _is_in(openings, slot.start)))

    def _stretches(self, day: date) -> list[_Stretch]:
        """Return the parts of a date between clock changes: nearly always one."""
        begin, end = self.midnight(day), self.midnight(day + _ONE_DAY)
        if end - begin == DAY:
            return [_Stretch(begin, 0, MINUTES_A_DAY)]
        stretches: list[_Stretch] = []
        for instant in range(begin, end, MINUTE):
            shown = to_datetime(instant, self._zone)
            minute = shown.hour * 60 + shown.minute
            if stretches and stretches[-1].stop == minute:
                stretches[-1] = stretches[-1]._replace(stop=minute + 1)
            else:
                stretches.append(_Stretch(instant, minute, minute + 1))
        return stretches


def _openings(stretches: Iterable[_Stretch], hours: Iterable[Minutes]) -> Iterator[_Opening]:
    for stretch in stretches:
        for start, end in hours:
            opens, closes = max(start, stretch.first), min(end, stretch.stop)
            if opens < closes:
                yield stretch.when(opens), stretch.when(closes)


def _is_in(openings: Sequence[_Opening], instant: Instant) -> bool:
    """Return whether an instant lies in one of the openings, which are sorted and disjoint."""
    before = bisect_left(openings, (instant + 1,))  # (x,) sorts before every opening at x
    return before > 0 and instant < openings[before - 1][1]
