"""Office hours: when a service is open, by the wall clock of its time zone.

The hours of a date are spans of minutes after its midnight. A span that runs past midnight belongs to the date on which
it begins. A holiday on that date removes the whole span. A holiday on the next date ends it at midnight.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Final, NamedTuple, TypeAlias

from mockgms.domain.annotations import Bounds, Doc, Gms, Key

MAX_HOURS: Final = 1_000  # entries in each list of hours or dates of a service
MINUTES_A_DAY = 1_440
EVERY_DAY = frozenset(range(7))

Minutes: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WeeklySpan:
    """Opening hours on some weekdays (Monday is 0), from minute `start` to minute `end` of the day.

    `end` may be 1440 (24:00). An end at or before the start is on the next day.
    """

    days: frozenset[int]
    start: int
    end: int

    @property
    def minutes(self) -> Minutes:
        """The span in minutes after midnight of the day on which it begins. Over 1440 is the next day."""
        return _unwrapped(self.start, self.end)

    def contains(self, local: datetime) -> bool:
        """Return whether a local time lies in the span."""
        start, end = self.minutes
        today, minute = local.weekday(), local.hour * 60 + local.minute
        if today in self.days and start <= minute < end:
            return True
        return (today - 1) % 7 in self.days and minute + MINUTES_A_DAY < end


def week_minutes(spans: Iterable[WeeklySpan]) -> int:
    """Return the minutes of the week in the spans, as an integer with a bit for each minute from Monday 00:00."""
    found = 0
    for span in spans:
        start, end = span.minutes
        for day in span.days:
            found |= ((1 << (end - start)) - 1) << (day * MINUTES_A_DAY + start)
    week = len(EVERY_DAY) * MINUTES_A_DAY
    return (found | found >> week) & ((1 << week) - 1)  # the night after Sunday is the one before Monday


class CalendarDay(NamedTuple):
    """A date, or the same day of every year if `year` is None."""

    month: int
    day: int
    year: int | None = None


class ExtraSpan(NamedTuple):
    """Opening hours of one date in addition to the weekly ones, on holidays too."""

    on: CalendarDay
    start: int
    end: int

    @property
    def minutes(self) -> Minutes:
        """The span in minutes after midnight of the day on which it begins. Over 1440 is the next day."""
        return _unwrapped(self.start, self.end)


ALWAYS = (WeeklySpan(EVERY_DAY, 0, MINUTES_A_DAY),)


@dataclass(frozen=True)
class OfficeHours:
    """The weekly hours without the holidays, plus the extra hours."""

    regular: Annotated[
        tuple[WeeklySpan, ...],
        Key("office_hours"),
        Bounds(maximum=MAX_HOURS),
        Doc("Weekly opening hours; days and hours may wrap (`Sat-Mon 22:00-06:00`)."),
        Gms("_bh_regular", numbered=True),
    ] = ALWAYS
    extra: Annotated[
        tuple[ExtraSpan, ...],
        Key("extra_hours"),
        Bounds(maximum=MAX_HOURS),
        Doc("Additional opening hours, also on holidays: `2026-12-24 09:00-12:00`, or yearly `12-24 09:00-12:00`."),
        Gms("_bh_add", numbered=True),
    ] = ()
    holidays: Annotated[
        tuple[CalendarDay, ...],
        Bounds(maximum=MAX_HOURS),
        Doc("Dates on which it is closed: `2026-12-25`, or yearly `12-25`."),
        Gms("_holiday", numbered=True),
    ] = ()

    def on(self, day: date) -> tuple[Minutes, ...]:
        """Return the opening spans of a date: disjoint, ascending, in minutes from 0 to 1440."""
        before = day - timedelta(days=1)
        spans = [*self._extra_from(day), *_after_midnight(self._extra_from(before))]
        if not self.is_holiday(day):
            spans += self._week[day.weekday()]
            if not self.is_holiday(before):
                spans += _after_midnight(self._week[before.weekday()])
        return _joined([(start, min(end, MINUTES_A_DAY)) for start, end in spans])

    def is_holiday(self, day: date) -> bool:
        """Return whether the weekly hours do not apply on a date."""
        return not self._holidays.isdisjoint(_days_of(day))

    def _extra_from(self, day: date) -> Iterator[Minutes]:
        return (minutes for each in _days_of(day) for minutes in self._extra.get(each, ()))

    # Cached: each list may have a thousand entries, and a query of a year needs it 366 times.

    @cached_property
    def _week(self) -> tuple[tuple[Minutes, ...], ...]:
        """The weekly hours that begin on each weekday."""
        return tuple(
            _joined([span.minutes for span in self.regular if weekday in span.days])
            for weekday in range(len(EVERY_DAY))
        )

    @cached_property
    def _extra(self) -> Mapping[CalendarDay, list[Minutes]]:
        extra: dict[CalendarDay, list[Minutes]] = {}
        for span in self.extra:
            extra.setdefault(span.on, []).append(span.minutes)
        return extra

    @cached_property
    def _holidays(self) -> frozenset[CalendarDay]:
        return frozenset(self.holidays)


def _unwrapped(start: int, end: int) -> Minutes:
    return start, end if end > start else end + MINUTES_A_DAY


def _days_of(day: date) -> tuple[CalendarDay, CalendarDay]:
    """Return a date, and the same day of every year."""
    return CalendarDay(day.month, day.day, day.year), CalendarDay(day.month, day.day)


def _after_midnight(spans: Iterable[Minutes]) -> Iterator[Minutes]:
    return ((0, end - MINUTES_A_DAY) for _, end in spans if end > MINUTES_A_DAY)


def _joined(spans: list[Minutes]) -> tuple[Minutes, ...]:
    """Return the spans sorted, with touching ones joined."""
    merged: list[Minutes] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)
