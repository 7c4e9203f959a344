from collections import Counter

import pytest

from mockgms.domain.callback import State
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import MINUTE
from mockgms.domain.occupancy import apply_presets, set_free, set_free_in_steps
from mockgms.domain.service import Booked, Lifecycle, Preset, Service
from tests.domain.bookings import BOB, CYD, NINE, NOW, TEN, book, bookings, free, ids

SALES = Service("sales", capacity=Capacity(20_000), lifecycle=Lifecycle(MINUTE, MINUTE, MINUTE))


def test_seats_of_callbacks_that_are_completed_cannot_be_freed() -> None:
    made = bookings(SALES)
    for _ in range(2):
        book(made, desired=TEN)
    made.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE
    refused = r"^can be 19999 at the most: the other seats are those of COMPLETED callbacks$"
    with pytest.raises(ValueError, match=refused):
        set_free(made, SALES, TEN, 20_000, then)
    assert free(made, TEN, then) == 19_998
    set_free(made, SALES, TEN, 19_999, then)
    assert free(made, TEN, then) == 19_999


def test_of_many_rivals_one_takes_all_the_seats_and_gives_back_as_many_as_are_wanted() -> None:
    made = bookings(SALES)
    set_free(made, SALES, NINE, 5, NOW)
    assert (free(made, NINE), [callback.seats for callback in made.callbacks()]) == (5, [19_995])
    set_free(made, SALES, NINE, 7, NOW)
    assert (free(made, NINE), [callback.seats for callback in made.callbacks()]) == (7, [19_995, 19_993])
    set_free(made, SALES, NINE, 5, NOW)
    assert free(made, NINE) == 5
    assert len(list(made.callbacks())) == 4


def test_seats_that_others_take_between_two_steps_are_theirs() -> None:
    made = bookings(Service("sales", capacity=Capacity(3)))
    steps = set_free_in_steps(made, made.service("sales"), TEN, 0, NOW)
    next(steps)
    book(made, BOB, TEN)
    book(made, CYD, TEN)
    assert list(steps) == [None, None]
    assert free(made, TEN) == 0
    assert len(ids(made)) == 3


def test_callbacks_that_others_cancel_between_two_steps_are_passed_over() -> None:
    made = bookings(Service("sales", capacity=Capacity(3)))
    for _ in range(3):
        book(made, desired=TEN)
    steps = set_free_in_steps(made, made.service("sales"), TEN, 3, NOW)
    next(steps)
    made.cancel("2", NOW)
    assert list(steps) == [None, None]
    assert free(made, TEN) == 3


def test_each_of_many_presets_of_a_slot_finds_what_those_before_it_have_booked() -> None:
    slots = (Preset(TEN, free=0), Preset(TEN, free=2), Preset(TEN, free=1), Preset(NINE, closed=True))
    service = Service("sales", capacity=Capacity(3), slots=slots)
    made = bookings(service)
    for _ in apply_presets(made, service, NOW):
        pass
    assert (free(made, TEN), made.calendar(service).closed) == (1, (NINE,))


def test_a_preset_frees_no_seat_of_a_customer_whose_callback_is_completed() -> None:
    lifecycle = Lifecycle(MINUTE, MINUTE, MINUTE)
    service = Service(
        "sales", capacity=Capacity(3), lifecycle=lifecycle, booked=Booked(1, 1), slots=(Preset(TEN, free=3),)
    )
    made = bookings(service)
    book(made, desired=TEN)
    book(made, BOB, desired=TEN)
    made.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE
    for _ in apply_presets(made, service, then):
        pass
    assert free(made, TEN, then) == 2


def test_presets_of_many_seats_are_booked_one_by_one_at_first_and_then_one_a_slot() -> None:
    starts = [TEN + turn * 15 * MINUTE for turn in range(500)]
    slots = tuple(Preset(start, free=1) for start in starts)
    service = Service("sales", capacity=Capacity(401), slots=slots)
    made = bookings(service)
    steps = sum(1 for _ in apply_presets(made, service, NOW))
    assert steps <= 2_000
    assert [free(made, start) for start in starts] == [1] * 500
    assert Counter(callback.seats for callback in made.callbacks()) == {1: 800, 400: 498}


def test_a_preset_does_not_free_the_seats_of_callbacks_that_are_completed() -> None:
    lifecycle = Lifecycle(MINUTE, MINUTE, MINUTE)
    service = Service(
        "sales", capacity=Capacity(3), lifecycle=lifecycle, booked=Booked(0.5, 1), slots=(Preset(TEN, free=3),)
    )
    made = bookings(service)
    for _ in range(2):
        book(made, desired=TEN)
    made.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE
    for _ in apply_presets(made, service, then):
        pass
    assert free(made, TEN, then) == 2
