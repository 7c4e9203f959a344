"""Seats that placeholder bookings take, and callbacks that are cancelled to free seats."""

from collections import Counter
from dataclasses import replace

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import PLACEHOLDER, CallbackStatus, State
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import MINUTE
from mockgms.domain.occupancy import MAX_PLACEHOLDERS, apply_presets, set_free, take_seats
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import Booked, Lifecycle, Preset, Service
from tests.domain.bookings import ANN, BOB, NINE, NOW, QUARTER, TEN, book, free, new_bookings

SALES = Service("sales", capacity=Capacity(3))
LARGE = Service("sales", capacity=Capacity(1_001))
CANCELLED = CallbackStatus(State.COMPLETED, "CANCELLED")


def seats(bookings: Bookings) -> Counter[int]:
    """Return the number of bookings for each number of seats."""
    return Counter(callback.seats for callback in bookings.callbacks())


def run_preset(bookings: Bookings, service: Service, now: int = NOW) -> None:
    for _ in apply_presets(bookings, service, now):
        pass


@pytest.mark.parametrize("wanted", [-1, 4])
def test_the_free_seats_must_be_between_zero_and_the_capacity(wanted: int) -> None:
    bookings = new_bookings(SALES)
    with pytest.raises(ValueError, match=r"^must be from 0 to 3, the seats of the slot$"):
        set_free(bookings, SALES, TEN, wanted, NOW)
    assert len(bookings) == 0


def test_placeholder_bookings_have_a_property_that_says_they_fill_a_slot() -> None:
    bookings = new_bookings(SALES)
    set_free(bookings, SALES, TEN, 1, NOW)
    assert [(each.number, each.properties) for each in bookings.callbacks()] == [
        (PLACEHOLDER, {"filled": "by hand"})
    ] * 2


def test_only_the_newest_callbacks_are_cancelled_to_free_seats() -> None:
    bookings = new_bookings(SALES)
    booked = [book(bookings, desired=TEN) for _ in range(3)]
    set_free(bookings, SALES, TEN, 2, NOW)
    set_free(bookings, SALES, TEN, 2, NOW)
    statuses = [bookings.status(bookings.find(each.id), NOW) for each in booked]
    assert statuses == [CallbackStatus(State.SCHEDULED), CANCELLED, CANCELLED]
    assert len(bookings) == 3


def test_a_preset_does_not_cancel_callbacks_of_clients() -> None:
    service = replace(SALES, slots=(Preset(TEN, free=3),))
    bookings = new_bookings(service)
    book(bookings, desired=TEN)
    run_preset(bookings, service)
    assert (free(bookings, TEN), bookings.status(bookings.find("1"), NOW)) == (2, CallbackStatus(State.SCHEDULED))


def test_a_preset_does_not_cancel_callbacks_of_another_service() -> None:
    service = replace(SALES, booked=Booked(0.5, 1), slots=(Preset(TEN, free=3),))
    other = replace(SALES, name="support")
    bookings = new_bookings(service, other)
    book(bookings, ANN, TEN)
    book(bookings, BOB, TEN, service="support")
    run_preset(bookings, service)
    assert [bookings.status(each, NOW) for each in bookings.callbacks()] == [CANCELLED, CallbackStatus(State.SCHEDULED)]


def test_a_preset_changes_only_its_own_slot() -> None:
    service = replace(
        SALES,
        lifecycle=Lifecycle(MINUTE, MINUTE, MINUTE),
        booked=Booked(0.5, 1),
        slots=(Preset(NINE + QUARTER, free=1), Preset(TEN, free=1), Preset(TEN, free=3)),
    )
    bookings = new_bookings(service)
    for _ in range(2):
        book(bookings, desired=TEN)
    bookings.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE  # the first of them is completed by now, and keeps its seat
    run_preset(bookings, service, then)
    assert (free(bookings, NINE + QUARTER, then), free(bookings, TEN, then)) == (1, 2)


def test_the_first_1_000_placeholder_bookings_of_presets_take_one_seat_each() -> None:
    slots = (Preset(NINE, free=0), Preset(TEN, free=1), Preset(TEN + QUARTER, free=999))
    service = replace(LARGE, slots=slots)
    bookings = new_bookings(service)
    run_preset(bookings, service)
    assert seats(bookings) == {1_001: 1, 1: 1_000, 2: 1}
    assert all(callback.properties == {"filled": "by hand"} for callback in bookings.callbacks())


@pytest.mark.parametrize(("taken", "bookings_by_seats"), [(1_000, {1: 1_000}), (1_001, {1_001: 1})])
def test_up_to_1_000_placeholder_bookings_take_one_seat_each_and_beyond_that_one_takes_all(
    taken: int, bookings_by_seats: dict[int, int]
) -> None:
    bookings = new_bookings(LARGE)
    for _ in take_seats(bookings, LARGE, {TEN: taken}, {"by": "me"}, NOW):
        pass
    assert seats(bookings) == bookings_by_seats
    assert all(callback.properties == {"by": "me"} for callback in bookings.callbacks())


def test_a_placeholder_booking_with_many_seats_counts_as_one() -> None:
    bookings = new_bookings(LARGE)
    bookings.placeholders = MAX_PLACEHOLDERS - 1
    for _ in take_seats(bookings, LARGE, {TEN: 1_001}, {}, NOW):
        pass
    assert (bookings.placeholders, len(bookings)) == (MAX_PLACEHOLDERS, 1)
    with pytest.raises(OutOfRoom):
        next(take_seats(bookings, LARGE, {NINE: 1_001}, {}, NOW))
    assert len(bookings) == 1
