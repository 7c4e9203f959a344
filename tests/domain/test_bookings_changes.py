from collections.abc import Callable
from dataclasses import replace

import pytest

from mockgms.domain.callback import CallbackOutcome, CallbackStatus, ScheduleCallback, State
from mockgms.domain.instants import DAY, HOUR, MINUTE
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import queue_place
from mockgms.domain.refusals import (
    SlotFull,
    TimeBeyondHorizon,
    TimePast,
    UnknownCallback,
    WrongState,
)
from mockgms.domain.slots import Slot
from tests.domain.bookings import (
    ANN,
    BOB,
    BY_CLOCK,
    NINE,
    NOW,
    SALES,
    SUPPORT,
    TEN,
    book,
    free,
    ids,
    new_bookings,
)

# Reschedule


def test_rescheduling_a_callback_moves_its_seat() -> None:
    bookings = new_bookings(SALES)
    callback = book(bookings, desired=NINE)
    moved = bookings.reschedule("1", TEN + MINUTE, NOW)
    assert moved == callback._replace(desired=TEN + MINUTE, slot=TEN, place=queue_place(TEN - MINUTE, 1))
    assert bookings.find("1") is moved
    assert [free(bookings, NINE), free(bookings, TEN)] == [1, 0]


def test_a_callback_can_be_moved_within_its_full_slot() -> None:
    bookings = new_bookings(SALES)
    book(bookings, desired=TEN)
    assert bookings.reschedule("1", TEN + 14 * MINUTE, NOW).desired == TEN + 14 * MINUTE
    assert free(bookings, TEN) == 0


def test_an_immediate_callback_takes_a_seat_when_it_is_rescheduled() -> None:
    bookings = new_bookings(SALES)
    book(bookings)
    assert bookings.reschedule("1", TEN, NOW).slot == TEN
    assert free(bookings, TEN) == 0
    assert bookings.status(bookings.find("1"), NOW) == CallbackStatus(State.SCHEDULED)


def test_a_refused_reschedule_changes_nothing() -> None:
    bookings = new_bookings(replace(SALES, horizon=2 * HOUR))
    callback = book(bookings, desired=NINE)
    book(bookings, BOB, TEN)
    for desired, expected in ((TEN, SlotFull), (NOW - HOUR, TimePast), (NOW + DAY, TimeBeyondHorizon)):
        with pytest.raises(expected):
            bookings.reschedule("1", desired, NOW)
        assert bookings.find("1") is callback
        assert [free(bookings, NINE), free(bookings, TEN)] == [0, 0]


def test_a_callback_moved_to_a_time_just_past_is_queued_and_frees_its_seat() -> None:
    bookings = new_bookings(replace(SALES, past_tolerance=5 * MINUTE))
    callback = book(bookings, desired=TEN)
    operation_log: OperationLog = []
    moved = bookings.reschedule("1", NOW - 5 * MINUTE, NOW, operation_log)
    assert moved == callback._replace(desired=NOW, slot=None, place=queue_place(NOW, 1))
    assert free(bookings, TEN) == 1
    assert bookings.status(moved, NOW).state is State.QUEUED
    assert operation_log == [("past", 5 * MINUTE, 5 * MINUTE), ("seat", "sales", Slot(TEN, 0, 1), -1)]


def test_an_immediate_callback_moved_to_a_time_just_past_has_no_slot() -> None:
    bookings = new_bookings(SALES)
    callback = book(bookings)
    moved = bookings.reschedule("1", NOW - 1, NOW + MINUTE)
    assert moved == callback._replace(desired=NOW + MINUTE, place=queue_place(NOW + MINUTE, 1))


def test_a_callback_that_has_left_the_queue_cannot_be_rescheduled() -> None:
    bookings = new_bookings(BY_CLOCK)
    book(bookings)
    for after, state in ((2, State.ROUTING), (3, State.PROCESSING), (8, State.COMPLETED)):
        with pytest.raises(WrongState) as refused:
            bookings.reschedule("1", TEN, NOW + after * MINUTE)
        assert vars(refused.value) == {"id": "1", "state": state}


