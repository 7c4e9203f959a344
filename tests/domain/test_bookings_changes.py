from collections.abc import Callable
from dataclasses import replace

import pytest

from mockgms.domain.callback import CallbackStatus, Outcome, ScheduleCallback, State
from mockgms.domain.instants import DAY, HOUR, MINUTE
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import place
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
    bookings,
    free,
    ids,
)

# Reschedule


def test_a_rescheduled_callback_takes_its_seat_with_it() -> None:
    made = bookings(SALES)
    callback = book(made, desired=NINE)
    moved = made.reschedule("1", TEN + MINUTE, NOW)
    assert moved == callback._replace(desired=TEN + MINUTE, slot=TEN, place=place(TEN - MINUTE, 1))
    assert made.find("1") is moved
    assert [free(made, NINE), free(made, TEN)] == [1, 0]


def test_a_callback_can_be_moved_within_its_full_slot() -> None:
    made = bookings(SALES)
    book(made, desired=TEN)
    assert made.reschedule("1", TEN + 14 * MINUTE, NOW).desired == TEN + 14 * MINUTE
    assert free(made, TEN) == 0


def test_an_immediate_callback_takes_a_seat_when_it_is_rescheduled() -> None:
    made = bookings(SALES)
    book(made)
    assert made.reschedule("1", TEN, NOW).slot == TEN
    assert free(made, TEN) == 0
    assert made.status(made.find("1"), NOW) == CallbackStatus(State.SCHEDULED)


def test_a_callback_that_cannot_be_moved_stays_as_it_was() -> None:
    made = bookings(replace(SALES, horizon=2 * HOUR))
    callback = book(made, desired=NINE)
    book(made, BOB, TEN)
    for desired, expected in ((TEN, SlotFull), (NOW - HOUR, TimePast), (NOW + DAY, TimeBeyondHorizon)):
        with pytest.raises(expected):
            made.reschedule("1", desired, NOW)
        assert made.find("1") is callback
        assert [free(made, NINE), free(made, TEN)] == [0, 0]


def test_a_callback_moved_to_a_time_that_is_just_over_is_queued_now_and_gives_its_seat_back() -> None:
    made = bookings(replace(SALES, past_tolerance=5 * MINUTE))
    callback = book(made, desired=TEN)
    operation_log: OperationLog = []
    moved = made.reschedule("1", NOW - 5 * MINUTE, NOW, operation_log)
    assert moved == callback._replace(desired=NOW, slot=None, place=place(NOW, 1))
    assert free(made, TEN) == 1
    assert made.status(moved, NOW).state is State.QUEUED
    assert operation_log == [("past", 5 * MINUTE, 5 * MINUTE), ("seat", "sales", Slot(TEN, 0, 1), -1)]


def test_an_immediate_callback_moved_to_a_time_that_is_just_over_stays_in_no_slot() -> None:
    made = bookings(SALES)
    callback = book(made)
    moved = made.reschedule("1", NOW - 1, NOW + MINUTE)
    assert moved == callback._replace(desired=NOW + MINUTE, place=place(NOW + MINUTE, 1))


def test_a_callback_on_its_way_can_be_moved_no_more() -> None:
    made = bookings(BY_CLOCK)
    book(made)
    for after, state in ((2, State.ROUTING), (3, State.PROCESSING), (8, State.COMPLETED)):
        with pytest.raises(WrongState) as refused:
            made.reschedule("1", TEN, NOW + after * MINUTE)
        assert vars(refused.value) == {"id": "1", "state": state}


def test_a_callback_of_another_service_is_unknown_to_reschedule_update_and_cancel() -> None:
    made = bookings(SALES, SUPPORT)
    callback = book(made, desired=TEN)
    attempts: list[Callable[[], object]] = [
        lambda: made.reschedule("1", NINE, NOW, service="support"),
        lambda: made.update("1", {"a": "b"}, service="support"),
        lambda: made.cancel("1", NOW, service="support"),
        lambda: made.find("1", service="support"),
        lambda: made.find("2", service="sales"),
    ]
    for attempt in attempts:
        with pytest.raises(UnknownCallback):
            attempt()
    assert made.find("1", service="sales") is callback


# Update


def test_properties_are_added_changed_and_taken_away() -> None:
    made = bookings(SALES)
    made.schedule(ScheduleCallback(SALES, ANN, properties={"a": "1", "b": "2", "c": "3"}), NOW)
    updated = made.update("1", {"b": "", "c": "4", "d": {"e": 5}, "f": ""})
    assert updated.properties == {"a": "1", "c": "4", "d": {"e": 5}}
    assert made.find("1") is updated


def test_an_update_leaves_earlier_values_alone() -> None:
    made = bookings(SALES)
    before = book(made)
    made.update("1", {"a": "1"})
    assert before.properties == {}


def test_an_updated_number_is_the_one_by_which_a_callback_is_found() -> None:
    made = bookings(SALES)
    for number in (ANN, BOB, ANN, BOB):
        book(made, number)
    assert made.update("3", {}, number=BOB).number == BOB
    assert [ids(made, number=ANN), ids(made, number=BOB)] == [["1"], ["2", "3", "4"]]


def test_an_update_without_a_number_or_with_the_same_one_keeps_it() -> None:
    made = bookings(SALES)
    book(made)
    assert made.update("1", {}).number == made.update("1", {}, number=ANN).number == ANN
    assert ids(made, number=ANN) == ["1"]


# Cancel


def test_a_cancelled_callback_is_completed_and_frees_its_seat_at_once() -> None:
    made = bookings(SALES)
    callback = book(made, desired=TEN)
    cancelled = made.cancel("1", NOW + MINUTE)
    assert cancelled == callback._replace(slot=None, outcome=Outcome(State.COMPLETED, "CANCELLED", NOW + MINUTE))
    assert made.find("1") is cancelled
    assert free(made, TEN) == 1
    assert made.status(cancelled, NOW + MINUTE) == CallbackStatus(State.COMPLETED, "CANCELLED")


def test_a_callback_is_cancelled_for_a_reason() -> None:
    made = bookings(SALES)
    book(made)
    assert made.status(made.cancel("1", NOW, reason="CANCELLED_BY_ADMIN"), NOW).reason == "CANCELLED_BY_ADMIN"


@pytest.mark.parametrize("after", [0, 2])
def test_a_queued_callback_and_one_being_routed_can_be_cancelled(after: int) -> None:
    made = bookings(BY_CLOCK)
    book(made)
    now = NOW + after * MINUTE
    assert made.status(made.cancel("1", now), now) == CallbackStatus(State.COMPLETED, "CANCELLED")


@pytest.mark.parametrize(("after", "state"), [(3, State.PROCESSING), (8, State.COMPLETED)])
def test_a_callback_that_is_talking_or_over_cannot_be_cancelled(after: int, state: State) -> None:
    made = bookings(BY_CLOCK)
    book(made)
    with pytest.raises(WrongState) as refused:
        made.cancel("1", NOW + after * MINUTE)
    assert vars(refused.value) == {"id": "1", "state": state}


def test_a_callback_is_cancelled_once() -> None:
    made = bookings(SALES)
    book(made, desired=TEN)
    made.cancel("1", NOW)
    with pytest.raises(WrongState):
        made.cancel("1", NOW)
    with pytest.raises(WrongState):
        made.reschedule("1", TEN, NOW)
    assert free(made, TEN) == 1
