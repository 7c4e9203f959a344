"""Durations as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Duration
from mockgms.scenario.text_forms import parse_duration, render_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", 0),
        ("30s", 30 * SECOND),
        ("5m", 5 * MINUTE),
        ("1h", HOUR),
        ("1h30m", HOUR + 30 * MINUTE),
        ("31d", 31 * DAY),
        ("2w", 14 * DAY),
        ("250ms", 250),
        ("1.5s", 1_500),
        ("PT5M", 5 * MINUTE),
        ("P31D", 31 * DAY),
        ("P1W", 7 * DAY),
        ("P1DT2H30M0.5S", DAY + 2 * HOUR + 30 * MINUTE + 500),
    ],
)
def test_durations_are_read_in_both_forms(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "5", "5 m", "-5m", "5M", "5x", "m", "P", "PT", "P1Y", "P1M", "P5S", "PT1D", "1e3s", "\u0665m", "5m "]
)
def test_a_text_that_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 30s, 5m, 1h, 31d or PT5M"):
        parse_duration(text)


def test_a_duration_over_a_hundred_years_is_refused() -> None:
    assert parse_duration("36600d") == 36_600 * DAY
    with pytest.raises(ValueError, match="'36601d' is longer than a hundred years: give at most 36600d"):
        parse_duration("36601d")


@given(st.integers(0, 36_599), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59_999))
def test_a_duration_reads_the_same_in_both_forms(days: int, hours: int, minutes: int, milliseconds: int) -> None:
    duration = days * DAY + hours * HOUR + minutes * MINUTE + milliseconds
    assert parse_duration(f"{days}d{hours}h{minutes}m{milliseconds}ms") == duration
    assert parse_duration(f"P{days}DT{hours}H{minutes}M{milliseconds / 1_000:.3f}S") == duration


@pytest.mark.parametrize("text", ["0s", "200ms", "90s", "5m", "36h", "2d", "1w"])
def test_a_duration_is_written_in_its_largest_whole_unit(text: str) -> None:
    assert render_duration(parse_duration(text)) == text


@given(st.integers(0, 1_000 * DAY))
def test_a_rendered_duration_reads_as_the_same_duration(duration: Duration) -> None:
    assert parse_duration(render_duration(duration)) == duration
