"""The grid: which slots a service has on a date, before anybody books.

Slots start where the wall clock of the service's zone shows a multiple of its time bucket. Where the clocks go
forward, the skipped times have no slot; where they go back, the repeated times have one each time. A slot lasts
until the next one starts, so every instant lies in exactly one. (Not before 2011 where clocks were put back just after
midnight, as in Newfoundland: one night a year a date ended twice there.)
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from mockgms.domain.cache_budget import BUDGET
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import MINUTES_A_DAY, Minutes, OfficeHours
from mockgms.domain.instants import DAY, MINUTE, Duration, Instant, from_datetime, to_datetime
from mockgms.domain.slots import DaySlots, Slot

_MOST_DATES_KEPT: Final = 1_024  # of each grid
_OF_DATE: Final = 160  # bytes, at most, of a date that is kept
_MOST_DAYS_KEPT: Final = 750  # two asked ranges of the longest kind; a day of 5 minute slots is about 40 kB
_OF_DAY: Final = 96 * 160  # bytes, at most, of the slots outside the office hours, for slots of 15 minutes
_LONGEST_OPENING: Final = 7 * DAY
_LOOKED_AHEAD: Final = 367  # days, for the next opening

_ONE_DAY = timedelta(days=1)

_Opening: TypeAlias = tuple[Instant, Instant]


class _Stretch(NamedTuple):
    """A part of a date through which the wall clock runs evenly, from minute `first`, shown at `begin`, to `stop`."""

    begin: Instant
    first: int
    stop: int

    def multiples(self, bucket: int) -> range:
        """The minutes shown that are multiples of the bucket."""
        return range(self.first + -self.first % bucket, self.stop, bucket)

    def when(self, minute: int) -> Instant:
        """When this minute is shown."""
        return self.begin + (minute - self.first) * MINUTE


@dataclass(frozen=True, slots=True)
class _Day:
    """One local date: all its slots, from when to when the office is open, and the slots that start in that time."""

    slots: tuple[Slot, ...]
    openings: tuple[_Opening, ...]
    open: DaySlots


class Grid:
    """The slots of a service, worked out date by date when first asked for."""

    def __init__(self, zone: ZoneInfo, bucket: int, hours: OfficeHours, capacity: Capacity) -> None:
        self._zone = zone
        self._bucket = bucket
        self._hours = hours
        self._capacity = capacity
        self._days: dict[date, _Day] = {}
        self._dates: dict[Instant, date] = {}

    def date_of(self, instant: Instant) -> date:
        """The date that the wall clock of the zone shows at the instant."""
        found = self._dates.get(instant)  # one booking asks several times
        return self._work_out_date(instant) if found is None else found

    def midnight(self, day: date) -> Instant:
        """When a date begins."""
        return from_datetime(datetime.combine(day, time(), self._zone))

    def day(self, day: date) -> DaySlots:
        """The open slots of a date, all of them free."""
        return self._day(day).open

    def every(self, day: date) -> tuple[Slot, ...]:
        """The slots of a date, open or not, all of them free."""
        return self._day(day).slots

    def slot_of(self, instant: Instant) -> Slot:
        """The slot that holds the instant, open or not."""
        return self.find(instant)[1]

    def find(self, instant: Instant) -> tuple[date, Slot]:
        """The slot that holds the instant, open or not, and the date that it starts on."""
        day = self.date_of(instant)
        # (x,) sorts before every slot that starts at x.
        while not (before := bisect_left(slots := self._day(day).slots, (instant + 1,))):
            day -= _ONE_DAY
        return day, slots[before - 1]

    def next_start(self, instant: Instant) -> Instant:
        """The start of the first slot, open or not, that starts at the instant or later."""
        day = self.date_of(instant)
        while True:
            slots = self._day(day).slots
            first = bisect_left(slots, (instant,))
            if first < len(slots):
                return slots[first].start
            day += _ONE_DAY

    def is_open(self, instant: Instant) -> bool:
        """Whether the office is open at the instant."""
        return _is_in(self._day(self.date_of(instant)).openings, instant)

    def next_opening(self, instant: Instant) -> Instant | None:
        """When it opens next after the instant; None when it never does within a year, or never closes."""
        day = self.date_of(instant)
        for after in range(_LOOKED_AHEAD):
            for opened, _ in self._day(day + after * _ONE_DAY).openings:
                if opened > instant and not self.is_open(opened - 1):
                    return opened
        return None

    def open_for(self, instant: Instant) -> Duration:
        """How long it stays open from the instant on: 0 when closed, at most 7 days."""
        closing = instant
        for opened, closed in self._openings_from(self.date_of(instant)):
            if opened > closing:
                break
            closing = max(closing, closed)
        return min(closing - instant, _LONGEST_OPENING)

    def _openings_from(self, day: date) -> Iterator[_Opening]:
        """When it is open from a date on, for as long as `open_for` looks ahead."""
        for after in range(_LONGEST_OPENING // DAY + 2):
            yield from self._day(day + after * _ONE_DAY).openings

    def _day(self, day: date) -> _Day:
        found = self._days.get(day)
        if found is None:
            found = self._work_out(day)
            BUDGET.spend(_OF_DAY)
            if len(self._days) >= _MOST_DAYS_KEPT:
                self._days.clear()
            if not self._days:
                BUDGET.join(self)
            self._days[day] = found
        return found

    def forget_answers(self) -> None:
        """Keep nothing that can be worked out anew."""
        self._days.clear()
        self._dates.clear()

    def _work_out_date(self, instant: Instant) -> date:
        if not self._dates:
            BUDGET.spend(_MOST_DATES_KEPT * _OF_DATE)  # counted once, since it is emptied again and again
            BUDGET.join(self)
        elif len(self._dates) >= _MOST_DATES_KEPT:
            self._dates.clear()
        found = self._dates[instant] = to_datetime(instant, self._zone).date()
        return found

    def _work_out(self, day: date) -> _Day:
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
        """The parts of a date between which the clocks change: nearly always one."""
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
    """Whether an instant lies in one of the openings, which are in order and apart."""
    before = bisect_left(openings, (instant + 1,))  # (x,) sorts before every opening at x
    return before > 0 and instant < openings[before - 1][1]
