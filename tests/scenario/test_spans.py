from datetime import time
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.instants import HOUR, parse_instant
from mockgms.scenario.spans import Between, Daily, is_within
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
