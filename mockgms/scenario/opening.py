"""Hours as text: weekly hours, the hours of one date, of every day, dates."""

import re
from datetime import date, time
from typing import Final

from mockgms.domain.hours import MINUTES_A_DAY, CalendarDay, ExtraSpan, WeeklySpan
from mockgms.scenario.spans import Daily

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEAP_YEAR: Final = 2000  # a yearly date may be 29 February

_HOURS = r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})"
_DAY_LIST = r"(\w{3}(?:\s*-\s*\w{3})?(?:\s*,\s*\w{3}(?:\s*-\s*\w{3})?)*)"
_WEEKLY = re.compile(rf"{_DAY_LIST}\s+{_HOURS}", re.ASCII)
_EXTRA = re.compile(rf"(\S+)\s+{_HOURS}", re.ASCII)
_DAILY = re.compile(_HOURS, re.ASCII)
_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)


def parse_weekly_span(text: str) -> WeeklySpan:
    """Read `Mon-Fri 09:00-18:00` or `Mon,Wed 9:00-12:00`; both ranges may wrap. Raises ValueError, with a sentence."""
    match = _WEEKLY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not weekly hours such as Mon-Fri 09:00-18:00")
    days, *hours = match.groups()
    start, end = _span(hours)
    return WeeklySpan(frozenset(day for part in days.split(",") for day in _day_range(part)), start, end)


def parse_extra_span(text: str) -> ExtraSpan:
    """Read `2026-12-24 09:00-12:00`, or yearly `12-24 09:00-12:00`. Raises ValueError, with a sentence."""
    match = _EXTRA.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not the hours of a date such as 2026-12-24 09:00-12:00")
    day, *hours = match.groups()
    return ExtraSpan(parse_calendar_day(day), *_span(hours))


def parse_daily(text: str) -> Daily:
    """Read `09:00-09:05`, hours of every day; they may run past midnight. Raises ValueError, with a sentence."""
    match = _DAILY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not hours such as 09:00-09:05")
    start, end = _span(list(match.groups()))
    return Daily(_time(start), _time(end))


def parse_calendar_day(text: str) -> CalendarDay:
    """Read `2026-12-25`, or yearly `01-01`. Raises ValueError, with a sentence."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a date such as 2026-12-25, or 01-01 for every year")
    year, month, day = match[1], int(match[2]), int(match[3])
    try:
        date(int(year or _LEAP_YEAR), month, day)
    except ValueError:
        raise ValueError(f"{text!r} is a date that does not exist") from None
    return CalendarDay(month, day, int(year) if year else None)


def _day_range(text: str) -> list[int]:
    """The weekdays of `Mon` or `Sat-Mon`; Monday is 0."""
    first, _, last = (part.strip() for part in text.partition("-"))
    start, end = _day(first), _day(last or first)
    return [(start + after) % 7 for after in range((end - start) % 7 + 1)]


def _day(text: str) -> int:
    if text.lower() not in _DAYS:
        raise ValueError(f"{text!r} is not a day: Mon, Tue, Wed, Thu, Fri, Sat or Sun")
    return _DAYS.index(text.lower())


def _span(hours: list[str]) -> tuple[int, int]:
    start_hour, start_minute, end_hour, end_minute = map(int, hours)
    start, end = _minute(start_hour, start_minute), _minute(end_hour, end_minute)
    if start == MINUTES_A_DAY:
        raise ValueError("24:00 can end the hours, but not begin them")
    return start, end


def _time(minute: int) -> time:
    """The time of a minute after midnight; 24:00 is 00:00, on the next day as every end that is not after its start."""
    return time(*divmod(minute % MINUTES_A_DAY, 60))


def _minute(hour: int, minute: int) -> int:
    since_midnight = hour * 60 + minute
    if minute >= 60 or since_midnight > MINUTES_A_DAY:  # noqa: PLR2004  # minutes an hour
        raise ValueError(f"{hour:02d}:{minute:02d} is not a time: 00:00 to 24:00")
    return since_midnight