def test_a_callback_of_another_service_is_unknown_to_reschedule_update_and_cancel() -> None:
    bookings = new_bookings(SALES, SUPPORT)
    callback = book(bookings, desired=TEN)
    attempts: list[Callable[[], object]] = [
        lambda: bookings.reschedule("1", NINE, NOW, service="support"),
        lambda: bookings.update("1", {"a": "b"}, service="support"),
        lambda: bookings.cancel("1", NOW, service="support"),
        lambda: bookings.find("1", service="support"),
        lambda: bookings.find("2", service="sales"),
    ]
    for attempt in attempts:
        with pytest.raises(UnknownCallback):
            attempt()
    assert bookings.find("1", service="sales") is callback


# Update


def test_an_update_adds_changes_and_removes_properties() -> None:
    bookings = new_bookings(SALES)
    bookings.schedule(ScheduleCallback(SALES, ANN, properties={"a": "1", "b": "2", "c": "3"}), NOW)
    updated = bookings.update("1", {"b": "", "c": "4", "d": {"e": 5}, "f": ""})
    assert updated.properties == {"a": "1", "c": "4", "d": {"e": 5}}
    assert bookings.find("1") is updated


def test_an_update_does_not_change_earlier_callback_objects() -> None:
    bookings = new_bookings(SALES)
    before = book(bookings)
    bookings.update("1", {"a": "1"})
    assert before.properties == {}


def test_a_callback_is_found_by_its_updated_number() -> None:
    bookings = new_bookings(SALES)
    for number in (ANN, BOB, ANN, BOB):
        book(bookings, number)
    assert bookings.update("3", {}, number=BOB).number == BOB
    assert [ids(bookings, number=ANN), ids(bookings, number=BOB)] == [["1"], ["2", "3", "4"]]


def test_an_update_without_a_number_or_with_the_same_one_keeps_it() -> None:
    bookings = new_bookings(SALES)
    book(bookings)
    assert bookings.update("1", {}).number == bookings.update("1", {}, number=ANN).number == ANN
    assert ids(bookings, number=ANN) == ["1"]


# Cancel


def test_a_cancelled_callback_is_completed_and_frees_its_seat_at_once() -> None:
    bookings = new_bookings(SALES)
    callback = book(bookings, desired=TEN)
    cancelled = bookings.cancel("1", NOW + MINUTE)
    assert cancelled == callback._replace(
        slot=None, outcome=CallbackOutcome(State.COMPLETED, "CANCELLED", NOW + MINUTE)
    )
    assert bookings.find("1") is cancelled
    assert free(bookings, TEN) == 1
    assert bookings.status(cancelled, NOW + MINUTE) == CallbackStatus(State.COMPLETED, "CANCELLED")


def test_a_callback_can_be_cancelled_with_a_reason() -> None:
    bookings = new_bookings(SALES)
    book(bookings)
    assert bookings.status(bookings.cancel("1", NOW, reason="CANCELLED_BY_ADMIN"), NOW).reason == "CANCELLED_BY_ADMIN"


@pytest.mark.parametrize("after", [0, 2])
def test_a_queued_or_routing_callback_can_be_cancelled(after: int) -> None:
    bookings = new_bookings(BY_CLOCK)
    book(bookings)
    now = NOW + after * MINUTE
    assert bookings.status(bookings.cancel("1", now), now) == CallbackStatus(State.COMPLETED, "CANCELLED")


@pytest.mark.parametrize(("after", "state"), [(3, State.PROCESSING), (8, State.COMPLETED)])
def test_a_processing_or_completed_callback_cannot_be_cancelled(after: int, state: State) -> None:
    bookings = new_bookings(BY_CLOCK)
    book(bookings)
    with pytest.raises(WrongState) as refused:
        bookings.cancel("1", NOW + after * MINUTE)
    assert vars(refused.value) == {"id": "1", "state": state}


def test_a_cancelled_callback_can_be_neither_cancelled_nor_rescheduled() -> None:
    bookings = new_bookings(SALES)
    book(bookings, desired=TEN)
    bookings.cancel("1", NOW)
    with pytest.raises(WrongState):
        bookings.cancel("1", NOW)
    with pytest.raises(WrongState):
        bookings.reschedule("1", TEN, NOW)
    assert free(bookings, TEN) == 1
