"""Callbacks that are moved from state to state."""

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import MOVES, Callback, CallbackStatus, State
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.refusals import UnknownCallback, WrongState
from mockgms.domain.service import Lifecycle, Service
from tests.domain.bookings import ANN, BOB, BY_CLOCK, NINE, NOW, SALES, SUPPORT, TEN, book, free, new_bookings

ACTIVE_STATES = (State.QUEUED, State.ROUTING, State.PROCESSING)
SERVED = CallbackStatus(State.PROCESSING, position=0, wait=0)


def moved_to(bookings: Bookings, callback: Callback, state: State, now: int = NOW) -> Callback:
    """Move a callback to a state through all the states before it, and return it."""
    for each in ACTIVE_STATES:
        if bookings.status(callback, now).state is state:
            break
        callback = bookings.move(callback.id, each, now)
    if bookings.status(callback, now).state is not state:
        callback = bookings.move(callback.id, state, now, reason="DONE")
    return callback


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", State)
def test_a_callback_can_be_moved_only_as_the_table_of_moves_allows(state: State, to: State) -> None:
    bookings = new_bookings(SALES)
    callback = moved_to(bookings, book(bookings, desired=TEN), state)
    if to in MOVES[state]:
        assert bookings.status(bookings.move(callback.id, to, NOW), NOW).state is to
    else:
        with pytest.raises(WrongState) as refused:
            bookings.move(callback.id, to, NOW)
        assert (refused.value.id, refused.value.state) == (callback.id, state)
        assert bookings.find(callback.id) is callback


def test_a_move_of_an_unknown_callback_is_refused() -> None:
    with pytest.raises(UnknownCallback):
        new_bookings(SALES).move("1", State.QUEUED, NOW)


def test_a_callback_moved_to_queued_has_its_position_by_the_time_of_the_move() -> None:
    bookings = new_bookings(SUPPORT)
    later = book(bookings, ANN, TEN, service="support")
    before = book(bookings, BOB, service="support")
    later = bookings.move(later.id, State.QUEUED, NOW + 1)
    after = book(bookings, BOB, now=NOW + 2, service="support")
    statuses = [bookings.status(each, NOW + 2) for each in (before, later, after)]
    assert statuses == [CallbackStatus(State.QUEUED, position=place, wait=place * MINUTE) for place in (1, 2, 3)]
    assert bookings.queued(SUPPORT, NOW + 2) == 3


@pytest.mark.parametrize("to", [State.ROUTING, State.COMPLETED])
def test_callbacks_behind_one_that_leaves_the_queue_move_up(to: State) -> None:
    bookings = new_bookings(SUPPORT)
    first, second = (book(bookings, number, service="support") for number in (ANN, BOB))
    bookings.move(first.id, to, NOW, reason="DONE" if to is State.COMPLETED else None)
    assert bookings.status(second, NOW) == CallbackStatus(State.QUEUED, position=1, wait=MINUTE)
    assert bookings.queued(SUPPORT, NOW) == 1


def test_a_moved_callback_continues_its_lifecycle_from_the_new_state() -> None:
    bookings = new_bookings(BY_CLOCK)  # queued 2 minutes, routing 1, processing 5
    callback = bookings.move(book(bookings, desired=TEN).id, State.QUEUED, NOW)
    assert [bookings.status(callback, NOW + after * MINUTE).state for after in (1, 2, 3)] == [*ACTIVE_STATES]
    callback = bookings.move(callback.id, State.ROUTING, NOW + MINUTE)
    callback = bookings.move(callback.id, State.PROCESSING, NOW + MINUTE)
    assert [bookings.status(callback, NOW + after * MINUTE) for after in (1, 5, 6)] == [
        SERVED,
        SERVED,
        CallbackStatus(State.COMPLETED, "AGENT_CONNECTED"),
    ]


def test_a_moved_callback_without_a_lifecycle_stays_in_its_state() -> None:
    bookings = new_bookings(SALES)
    callback = moved_to(bookings, book(bookings, desired=TEN), State.PROCESSING)
    assert bookings.status(callback, NOW + 1_000 * HOUR) == SERVED


def test_a_moved_callback_keeps_its_state_if_the_clock_is_set_back() -> None:
    bookings = new_bookings(BY_CLOCK)
    callback = moved_to(bookings, book(bookings, desired=TEN), State.ROUTING)
    assert bookings.status(callback, NOW - HOUR) == CallbackStatus(State.ROUTING, position=0, wait=0)


@pytest.mark.parametrize(("at", "left"), [(NOW, 1), (NINE, 1), (NINE + 1, 0)])
def test_a_completed_callback_frees_its_seat_unless_its_slot_has_begun(at: int, left: int) -> None:
    bookings = new_bookings(SALES)
    callback = book(bookings, desired=NINE)
    completed = bookings.move(callback.id, State.COMPLETED, at, reason="DONE")
    assert bookings.status(completed, at) == CallbackStatus(State.COMPLETED, "DONE")
    assert free(bookings, NINE) == left
    assert completed.slot == (None if left else NINE)


def test_a_completed_immediate_callback_frees_no_seat() -> None:
    bookings = new_bookings(SALES)
    completed = bookings.move(book(bookings).id, State.COMPLETED, NOW, reason="DONE")
    assert (completed.slot, bookings.queued(SALES, NOW)) == (None, 0)


def test_a_callback_moved_to_routing_can_be_cancelled_but_not_rescheduled() -> None:
    bookings = new_bookings(SALES)
    callback = moved_to(bookings, book(bookings, desired=NINE), State.ROUTING)
    with pytest.raises(WrongState):
        bookings.reschedule(callback.id, TEN, NOW)
    assert bookings.status(bookings.cancel(callback.id, NOW), NOW) == CallbackStatus(State.COMPLETED, "CANCELLED")
    assert free(bookings, NINE) == 1


def test_a_callback_moved_to_queued_can_be_rescheduled_and_is_scheduled_again() -> None:
    bookings = new_bookings(SALES)
    callback = bookings.move(book(bookings, desired=NINE).id, State.QUEUED, NOW)
    later = bookings.reschedule(callback.id, TEN, NOW)
    assert (bookings.status(later, NOW), bookings.queued(SALES, NOW)) == (CallbackStatus(State.SCHEDULED), 0)


def test_a_lifecycle_without_durations_moves_a_queued_callback_on_at_once() -> None:
    bookings = new_bookings(Service("sales", lifecycle=Lifecycle(0, 0, MINUTE)))
    callback = bookings.move(book(bookings, desired=TEN).id, State.QUEUED, NOW)
    assert bookings.status(callback, NOW) == SERVED


def test_a_callback_leaves_the_queue_when_its_lifecycle_moves_it_to_routing() -> None:
    bookings = new_bookings(BY_CLOCK)
    book(bookings)
    assert [bookings.queued(BY_CLOCK, NOW + after) for after in (2 * MINUTE - 1, 2 * MINUTE)] == [1, 0]
