from collections import Counter

import pytest

from mockgms.domain.callback import State
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import MINUTE
from mockgms.domain.occupancy import apply_presets, set_free, set_free_in_steps
from mockgms.domain.service import Booked, Lifecycle, Preset, Service
from tests.domain.bookings import BOB, CYD, NINE, NOW, TEN, book, free, ids, new_bookings

SALES = Service("sales", capacity=Capacity(20_000), lifecycle=Lifecycle(MINUTE, MINUTE, MINUTE))


def test_seats_of_completed_callbacks_cannot_be_freed() -> None:
    bookings = new_bookings(SALES)
    for _ in range(2):
        book(bookings, desired=TEN)
    bookings.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE
    refused = r"^can be 19999 at the most: the other seats are those of COMPLETED callbacks$"
    with pytest.raises(ValueError, match=refused):
        set_free(bookings, SALES, TEN, 20_000, then)
    assert free(bookings, TEN, then) == 19_998
    set_free(bookings, SALES, TEN, 19_999, then)
    assert free(bookings, TEN, then) == 19_999


def test_a_single_rival_takes_many_seats_and_is_replaced_by_one_that_takes_fewer() -> None:
    bookings = new_bookings(SALES)
    set_free(bookings, SALES, NINE, 5, NOW)
    assert (free(bookings, NINE), [callback.seats for callback in bookings.callbacks()]) == (5, [19_995])
    set_free(bookings, SALES, NINE, 7, NOW)
    assert (free(bookings, NINE), [callback.seats for callback in bookings.callbacks()]) == (7, [19_995, 19_993])
    set_free(bookings, SALES, NINE, 5, NOW)
    assert free(bookings, NINE) == 5
    assert len(list(bookings.callbacks())) == 4


def test_seats_that_are_booked_between_two_steps_count_as_filled() -> None:
    bookings = new_bookings(Service("sales", capacity=Capacity(3)))
    steps = set_free_in_steps(bookings, bookings.service("sales"), TEN, 0, NOW)
    next(steps)
    book(bookings, BOB, TEN)
    book(bookings, CYD, TEN)
    assert list(steps) == [None, None]
    assert free(bookings, TEN) == 0
    assert len(ids(bookings)) == 3


def test_callbacks_that_are_cancelled_between_two_steps_are_skipped() -> None:
    bookings = new_bookings(Service("sales", capacity=Capacity(3)))
    for _ in range(3):
        book(bookings, desired=TEN)
    steps = set_free_in_steps(bookings, bookings.service("sales"), TEN, 3, NOW)
    next(steps)
    bookings.cancel("2", NOW)
    assert list(steps) == [None, None]
    assert free(bookings, TEN) == 3


def test_several_presets_of_a_slot_apply_one_after_the_other() -> None:
    slots = (Preset(TEN, free=0), Preset(TEN, free=2), Preset(TEN, free=1), Preset(NINE, closed=True))
    service = Service("sales", capacity=Capacity(3), slots=slots)
    bookings = new_bookings(service)
    for _ in apply_presets(bookings, service, NOW):
        pass
    assert (free(bookings, TEN), bookings.calendar(service).closed) == (1, (NINE,))


def test_a_preset_does_not_free_the_seat_of_a_completed_customer() -> None:
    lifecycle = Lifecycle(MINUTE, MINUTE, MINUTE)
    service = Service(
        "sales", capacity=Capacity(3), lifecycle=lifecycle, booked=Booked(1, 1), slots=(Preset(TEN, free=3),)
    )
    bookings = new_bookings(service)
    book(bookings, desired=TEN)
    book(bookings, BOB, desired=TEN)
    bookings.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE
    for _ in apply_presets(bookings, service, then):
        pass
    assert free(bookings, TEN, then) == 2


def test_presets_of_many_seats_use_single_seats_at_first_and_then_one_booking_a_slot() -> None:
    starts = [TEN + turn * 15 * MINUTE for turn in range(500)]
    slots = tuple(Preset(start, free=1) for start in starts)
    service = Service("sales", capacity=Capacity(401), slots=slots)
    bookings = new_bookings(service)
    steps = sum(1 for _ in apply_presets(bookings, service, NOW))
    assert steps <= 2_000
    assert [free(bookings, start) for start in starts] == [1] * 500
    assert Counter(callback.seats for callback in bookings.callbacks()) == {1: 800, 400: 498}


def test_a_preset_does_not_free_the_seats_of_completed_callbacks() -> None:
    lifecycle = Lifecycle(MINUTE, MINUTE, MINUTE)
    service = Service(
        "sales", capacity=Capacity(3), lifecycle=lifecycle, booked=Booked(0.5, 1), slots=(Preset(TEN, free=3),)
    )
    bookings = new_bookings(service)
    for _ in range(2):
        book(bookings, desired=TEN)
    bookings.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE
    for _ in apply_presets(bookings, service, then):
        pass
    assert free(bookings, TEN, then) == 2
