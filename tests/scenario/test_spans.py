from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.instants import HOUR, parse_instant
from mockgms.scenario.conditions import DesiredTimeCondition, DuringCondition
from mockgms.scenario.spans import (
    Between,
    Daily,
    Since,
    TimeSpan,
    contains,
    end_of,
    is_within,
    may_end,
    render_local,
    render_span,
)
from mockgms.scenario.text_forms import parse_weekly_span

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (Between(NOW, NOW + 1), [NOW], [NOW - 1, NOW + 1]),
        (Between(None, NOW), [0, NOW - 1], [NOW]),
        (Between(NOW, None), [NOW, NOW + 99 * HOUR], [NOW - 1]),
        (Between(), [0, NOW], []),
    ],
)
def test_a_span_includes_its_start_and_not_its_end(span: Between, inside: list[int], outside: list[int]) -> None:
    assert all(is_within([span], instant, PARIS) for instant in inside)
    assert not any(is_within([span], instant, PARIS) for instant in outside)


@pytest.mark.parametrize(
    ("start", "end", "shown", "within"),
    [
        (time(9), time(9, 5), "09:00", True),
        (time(9), time(9, 5), "09:04:59.999", True),
        (time(9), time(9, 5), "09:05", False),
        (time(9), time(9, 5), "08:59:59.999", False),
        (time(22), time(6), "23:00", True),
        (time(22), time(6), "05:59", True),
        (time(22), time(6), "06:00", False),
        (time(22), time(6), "21:59", False),
        (time(9), time(9), "08:59", True),
        (time(9), time(9), "09:00", True),
    ],
)
def test_a_daily_time_is_on_the_wall_clock_and_may_run_past_midnight(
    start: time, end: time, shown: str, within: bool
) -> None:
    instant = parse_instant(f"2026-07-01T{shown}", PARIS)
    assert is_within([Daily(start, end)], instant, PARIS) is within


@pytest.mark.parametrize(
    ("span", "shown", "within"),
    [
        ("Mon-Fri 09:00-12:00", "2026-03-02T09:00", True),
        ("Mon-Fri 09:00-12:00", "2026-03-02T11:59:59.999", True),
        ("Mon-Fri 09:00-12:00", "2026-03-02T12:00", False),
        ("Mon-Fri 09:00-12:00", "2026-03-01T10:00", False),
        ("Sun 22:00-06:00", "2026-03-01T21:59", False),
        ("Sun 22:00-06:00", "2026-03-01T22:00", True),
        ("Sun 22:00-06:00", "2026-03-02T05:59", True),  # the night of Sunday lasts until Monday morning
        ("Sun 22:00-06:00", "2026-03-02T06:00", False),
        ("Sun 22:00-06:00", "2026-03-01T05:00", False),
        ("Sun 00:00-24:00", "2026-03-01T23:59", True),
        ("Sun 00:00-24:00", "2026-03-02T00:00", False),
    ],
)
def test_weekly_hours_are_on_the_wall_clock_and_may_run_past_midnight(span: str, shown: str, within: bool) -> None:
    assert is_within([parse_weekly_span(span)], parse_instant(shown, PARIS), PARIS) is within


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (Since(HOUR, 2 * HOUR), [HOUR, 2 * HOUR - 1], [HOUR - 1, 2 * HOUR]),
        (Since(None, HOUR), [-HOUR, HOUR - 1], [HOUR]),
        (Since(HOUR, None), [HOUR, 99 * HOUR], [HOUR - 1]),
    ],
)
def test_a_relative_time_counts_from_the_start_of_the_session(
    span: Since, inside: list[int], outside: list[int]
) -> None:
    assert all(is_within([span], NOW + after, PARIS, started=NOW) for after in inside)
    assert not any(is_within([span], NOW + after, PARIS, started=NOW) for after in outside)


def test_one_of_several_spans_is_enough() -> None:
    spans = [Between(None, NOW), Between(NOW + 1, NOW + 2)]
    assert [is_within(spans, NOW + after, PARIS) for after in (-1, 0, 1, 2)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("span", "shown", "end"),
    [
        (Between(None, NOW), "2026-03-01T09:00", "2026-03-02T09:55"),  # 8:55 UTC
        (Since(None, HOUR), "2026-03-02T10:00", "2026-03-02T10:55"),
        (Daily(time(9), time(9, 5)), "2026-03-02T09:04:59", "2026-03-02T09:05"),
        (Daily(time(22), time(6)), "2026-03-02T22:00", "2026-03-03T06:00"),
        (Daily(time(22), time(6)), "2026-03-02T05:59", "2026-03-02T06:00"),
        (parse_weekly_span("Mon-Fri 09:00-12:30"), "2026-03-02T09:00", "2026-03-02T12:30"),
        (parse_weekly_span("Sun 22:00-06:00"), "2026-03-01T22:00", "2026-03-02T06:00"),
        (parse_weekly_span("Sun 22:00-06:00"), "2026-03-02T05:59", "2026-03-02T06:00"),
        (parse_weekly_span("Sun 00:00-24:00"), "2026-03-01T12:00", "2026-03-02T00:00"),
        (Daily(time(9), time(8)), "2026-03-28T09:00", "2026-03-29T08:00"),  # the clocks go forward in this night
    ],
)
def test_a_span_ends_by_the_wall_clock(span: TimeSpan, shown: str, end: str) -> None:
    ends = end_of([span], parse_instant(shown, PARIS), PARIS, started=NOW)
    assert ends == parse_instant(end, PARIS)


def test_spans_that_follow_each_other_end_together() -> None:
    spans = [Daily(time(9), time(10)), Daily(time(10), time(11)), Daily(time(11, 1), time(12))]
    assert end_of(spans, parse_instant("2026-03-02T09:30", PARIS), PARIS, NOW) == parse_instant(
        "2026-03-02T11:00", PARIS
    )


