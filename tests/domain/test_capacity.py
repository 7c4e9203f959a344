from datetime import date

import pytest

from mockgms.domain.capacity import Capacity, SeatsAt
from mockgms.domain.hours import EVERY_DAY, WeeklySpan

SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
NINE, NOON, TEN_PM, TWO = 540, 720, 1320, 120


def test_one_number_holds_for_every_slot() -> None:
    assert Capacity(3).at(MONDAY, NINE) == 3


def test_a_slot_has_five_seats_unless_something_else_is_said() -> None:
    assert Capacity().at(MONDAY, NINE) == 5


@pytest.mark.parametrize(
    ("day", "minute", "seats"),
    [(MONDAY, NINE - 1, 0), (MONDAY, NINE, 10), (MONDAY, NOON - 1, 10), (MONDAY, NOON, 0), (TUESDAY, NINE, 0)],
)
def test_hours_of_a_weekday_have_seats_of_their_own(day: date, minute: int, seats: int) -> None:
    capacity = Capacity(0, (SeatsAt(WeeklySpan(frozenset({0}), NINE, NOON), 10),))
    assert capacity.at(day, minute) == seats


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
    assert capacity.at(day, minute) == seats


def test_of_several_spans_the_first_that_holds_the_slot_counts() -> None:
    spans = (SeatsAt(WeeklySpan(frozenset({0}), NINE, NOON), 1), SeatsAt(WeeklySpan(EVERY_DAY, 0, 1440), 2))
    capacity = Capacity(3, spans)
    assert [capacity.at(MONDAY, NINE), capacity.at(MONDAY, NOON), capacity.at(SUNDAY, NINE)] == [1, 2, 2]
