"""Opening hours as text."""

import re
from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.hours import EVERY_DAY, CalendarDay, ExtraSpan, WeeklySpan
from mockgms.scenario.spans import Daily
from mockgms.scenario.text_forms import (
    parse_calendar_day,
    parse_daily,
    parse_extra_span,
    parse_weekly_span,
    render_weekly_span,
)

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Mon-Fri 09:00-18:00", WeeklySpan(frozenset({0, 1, 2, 3, 4}), 540, 1080)),
        ("Mon-Sun 00:00-24:00", WeeklySpan(EVERY_DAY, 0, 1440)),
        ("Sat-Mon 19:00-7:00", WeeklySpan(frozenset({5, 6, 0}), 1140, 420)),
        ("Mon,Wed 9:00-12:00", WeeklySpan(frozenset({0, 2}), 540, 720)),
        ("Mon-Tue, Fri 9:00 - 12:00", WeeklySpan(frozenset({0, 1, 4}), 540, 720)),
        ("sat 10:00-14:00", WeeklySpan(frozenset({5}), 600, 840)),
        (" SUN  22:00-0:00 ", WeeklySpan(frozenset({6}), 1320, 0)),
    ],
)
def test_weekly_hours_are_read(text: str, span: WeeklySpan) -> None:
    assert parse_weekly_span(text) == span


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is not weekly hours such as Mon-Fri 09:00-18:00"),
        ("Mon-Fri", "'Mon-Fri' is not weekly hours such as Mon-Fri 09:00-18:00"),
        ("09:00-18:00", "'09:00-18:00' is not weekly hours such as Mon-Fri 09:00-18:00"),
        ("Mon-Fri 9-18", "'Mon-Fri 9-18' is not weekly hours such as Mon-Fri 09:00-18:00"),
        ("Mon-Wed-Fri 09:00-18:00", "'Mon-Wed-Fri 09:00-18:00' is not weekly hours such as Mon-Fri 09:00-18:00"),
        ("Lun-Ven 09:00-18:00", "'Lun' is not a day: Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("Mon-Fri 09:60-18:00", "09:60 is not a time: 00:00 to 24:00"),
        ("Mon-Fri 09:00-24:01", "24:01 is not a time: 00:00 to 24:00"),
        ("Mon-Fri 24:00-08:00", "24:00 can end the hours, but not begin them"),
    ],
)
def test_other_weekly_hours_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_weekly_span(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2026-12-24 09:00-12:00", ExtraSpan(CalendarDay(12, 24, 2026), 540, 720)),
        ("12-24 9:00-24:00", ExtraSpan(CalendarDay(12, 24), 540, 1440)),
    ],
)
def test_the_hours_of_a_date_are_read(text: str, span: ExtraSpan) -> None:
    assert parse_extra_span(text) == span


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-12-24", "'2026-12-24' is not the hours of a date such as 2026-12-24 09:00-12:00"),
        ("Mon 09:00-12:00", "'Mon' is not a date such as 2026-12-25, or 01-01 for every year"),
        ("12-24 12:00-25:00", "25:00 is not a time: 00:00 to 24:00"),
    ],
)
def test_other_hours_of_a_date_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_extra_span(text)


def test_29_february_is_a_yearly_date_and_one_of_leap_years() -> None:
    assert parse_calendar_day("02-29") == CalendarDay(2, 29)
    assert parse_calendar_day("2028-02-29") == CalendarDay(2, 29, 2028)
    with pytest.raises(ValueError, match="'2026-02-29' is a date that does not exist"):
        parse_calendar_day("2026-02-29")


@pytest.mark.parametrize("text", ["0000-01-01", "13-01", "01-00"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is a date that does not exist"):
        parse_calendar_day(text)


@pytest.mark.parametrize("text", ["", "1-1", "25.12.2026", "2026-12-25T00:00", "\u0660\u0661-\u0660\u0661"])
def test_a_text_that_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date such as 2026-12-25, or 01-01 for every year"):
        parse_calendar_day(text)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


SPANS = st.tuples(st.integers(0, 1439), st.integers(0, 1440))


@given(st.sets(st.integers(0, 6), min_size=1), SPANS)
def test_weekly_hours_are_read_back(days: set[int], minutes: tuple[int, int]) -> None:
    start, end = minutes
    text = f"{','.join(DAYS[day] for day in days)} {clock(start)}-{clock(end)}"
    assert parse_weekly_span(text) == WeeklySpan(frozenset(days), start, end)


@given(st.dates(), st.booleans(), SPANS)
def test_the_hours_of_a_date_are_read_back(day: date, yearly: bool, minutes: tuple[int, int]) -> None:
    start, end = minutes
    text = f"{day:%m-%d}" if yearly else f"{day.isoformat()}"
    expected = CalendarDay(day.month, day.day, None if yearly else day.year)
    assert parse_extra_span(f"{text} {clock(start)}-{clock(end)}") == ExtraSpan(expected, start, end)


@given(st.text("MonFri0123456789:- ,", max_size=24))
def test_any_text_is_hours_or_refused(text: str) -> None:
    for parse in (parse_weekly_span, parse_extra_span, parse_calendar_day):
        with suppress(ValueError):
            parse(text)


@pytest.mark.parametrize(
    ("text", "daily"),
    [
        ("09:00-09:05", Daily(time(9), time(9, 5))),
        (" 22:00 - 6:00 ", Daily(time(22), time(6))),
        ("9:00-24:00", Daily(time(9), time(0))),
        ("00:00-24:00", Daily(time(0), time(0))),
    ],
)
def test_hours_of_every_day_are_read(text: str, daily: Daily) -> None:
    assert parse_daily(text) == daily


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9-10", "'9-10' is not hours such as 09:00-09:05"),
        ("Mon 09:00-10:00", "'Mon 09:00-10:00' is not hours such as 09:00-09:05"),
        ("24:00-01:00", "24:00 can end the hours, but not begin them"),
        ("09:60-10:00", "09:60 is not a time: 00:00 to 24:00"),
    ],
)
def test_other_hours_of_every_day_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_daily(text)


@pytest.mark.parametrize("text", ["Mon-Sun 00:00-24:00", "Mon,Wed 09:00-12:30", "Sun 22:00-06:00"])
def test_weekly_hours_are_rendered_as_they_are_read(text: str) -> None:
    assert render_weekly_span(parse_weekly_span(text)) == text


@given(st.builds(WeeklySpan, st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 1439), st.integers(0, 1440)))
def test_rendered_weekly_hours_read_as_the_same(span: WeeklySpan) -> None:
    assert parse_weekly_span(render_weekly_span(span)) == span
