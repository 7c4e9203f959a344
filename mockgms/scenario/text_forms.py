"""Text forms: how single values are written in a file. Their parsers raise ValueError with a sentence."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from typing import Annotated, Any, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Meta, Struct

from mockgms.domain.annotations import Rate
from mockgms.domain.hours import EVERY_DAY, MINUTES_A_DAY, CalendarDay, ExtraSpan, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Duration, Instant, parse_instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.scenario.mistakes import Unknown, UnknownWord
from mockgms.scenario.spans import Daily

LONGEST: Final = 36_600 * DAY
_UNITS: Final = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": 1}

_NUMBER = r"([0-9]{1,12}(?:\.[0-9]{1,3})?)"
_PARTS = lazy_regex(_NUMBER + "(ms|[wdhms])")
_PLAIN = lazy_regex(f"(?:{_NUMBER}(?:ms|[wdhms]))+")
_ISO = lazy_regex(f"P(?!$)(?:{_NUMBER}[wd])*(?:T(?:{_NUMBER}[hms])+)?", re.IGNORECASE)

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEAP_YEAR: Final = 2000  # so that a yearly date may be 29 February

_HOURS = r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})"
_DAY_LIST = r"(\w{3}(?:\s*-\s*\w{3})?(?:\s*,\s*\w{3}(?:\s*-\s*\w{3})?)*)"
_WEEKLY = lazy_regex(rf"{_DAY_LIST}\s+{_HOURS}", re.ASCII)
_EXTRA = lazy_regex(rf"(\S+)\s+{_HOURS}", re.ASCII)
_DAILY = lazy_regex(_HOURS, re.ASCII)
_DATE = lazy_regex(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)

_OFFSET = lazy_regex(r"(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|Z", re.IGNORECASE)
_RATE = lazy_regex(r"([0-9]{1,6})\s*/\s*([smhdw])")
_SHARE = lazy_regex(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")


def parse_duration(text: str) -> Duration:
    """Parse a duration, in milliseconds. Raises ValueError with a sentence.

    Years and months of ISO 8601 are refused, because their lengths vary. So are durations of over a hundred years.
    """
    if _PLAIN.fullmatch(text):
        parts = text
    elif _ISO.fullmatch(text):
        parts = text.lower()
    else:
        raise ValueError(f"{quoted(text)} is not a duration such as 30s, 5m, 1h, 31d or PT5M")
    duration = round(sum(float(number) * _UNITS[unit] for number, unit in _PARTS.findall(parts)))
    if duration > LONGEST:
        raise ValueError(f"{quoted(text)} is longer than a hundred years: give at most {LONGEST // DAY}d")
    return duration


def render_duration(duration: Duration) -> str:
    """Return a duration in the largest unit of which it is a whole number: `90s`, `5m`."""
    unit = next(unit for unit, length in _UNITS.items() if duration % length == 0 and (duration or unit == "s"))
    return f"{duration // _UNITS[unit]}{unit}"


def parse_weekly_span(text: str) -> WeeklySpan:
    """Parse `Mon-Fri 09:00-18:00` or `Mon,Wed 9:00-12:00`. Both ranges may wrap. Raises ValueError."""
    match = _WEEKLY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{quoted(text)} is not weekly hours such as Mon-Fri 09:00-18:00")
    days, *hours = match.groups()
    start, end = _span(hours)
    return WeeklySpan(frozenset(day for part in days.split(",") for day in _day_range(part)), start, end)


def parse_extra_span(text: str) -> ExtraSpan:
    """Parse `2026-12-24 09:00-12:00`, or for every year `12-24 09:00-12:00`. Raises ValueError."""
    match = _EXTRA.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{quoted(text)} is not the hours of a date such as 2026-12-24 09:00-12:00")
    day, *hours = match.groups()
    return ExtraSpan(parse_calendar_day(day), *_span(hours))


def parse_daily(text: str) -> Daily:
    """Parse `09:00-09:05`, which may run past midnight. Raises ValueError with a sentence."""
    match = _DAILY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{quoted(text)} is not hours such as 09:00-09:05")
    start, end = _span(list(match.groups()))
    return Daily(_time(start), _time(end))


def parse_calendar_day(text: str) -> CalendarDay:
    """Parse `2026-12-25`, or for every year `01-01`. Raises ValueError with a sentence."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{quoted(text)} is not a date such as 2026-12-25, or 01-01 for every year")
    year, month, day = match[1], int(match[2]), int(match[3])
    try:
        date(int(year or _LEAP_YEAR), month, day)
    except ValueError:
        raise ValueError(f"{quoted(text)} is a date that does not exist") from None
    return CalendarDay(month, day, int(year) if year else None)


def _day_range(text: str) -> list[int]:
    """Return the weekdays of `Mon` or `Sat-Mon`; Monday is 0."""
    first, _, last = (part.strip() for part in text.partition("-"))
    start, end = _day(first), _day(last or first)
    return [(start + after) % 7 for after in range((end - start) % 7 + 1)]


def _day(text: str) -> int:
    if text.lower() not in _DAYS:
        raise ValueError(f"{quoted(text)} is not a day: Mon, Tue, Wed, Thu, Fri, Sat or Sun")
    return _DAYS.index(text.lower())


def _span(hours: list[str]) -> tuple[int, int]:
    start_hour, start_minute, end_hour, end_minute = map(int, hours)
    start, end = _minute(start_hour, start_minute), _minute(end_hour, end_minute)
    if start == MINUTES_A_DAY:
        raise ValueError("24:00 can end the hours, but not begin them")
    return start, end


def _time(minute: int) -> time:
    """Return the time of a minute after midnight. 24:00 becomes 00:00, which as an end means the next day."""
    return time(*divmod(minute % MINUTES_A_DAY, 60))


