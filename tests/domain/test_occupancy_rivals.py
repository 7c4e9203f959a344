"""Seats that rivals take, and callbacks that make room, one by one or many at once."""

from collections import Counter
from dataclasses import replace

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import RIVAL, CallbackStatus, State
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import MINUTE
from mockgms.domain.occupancy import MAX_RIVALS, apply_presets, set_free, take_seats
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import Booked, Lifecycle, Preset, Service
from tests.domain.bookings import ANN, BOB, NINE, NOW, QUARTER, TEN, book, bookings, free

SALES = Service("sales", capacity=Capacity(3))
LARGE = Service("sales", capacity=Capacity(1_001))
CANCELLED = CallbackStatus(State.COMPLETED, "CANCELLED")


def seats(made: Bookings) -> Counter[int]:
    """How many bookings have so many seats."""
    return Counter(callback.seats for callback in made.callbacks())


def run_preset(made: Bookings, service: Service, now: int = NOW) -> None:
    for _ in apply_presets(made, service, now):
        pass


@pytest.mark.parametrize("wanted", [-1, 4])
def test_no_more_seats_are_free_than_a_slot_has(wanted: int) -> None:
    made = bookings(SALES)
    with pytest.raises(ValueError, match=r"^must be from 0 to 3, the seats of the slot$"):
        set_free(made, SALES, TEN, wanted, NOW)
    assert len(made) == 0


def test_rivals_say_that_they_were_booked_by_hand() -> None:
    made = bookings(SALES)
    set_free(made, SALES, TEN, 1, NOW)
    assert [(each.number, each.properties) for each in made.callbacks()] == [(RIVAL, {"filled": "by hand"})] * 2


def test_only_as_many_of_the_newest_callbacks_are_cancelled_as_have_to_be() -> None:
    made = bookings(SALES)
    booked = [book(made, desired=TEN) for _ in range(3)]
    set_free(made, SALES, TEN, 2, NOW)
    set_free(made, SALES, TEN, 2, NOW)
    standings = [made.status(made.find(each.id), NOW) for each in booked]
    assert standings == [CallbackStatus(State.SCHEDULED), CANCELLED, CANCELLED]
    assert len(made) == 3


def test_a_preset_cancels_none_of_the_callbacks_that_nobody_generated() -> None:
    service = replace(SALES, slots=(Preset(TEN, free=3),))
    made = bookings(service)
    book(made, desired=TEN)
    run_preset(made, service)
    assert (free(made, TEN), made.status(made.find("1"), NOW)) == (2, CallbackStatus(State.SCHEDULED))


def test_a_preset_cancels_no_callback_of_another_service() -> None:
    service = replace(SALES, booked=Booked(0.5, 1), slots=(Preset(TEN, free=3),))
    other = replace(SALES, name="support")
    made = bookings(service, other)
    book(made, ANN, TEN)
    book(made, BOB, TEN, service="support")
    run_preset(made, service)
    assert [made.status(each, NOW) for each in made.callbacks()] == [CANCELLED, CallbackStatus(State.SCHEDULED)]


def test_a_preset_makes_room_for_itself_in_its_own_slot_alone() -> None:
    service = replace(
        SALES,
        lifecycle=Lifecycle(MINUTE, MINUTE, MINUTE),
        booked=Booked(0.5, 1),
        slots=(Preset(NINE + QUARTER, free=1), Preset(TEN, free=1), Preset(TEN, free=3)),
    )
    made = bookings(service)
    for _ in range(2):
        book(made, desired=TEN)
    made.move("1", State.QUEUED, NOW)
    then = NOW + 3 * MINUTE  # the first of them is completed by now, and keeps its seat
    run_preset(made, service, then)
    assert (free(made, NINE + QUARTER, then), free(made, TEN, then)) == (1, 2)


def test_the_first_1_000_rivals_of_presets_take_one_seat_each() -> None:
    slots = (Preset(NINE, free=0), Preset(TEN, free=1), Preset(TEN + QUARTER, free=999))
    service = replace(LARGE, slots=slots)
    made = bookings(service)
    run_preset(made, service)
    assert seats(made) == {1_001: 1, 1: 1_000, 2: 1}
    assert all(callback.properties == {"filled": "by hand"} for callback in made.callbacks())


@pytest.mark.parametrize(("taken", "rivals"), [(1_000, {1: 1_000}), (1_001, {1_001: 1})])
def test_up_to_1_000_rivals_take_one_seat_each_and_of_more_one_takes_all(taken: int, rivals: dict[int, int]) -> None:
    made = bookings(LARGE)
    for _ in take_seats(made, LARGE, {TEN: taken}, {"by": "me"}, NOW):
        pass
    assert seats(made) == rivals
    assert all(callback.properties == {"by": "me"} for callback in made.callbacks())


def test_a_rival_with_many_seats_counts_as_one() -> None:
    made = bookings(LARGE)
    made.rivals = MAX_RIVALS - 1
    for _ in take_seats(made, LARGE, {TEN: 1_001}, {}, NOW):
        pass
    assert (made.rivals, len(made)) == (MAX_RIVALS, 1)
    with pytest.raises(OutOfRoom):
        next(take_seats(made, LARGE, {NINE: 1_001}, {}, NOW))
    assert len(made) == 1
