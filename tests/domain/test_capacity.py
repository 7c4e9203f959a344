from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.capacity import Capacity, SeatsAt
from mockgms.domain.hours import EVERY_DAY, WeeklySpan

SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
NINE, NOON, TEN_PM, TWO = 540, 720, 1320, 120


def test_a_single_number_is_the_capacity_of_each_slot() -> None:
    assert Capacity(3).on(MONDAY)[NINE] == 3


def test_the_default_capacity_is_five_seats() -> None:
    assert Capacity().on(MONDAY)[NINE] == 5


@pytest.mark.parametrize(
    ("day", "minute", "seats"),
    [(MONDAY, NINE - 1, 0), (MONDAY, NINE, 10), (MONDAY, NOON - 1, 10), (MONDAY, NOON, 0), (TUESDAY, NINE, 0)],
)
def test_hours_of_a_weekday_can_have_their_own_capacity(day: date, minute: int, seats: int) -> None:
    capacity = Capacity(0, (SeatsAt(WeeklySpan(frozenset({0}), NINE, NOON), 10),))
    assert capacity.on(day)[minute] == seats


@pytest.mark.parametrize(
    ("day", "minute", "seats"),
    [
        (SUNDAY, TEN_PM - 1, 0),
        (SUNDAY, TEN_PM, 2),
        (MONDAY, 0, 2),
        (MONDAY, TWO - 1, 2),
        (MONDAY, TWO, 0),
        (SUNDAY, 0, 0),
    ],
)
def test_hours_past_midnight_belong_to_the_weekday_they_begin_on(day: date, minute: int, seats: int) -> None:
    capacity = Capacity(0, (SeatsAt(WeeklySpan(frozenset({6}), TEN_PM, TWO), 2),))
    assert capacity.on(day)[minute] == seats


def test_the_first_span_that_contains_the_slot_decides() -> None:
    spans = (SeatsAt(WeeklySpan(frozenset({0}), NINE, NOON), 1), SeatsAt(WeeklySpan(EVERY_DAY, 0, 1440), 2))
    capacity = Capacity(3, spans)
    assert [capacity.on(MONDAY)[NINE], capacity.on(MONDAY)[NOON], capacity.on(SUNDAY)[NINE]] == [1, 2, 2]


@given(
    spans=st.lists(
        st.builds(
            SeatsAt,
            st.builds(
                WeeklySpan, st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 1439), st.integers(1, 1440)
            ),
            st.integers(0, 9),
        ),
        max_size=8,
    ),
    after=st.integers(0, 6),
)
def test_the_capacity_of_a_minute_is_that_of_the_first_span_that_contains_it(spans: list[SeatsAt], after: int) -> None:
    """Compare with a plain implementation that checks each span for each minute."""
    day = MONDAY + timedelta(days=after)

    def contains(hours: WeeklySpan, minute: int) -> bool:
        start, end = hours.minutes
        today = day.weekday() in hours.days and start <= minute < end
        return today or ((day.weekday() - 1) % 7 in hours.days and minute + 1440 < end)

    plain = [next((span.seats for span in spans if contains(span.hours, minute)), 5) for minute in range(1440)]
    assert Capacity(5, tuple(spans)).on(day) == plain