def _minute(hour: int, minute: int) -> int:
    since_midnight = hour * 60 + minute
    if minute >= 60 or since_midnight > MINUTES_A_DAY:  # noqa: PLR2004  # minutes an hour
        raise ValueError(f"{hour:02d}:{minute:02d} is not a time: 00:00 to 24:00")
    return since_midnight


def parse_zone(text: str) -> ZoneInfo:
    """Return the time zone of a name. Raises ValueError with a sentence."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a directory, or too long for a file
        reason = f"{quoted(text)} is not a time zone such as Europe/Paris"
    if _OFFSET.fullmatch(text):
        raise ValueError(f"{quoted(text)} is an offset, not a time zone: write a name such as Europe/Paris")
    if " " in text:  # a name of Windows, such as W. Europe Standard Time: a suggestion would mislead
        raise ValueError(reason)
    raise UnknownWord(reason, Unknown(text, _zones()))


@cache
def _zones() -> tuple[str, ...]:
    """Return the names of all time zones. Reading them takes some milliseconds."""
    return tuple(sorted(available_timezones()))


def parse_share(text: str) -> float:
    """Parse a share such as `80%` into a number from 0 to 1. Raises ValueError with a sentence."""
    match = _SHARE.fullmatch(text)
    if match is None or (share := float(match[1]) / 100) > 1:
        raise ValueError(f"{quoted(text)} is not a share from 0% to 100%")
    return share


def render_share(share: float) -> str:
    """Return a share in the form that `parse_share` parses."""
    return f"{share * 100:.8g}%"


def parse_rate(text: str) -> Rate:
    """Parse a rate such as `12/h`. Raises ValueError with a sentence."""
    match = _RATE.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"{quoted(text)} is not a rate such as 12/h: a number per s, m, h, d or w")
    return Rate(int(match[1]), _UNITS[match[2]])


def render_rate(rate: Rate) -> str:
    """Return a rate in the form that `parse_rate` parses."""
    return f"{rate.number}/{next(unit for unit, length in _UNITS.items() if length == rate.per)}"


def parse_country(text: str) -> str:
    """Parse a country code. Raises ValueError with a sentence."""
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError(f"{quoted(text)} is not a country code of two letters such as US")
    return text.upper()


def render_weekly_span(span: WeeklySpan) -> str:
    """Return weekly hours in the form that `parse_weekly_span` parses."""
    hours = "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (span.start, span.end))
    days = [_DAYS[day].capitalize() for day in sorted(span.days)]
    return f"{'Mon-Sun' if span.days == EVERY_DAY else ','.join(days)} {hours}"


class Text(Struct, frozen=True):
    """A form of text. `parse` raises ValueError with a sentence; `render` is its inverse.

    If it is `free`, almost any text is valid, so that a number only needs quotes.
    """

    parse: Callable[[str], Any]
    example: str
    render: Callable[[Any], str] = str
    free: bool = False
    more_examples: tuple[str, ...] = ()


class Later(Struct, frozen=True):
    """A time that lies this long after the session's start."""

    after: Duration


def parse_moment(text: str) -> Instant | Later:
    """Parse a time, or a duration after the session's start such as `+10m`. Raises ValueError with a sentence."""
    if text.startswith("+"):
        return Later(parse_duration(text[1:]))
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ValueError(f"{error}, or +10m from the session's start") from None


class Made(Struct, frozen=True):
    """An object that is made from a map. `make` takes its settings, and raises ValueError with a sentence."""

    make: Callable[[dict[str, Any]], Any]


# Forms of numbers and texts, by the names that annotations use.
FORMS: Final[Mapping[str, Text]] = {
    "duration": Text(parse_duration, "30s", render_duration, more_examples=("5m", "1h", "31d", "PT5M")),
    "instant": Text(parse_instant, "2026-03-02T08:55:00Z"),
    "share": Text(parse_share, "80%", render_share),
    "rate": Text(parse_rate, "12/h", render_rate, more_examples=("1/m", "100/d")),
    "country": Text(parse_country, "US"),
}
# Types that have only one form.
FORMS_OF_TYPES: Final[Mapping[Any, Text]] = {
    ZoneInfo: Text(parse_zone, "Europe/Paris"),
    WeeklySpan: Text(
        parse_weekly_span,
        "Mon-Fri 09:00-18:00",
        render_weekly_span,
        more_examples=("Mon,Wed 9:00-12:00", "Sat-Mon 22:00-06:00"),
    ),
    ExtraSpan: Text(parse_extra_span, "2026-12-24 09:00-12:00", more_examples=("12-24 09:00-12:00",)),
    CalendarDay: Text(parse_calendar_day, "2026-12-25", more_examples=("01-01",)),
}

# The same forms for the schema of rules.
WrittenInstant: TypeAlias = Annotated[str, Meta(examples=["2026-03-02T08:55:00Z"]), FORMS["instant"]]
WrittenMoment: TypeAlias = Annotated[
    str,
    Meta(examples=["2026-03-02T08:55:00Z", "+10m"]),
    Text(parse_moment, "2026-03-02T08:55:00Z", more_examples=("+10m",)),
]
WrittenWeekly: TypeAlias = Annotated[
    str,
    Meta(examples=["Mon-Fri 09:00-18:00", "Mon,Wed 9:00-12:00", "Sat-Mon 22:00-06:00"]),
    FORMS_OF_TYPES[WeeklySpan],
]
WrittenShare: TypeAlias = Annotated[str, Meta(examples=["80%"]), FORMS["share"]]
WrittenText: TypeAlias = Annotated[str, Meta(min_length=1)]
WrittenCount: TypeAlias = Annotated[int, Meta(ge=0)]
