"""Callbacks that are moved by hand."""

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import MOVES, Callback, CallbackStatus, State
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.refusals import UnknownCallback, WrongState
from mockgms.domain.service import Lifecycle, Service
from tests.domain.bookings import ANN, BOB, BY_CLOCK, NINE, NOW, SALES, SUPPORT, TEN, book, bookings, free

ON_THE_WAY = (State.QUEUED, State.ROUTING, State.PROCESSING)
SERVED = CallbackStatus(State.PROCESSING, position=0, wait=0)


def moved_to(made: Bookings, callback: Callback, state: State, now: int = NOW) -> Callback:
    """The callback after all the moves that lead to a state."""
    for each in ON_THE_WAY:
        if made.status(callback, now).state is state:
            break
        callback = made.move(callback.id, each, now)
    if made.status(callback, now).state is not state:
        callback = made.move(callback.id, state, now, reason="DONE")
    return callback


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", State)
def test_a_callback_moves_along_the_table_and_no_other_way(state: State, to: State) -> None:
    made = bookings(SALES)
    callback = moved_to(made, book(made, desired=TEN), state)
    if to in MOVES[state]:
        assert made.status(made.move(callback.id, to, NOW), NOW).state is to
    else:
        with pytest.raises(WrongState) as refused:
            made.move(callback.id, to, NOW)
        assert (refused.value.id, refused.value.state) == (callback.id, state)
        assert made.find(callback.id) is callback


def test_an_unknown_callback_is_not_moved() -> None:
    with pytest.raises(UnknownCallback):
        bookings(SALES).move("1", State.QUEUED, NOW)


def test_one_that_is_queued_by_hand_stands_in_line_by_when_that_was() -> None:
    made = bookings(SUPPORT)
    later = book(made, ANN, TEN, service="support")
    before = book(made, BOB, service="support")
    later = made.move(later.id, State.QUEUED, NOW + 1)
    after = book(made, BOB, now=NOW + 2, service="support")
    standings = [made.status(each, NOW + 2) for each in (before, later, after)]
    assert standings == [CallbackStatus(State.QUEUED, position=place, wait=place * MINUTE) for place in (1, 2, 3)]
    assert made.queued(SUPPORT, NOW + 2) == 3


@pytest.mark.parametrize("to", [State.ROUTING, State.COMPLETED])
def test_those_behind_one_that_leaves_the_queue_move_up(to: State) -> None:
    made = bookings(SUPPORT)
    first, second = (book(made, number, service="support") for number in (ANN, BOB))
    made.move(first.id, to, NOW, reason="DONE" if to is State.COMPLETED else None)
    assert made.status(second, NOW) == CallbackStatus(State.QUEUED, position=1, wait=MINUTE)
    assert made.queued(SUPPORT, NOW) == 1


def test_from_where_it_was_moved_to_a_callback_goes_on_by_its_lifecycle() -> None:
    made = bookings(BY_CLOCK)  # queued 2 minutes, routing 1, processing 5
    callback = made.move(book(made, desired=TEN).id, State.QUEUED, NOW)
    assert [made.status(callback, NOW + after * MINUTE).state for after in (1, 2, 3)] == [*ON_THE_WAY]
    callback = made.move(callback.id, State.ROUTING, NOW + MINUTE)
    callback = made.move(callback.id, State.PROCESSING, NOW + MINUTE)
    assert [made.status(callback, NOW + after * MINUTE) for after in (1, 5, 6)] == [
        SERVED,
        SERVED,
        CallbackStatus(State.COMPLETED, "AGENT_CONNECTED"),
    ]


def test_without_a_lifecycle_it_stays_where_it_was_moved_to() -> None:
    made = bookings(SALES)
    callback = moved_to(made, book(made, desired=TEN), State.PROCESSING)
    assert made.status(callback, NOW + 1_000 * HOUR) == SERVED


def test_it_stays_where_it_was_moved_to_when_the_clock_is_set_back() -> None:
    made = bookings(BY_CLOCK)
    callback = moved_to(made, book(made, desired=TEN), State.ROUTING)
    assert made.status(callback, NOW - HOUR) == CallbackStatus(State.ROUTING, position=0, wait=0)


@pytest.mark.parametrize(("at", "left"), [(NOW, 1), (NINE, 1), (NINE + 1, 0)])
def test_one_that_is_completed_frees_its_seat_as_long_as_its_slot_is_to_come(at: int, left: int) -> None:
    made = bookings(SALES)
    callback = book(made, desired=NINE)
    completed = made.move(callback.id, State.COMPLETED, at, reason="DONE")
    assert made.status(completed, at) == CallbackStatus(State.COMPLETED, "DONE")
    assert free(made, NINE) == left
    assert completed.slot == (None if left else NINE)


def test_an_immediate_one_that_is_completed_has_no_seat_to_free() -> None:
    made = bookings(SALES)
    completed = made.move(book(made).id, State.COMPLETED, NOW, reason="DONE")
    assert (completed.slot, made.queued(SALES, NOW)) == (None, 0)


def test_one_that_was_moved_to_routing_can_be_cancelled_but_not_moved_to_another_time() -> None:
    made = bookings(SALES)
    callback = moved_to(made, book(made, desired=NINE), State.ROUTING)
    with pytest.raises(WrongState):
        made.reschedule(callback.id, TEN, NOW)
    assert made.status(made.cancel(callback.id, NOW), NOW) == CallbackStatus(State.COMPLETED, "CANCELLED")
    assert free(made, NINE) == 1


def test_one_that_was_queued_by_hand_can_be_moved_to_another_time_and_is_scheduled_again() -> None:
    made = bookings(SALES)
    callback = made.move(book(made, desired=NINE).id, State.QUEUED, NOW)
    later = made.reschedule(callback.id, TEN, NOW)
    assert (made.status(later, NOW), made.queued(SALES, NOW)) == (CallbackStatus(State.SCHEDULED), 0)


def test_a_lifecycle_that_is_over_at_once_takes_it_on_at_once() -> None:
    made = bookings(Service("sales", lifecycle=Lifecycle(0, 0, MINUTE)))
    callback = made.move(book(made, desired=TEN).id, State.QUEUED, NOW)
    assert made.status(callback, NOW) == SERVED


def test_a_callback_leaves_the_queue_of_its_service_when_the_lifecycle_routes_it() -> None:
    made = bookings(BY_CLOCK)
    book(made)
    assert [made.queued(BY_CLOCK, NOW + after) for after in (2 * MINUTE - 1, 2 * MINUTE)] == [1, 0]
