"""Spans of time in the conditions of rules. Some depend on the time zone of a service."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from mockgms.domain.hours import EVERY_DAY, MINUTES_A_DAY, WeeklySpan, week_minutes
from mockgms.domain.instants import Duration, Instant, from_datetime, render_instant, to_datetime

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Between(Struct, frozen=True):
    """The time from `start` (inclusive) to `end` (exclusive). None means unlimited."""

    start: Instant | None = None
    end: Instant | None = None

    def holds(self, instant: Instant) -> bool:
        """Return whether an instant lies in the span."""
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)


class Daily(Struct, frozen=True):
    """A time of every day in the zone of the service. An end at or before the start is on the next day."""

    start: time
    end: time


class Since(Struct, frozen=True):
    """The time from `start` (inclusive) to `end` (exclusive) after the session's start. None means unlimited."""

    start: Duration | None = None
    end: Duration | None = None

    def between(self, started: Instant) -> Between:
        """Return the span for a session that started at this time."""
        start, end = self.start, self.end
        return Between(None if start is None else started + start, None if end is None else started + end)


TimeSpan: TypeAlias = WeeklySpan | Between | Daily | Since

WHOLE_WEEK: Final = week_minutes([WeeklySpan(EVERY_DAY, 0, MINUTES_A_DAY)])  # the minutes of a whole week
_MOST_JOINED: Final = 10  # spans that follow each other without a gap


def is_within(spans: Iterable[TimeSpan], instant: Instant, zone: ZoneInfo, started: Instant = 0) -> bool:
    """Return whether an instant lies in one of the spans, in the given time zone and session where it matters."""
    return any(_is_in(span, instant, zone, started) for span in spans)


def end_of(spans: Iterable[TimeSpan], instant: Instant, zone: ZoneInfo, started: Instant) -> Instant | None:
    """Return when the spans that contain an instant end, including those that follow without a gap. None: never."""
    spans, end = tuple(spans), instant
    for _ in range(_MOST_JOINED):
        ends = [_end(span, end, zone, started) for span in spans if _is_in(span, end, zone, started)]
        if None in ends:
            return None
        if not ends:
            break
        end = max(each for each in ends if each is not None)
    return end


def contains(wide: TimeSpan, narrow: TimeSpan) -> bool:
    """Return whether one single period certainly contains another. Recurring ones are compared by `minutes_of_week`."""
    match wide, narrow:
        case (Between(first, last), Between(start, end)) | (Since(first, last), Since(start, end)):
            begins_earlier = first is None or (start is not None and first <= start)
            ends_later = last is None or (end is not None and end <= last)
            return begins_earlier and ends_later
        case _:
            return False


def minutes_of_week(spans: Iterable[TimeSpan]) -> int:
    """Return the minutes of the week in the weekly and daily spans, as an integer with a bit for each minute."""
    weekly = (
        WeeklySpan(EVERY_DAY, _minute(span.start), _minute(span.end)) if isinstance(span, Daily) else span
        for span in spans
    )
    return week_minutes(span for span in weekly if isinstance(span, WeeklySpan))


def may_end(spans: Iterable[TimeSpan]) -> bool:
    """Return whether the spans can be over at some time: one has an end, and they do not cover the whole week."""
    spans = tuple(spans)
    has_end = any(isinstance(span, WeeklySpan | Daily) or span.end is not None for span in spans)
    return has_end and minutes_of_week(spans) != WHOLE_WEEK


def render_span(span: TimeSpan) -> str:
    """Return a span as text: `from ... up to ...`, `daily 09:00-09:05` or `Mon,Tue 09:00-12:00`."""
    match span:
        case Between(None, None):
            return "at any time"
        case Between(start, end):
            begin = "" if start is None else f"from {render_instant(start)} "
            return begin + ("on" if end is None else f"up to {render_instant(end)}")
        case Daily(start, end):
            return f"daily {start:%H:%M}-{end:%H:%M}"
        case Since(start, end):
            begin = "" if start is None else f"from +{_seconds(start)} "
            return f"{begin}{'on' if end is None else f'up to +{_seconds(end)}'} after the session's start"
        case _:
            days = ",".join(_DAYS[day] for day in sorted(span.days))
            return f"{days} {_clock(span.start)}-{_clock(span.end)}"


def render_local(instant: Instant, zone: ZoneInfo) -> str:
    """Return an instant as text: weekday and local time in a time zone."""
    local = to_datetime(instant, zone)
    return f"{_DAYS[local.weekday()]} {local.isoformat(timespec='milliseconds')}"


def _minute(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _is_in(span: TimeSpan, instant: Instant, zone: ZoneInfo, started: Instant) -> bool:
    match span:
        case Between():
            return span.holds(instant)
        case Since():
            return span.between(started).holds(instant)
        case Daily():
            return _is_in_daily(span, to_datetime(instant, zone))
        case _:
            return span.contains(to_datetime(instant, zone))


def _end(span: TimeSpan, instant: Instant, zone: ZoneInfo, started: Instant) -> Instant | None:
    """Return when a span that contains an instant ends, or None if it does not end."""
    match span:
        case Between():
            return span.end
        case Since():
            return span.between(started).end
        case Daily():
            local = to_datetime(instant, zone)
            day = local.date() + timedelta(days=span.end <= local.time())
            return from_datetime(datetime.combine(day, span.end, zone))
        case _:
            return _end_of_week_hours(span, to_datetime(instant, zone), zone)


def _end_of_week_hours(span: WeeklySpan, local: datetime, zone: ZoneInfo) -> Instant:
    """Return the end of weekly hours that contain a local time: those of its day, or those of the day before."""
    start, end = span.minutes
    is_of_today = local.weekday() in span.days and start <= local.hour * 60 + local.minute < end
    days, minute = divmod(end if is_of_today else end - MINUTES_A_DAY, MINUTES_A_DAY)
    return from_datetime(datetime.combine(local.date() + timedelta(days=days), time(*divmod(minute, 60)), zone))


def _is_in_daily(span: Daily, local: datetime) -> bool:
    shown = local.time()
    if span.start < span.end:
        return span.start <= shown < span.end
    return shown >= span.start or shown < span.end


def _seconds(duration: Duration) -> str:
    return f"{duration / 1000:g}s"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