def test_of_spans_that_overlap_the_last_end_counts() -> None:
    spans = [Between(None, NOW + 3), Between(None, NOW + 1), Between(NOW + 2, NOW + 4), Between(NOW + 9, None)]
    assert end_of(spans, NOW, PARIS, NOW) == NOW + 4


@pytest.mark.parametrize("span", [Between(NOW, None), Since(0, None)])
def test_a_span_without_an_end_does_not_end(span: TimeSpan) -> None:
    assert end_of([Between(None, NOW + 1), span], NOW, PARIS, NOW) is None


def test_hours_that_follow_each_other_all_week_are_joined_ten_times() -> None:
    halves = [Daily(time(0), time(12)), Daily(time(12), time(0))]
    assert end_of(halves, parse_instant("2026-03-02T00:00", PARIS), PARIS, NOW) == parse_instant("2026-03-07", PARIS)


@pytest.mark.parametrize(
    ("wide", "narrow", "contained"),
    [
        (Between(1, 4), Between(1, 4), True),
        (Between(1, 4), Between(2, 3), True),
        (Between(1, 4), Between(0, 3), False),
        (Between(1, 4), Between(2, 5), False),
        (Between(1, 4), Between(None, 3), False),
        (Between(1, 4), Between(2, None), False),
        (Between(None, 4), Between(None, 4), True),
        (Between(None, 4), Between(1, None), False),
        (Between(1, None), Between(1, None), True),
        (Between(), Between(), True),
        (Since(1, None), Since(2, 3), True),
        (Since(2, None), Since(1, 3), False),
        (Between(), Since(1, 2), False),  # only those of the same kind are certain
        (Between(), Daily(time(9), time(10)), False),
    ],
)
def test_a_span_contains_another_if_that_is_certain(wide: TimeSpan, narrow: TimeSpan, contained: bool) -> None:
    assert contains(wide, narrow) is contained


NINE: Final = Daily(time(9), time(12))


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        (["Mon-Fri 09:00-12:00"], ["Tue,Fri 09:00-12:00"], True),
        (["Mon-Fri 09:00-12:00"], ["Tue 10:00-11:00"], True),
        (["Mon-Fri 09:00-12:00"], ["Tue 08:59-12:00"], False),
        (["Mon-Fri 09:00-12:00"], ["Tue 09:00-12:01"], False),
        (["Mon-Fri 09:00-12:00"], ["Fri-Sat 09:00-12:00"], False),
        (["Sun 22:00-02:00"], ["Mon 00:00-02:00"], True),
        (["Mon-Wed 09:00-12:00", "Wed-Sun 09:00-12:00"], [NINE], True),
        ([NINE], ["Sat 09:30-10:00", Daily(time(10), time(12))], True),
        ([NINE], [Daily(time(9), time(12, 1))], False),
        ([NINE], [NINE, Between(1, 2)], False),
        ([NINE, Between(0, None)], [NINE, Between(1, 2)], True),
        ([Daily(time(0), time(0))], [Between(1, 2)], True),
        ([Daily(time(12), time(0)), "Mon-Sun 00:00-12:00"], None, True),
        ([NINE], None, False),
    ],
)
def test_the_times_of_a_rule_cover_others_that_lie_in_them(
    wide: list[TimeSpan | str], narrow: list[TimeSpan | str] | None, covers: bool
) -> None:
    assert _during(wide).covers(None if narrow is None else _during(narrow)) is covers


def test_hours_of_the_whole_week_do_not_cover_requests_without_a_desired_time() -> None:
    assert not DesiredTimeCondition((Daily(time(0), time(0)),)).covers(None)


def _during(spans: list[TimeSpan | str]) -> DuringCondition:
    return DuringCondition(tuple(parse_weekly_span(each) if isinstance(each, str) else each for each in spans))


@pytest.mark.parametrize(
    ("spans", "ends"),
    [
        ([NINE], True),
        ([Between(None, 4)], True),
        ([Since(None, 4)], True),
        ([Between(4, None), NINE], True),
        ([Between(4, None), Since(4, None)], False),
        ([Daily(time(0), time(0))], False),
        ([Daily(time(0), time(12)), Daily(time(12), time(0))], False),
        ([], False),
    ],
)
def test_times_may_end_unless_they_have_no_end_or_cover_the_week(spans: list[TimeSpan], ends: bool) -> None:
    assert may_end(spans) is ends


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Between(), "at any time"),
        (Between(NOW, None), "from 2026-03-02T08:55:00.000Z on"),
        (Between(None, NOW), "up to 2026-03-02T08:55:00.000Z"),
        (Between(NOW, NOW + HOUR), "from 2026-03-02T08:55:00.000Z up to 2026-03-02T09:55:00.000Z"),
        (Daily(time(9), time(17, 5)), "daily 09:00-17:05"),
        (Since(1500, None), "from +1.5s on after the session's start"),
        (Since(None, HOUR), "up to +3600s after the session's start"),
        (Since(0, HOUR), "from +0s up to +3600s after the session's start"),
        (parse_weekly_span("Sun,Mon-Wed 22:00-06:30"), "Mon,Tue,Wed,Sun 22:00-06:30"),
        (parse_weekly_span("Sun 00:00-24:00"), "Sun 00:00-24:00"),
    ],
)
def test_a_span_is_rendered_as_text(span: TimeSpan, text: str) -> None:
    assert render_span(span) == text


def test_a_local_time_is_rendered_with_its_weekday() -> None:
    assert render_local(NOW, PARIS) == "Mon 2026-03-02T09:55:00.000+01:00"
