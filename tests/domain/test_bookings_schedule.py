from dataclasses import replace
from typing import Any

import pytest

from mockgms.domain.callback import Callback, ScheduleCallback, State
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import queue_place
from mockgms.domain.refusals import (
    NumberInQueue,
    NumberThrottled,
    OfficeClosed,
    QueueFull,
    Refusal,
    ServiceThrottled,
    SlotFull,
    TimeBeyondHorizon,
    TimePast,
)
from mockgms.domain.service import NumberChecks, ThrottleWindow
from mockgms.domain.slots import Slot
from tests.domain.bookings import (
    ANN,
    BOB,
    BY_CLOCK,
    CYD,
    NINE,
    NINE_TO_TEN,
    NOW,
    QUARTER,
    SALES,
    SUPPORT,
    TEN,
    book,
    free,
    ids,
    new_bookings,
)

SOON = NOW + MINUTE
NO_QUEUE_LIMITS: dict[str, Any] = {"max_in_queue": None, "max_queued": None}


def test_a_booked_callback_has_all_fields_as_if_made_by_its_class() -> None:
    booked = book(new_bookings(SALES), ANN, TEN)
    assert type(booked) is Callback
    assert booked == Callback(**booked._asdict())


def test_a_callback_with_a_desired_time_takes_a_seat() -> None:
    bookings = new_bookings(SALES)
    command = ScheduleCallback(SALES, ANN, TEN + 7 * MINUTE, properties={"first_name": "Ann"})
    callback = bookings.schedule(command, NOW)
    assert callback == Callback(
        id="1",
        service="sales",
        number=ANN,
        created=NOW,
        desired=TEN + 7 * MINUTE,
        place=queue_place(TEN + 5 * MINUTE, 1),
        slot=TEN,
        properties={"first_name": "Ann"},
        outcome=None,
    )
    assert bookings.find("1") is callback
    assert free(bookings, TEN) == 0


def test_a_callback_without_a_desired_time_is_immediate_and_takes_no_seat() -> None:
    bookings = new_bookings(SALES)
    assert book(bookings) == Callback("1", "sales", ANN, created=NOW, desired=NOW, place=queue_place(NOW, 1))
    assert free(bookings, NINE) == 1


def test_a_callback_for_the_present_time_takes_a_seat_in_the_current_slot() -> None:
    bookings = new_bookings(SALES)
    callback = book(bookings, desired=NOW)
    assert (callback.desired, callback.slot, callback.queued_at) == (NOW, NINE - QUARTER, NOW)


def test_a_full_slot_is_refused_with_proposals() -> None:
    bookings = new_bookings(SALES)
    book(bookings, desired=NINE)
    with pytest.raises(SlotFull) as refused:
        book(bookings, BOB, NINE + MINUTE)
    assert vars(refused.value) == {
        "desired": NINE + MINUTE,
        "proposed": tuple(Slot(NINE + after * QUARTER, 1, 1) for after in range(1, 6)),
    }
    assert ids(bookings) == ["1"]


def test_a_time_past_by_more_than_the_tolerance_is_refused() -> None:
    bookings = new_bookings(replace(SALES, past_tolerance=5 * MINUTE))
    with pytest.raises(TimePast) as refused:
        book(bookings, desired=NOW - 5 * MINUTE - 1)
    assert refused.value.proposed[0] == Slot(NINE, 1, 1)


def test_a_time_past_by_at_most_the_tolerance_is_booked_as_soon_as_possible() -> None:
    bookings = new_bookings(replace(SALES, past_tolerance=5 * MINUTE, hours=NINE_TO_TEN))
    for id, over in enumerate((1, 5 * SECOND, 5 * MINUTE), 1):
        operation_log: OperationLog = []
        callback = book(bookings, desired=NOW - over, operation_log=operation_log)
        assert callback == Callback(str(id), "sales", ANN, created=NOW, desired=NOW, place=queue_place(NOW, id))
        assert operation_log == [("past", over, 5 * MINUTE)]


def test_the_default_tolerance_is_five_minutes() -> None:
    bookings = new_bookings(SALES)
    assert book(bookings, desired=NOW - 5 * MINUTE).slot is None
    with pytest.raises(TimePast):
        book(bookings, desired=NOW - 5 * MINUTE - 1)


def test_without_a_tolerance_each_past_time_is_refused() -> None:
    with pytest.raises(TimePast):
        book(new_bookings(replace(SALES, past_tolerance=0)), desired=NOW - 1)


def test_a_time_past_by_at_most_the_tolerance_is_subject_to_the_queue_limit() -> None:
    bookings = new_bookings(replace(SALES, max_queued=0))
    with pytest.raises(QueueFull):
        book(bookings, desired=NOW - SECOND)


def test_a_tolerated_past_time_is_refused_while_closed_if_the_service_says_so() -> None:
    bookings = new_bookings(replace(SALES, hours=NINE_TO_TEN, refuse_immediate_when_closed=True))
    with pytest.raises(OfficeClosed):
        book(bookings, desired=NOW - SECOND)


def test_a_past_time_means_now_if_the_command_says_so() -> None:
    bookings = new_bookings(SALES)
    past = bookings.schedule(ScheduleCallback(SALES, ANN, NOW - DAY, past_is_now=True), NOW)
    present = bookings.schedule(ScheduleCallback(SALES, ANN, NOW, past_is_now=True), NOW)
    coming = bookings.schedule(ScheduleCallback(SALES, ANN, TEN, past_is_now=True), NOW)
    assert [(callback.desired, callback.slot) for callback in (past, present, coming)] == [
        (NOW, None),
        (NOW, NINE - QUARTER),
        (TEN, TEN),
    ]


def test_a_time_beyond_the_horizon_is_refused() -> None:
    with pytest.raises(TimeBeyondHorizon):
        book(new_bookings(replace(SALES, horizon=HOUR)), desired=NOW + HOUR + 1)


def test_a_time_at_which_the_office_is_closed_is_refused() -> None:
    bookings = new_bookings(replace(SALES, hours=NINE_TO_TEN))
    with pytest.raises(OfficeClosed) as refused:
        book(bookings, desired=TEN)
    assert refused.value.proposed[0] == Slot(NINE + DAY, 1, 1)


def test_an_immediate_callback_is_accepted_while_the_office_is_closed() -> None:
    assert book(new_bookings(replace(SALES, hours=NINE_TO_TEN))).desired == NOW


def test_an_immediate_callback_is_refused_while_closed_if_the_service_says_so() -> None:
    bookings = new_bookings(replace(SALES, hours=NINE_TO_TEN, refuse_immediate_when_closed=True))
    with pytest.raises(OfficeClosed) as refused:
        book(bookings)
    assert (refused.value.desired, refused.value.proposed[0]) == (NOW, Slot(NINE, 1, 1))
    assert book(bookings, now=NINE).desired == NINE


def test_a_callback_within_the_execution_buffer_is_queued_at_once_and_takes_a_seat() -> None:
    bookings = new_bookings(replace(SALES, capacity=Capacity(3)))
    states = [
        bookings.status(book(bookings, desired=NOW + after), NOW).state
        for after in (15 * SECOND, 120 * SECOND, 120 * SECOND + 1)
    ]
    assert states == [State.QUEUED, State.QUEUED, State.SCHEDULED]
    assert free(bookings, NINE - QUARTER, NINE - QUARTER) == 0


def test_the_queue_limit_refuses_callbacks_that_would_be_queued_at_once() -> None:
    bookings = new_bookings(replace(SUPPORT, max_queued=1))
    first = book(bookings, service="support")
    for desired in (None, NOW + MINUTE):
        with pytest.raises(QueueFull) as refused:
            book(bookings, BOB, desired, service="support")
        assert vars(refused.value) == {"service": "support"}
    assert book(bookings, BOB, NOW + 180 * SECOND, service="support").id == "2"
    bookings.cancel(first.id, NOW)
    assert book(bookings, BOB, service="support").id == "3"


def test_a_queue_limit_of_zero_refuses_each_immediate_callback() -> None:
    with pytest.raises(QueueFull):
        book(new_bookings(replace(SALES, max_queued=0)))


def test_a_number_can_have_at_most_max_in_queue_queued_or_scheduled_callbacks() -> None:
    bookings = new_bookings(replace(SALES, max_in_queue=2), SUPPORT)
    book(bookings, desired=TEN)
    book(bookings)
    for desired in (None, TEN + HOUR):
        with pytest.raises(NumberInQueue) as refused:
            book(bookings, desired=desired)
        assert vars(refused.value) == {"service": "sales", "number": ANN}
    assert book(bookings, BOB).id == "3"
    assert book(bookings, service="support").id == "4"


def test_callbacks_of_a_number_in_another_service_do_not_count_towards_max_in_queue() -> None:
    bookings = new_bookings(replace(SALES, max_in_queue=1), SUPPORT)
    book(bookings, service="support")
    assert book(bookings).id == "2"


def test_a_waiting_number_is_recognised_in_other_spellings() -> None:
    checks = NumberChecks(country="US", refuse_impossible=True)
    bookings = new_bookings(replace(SALES, max_in_queue=1, numbers=checks), SUPPORT)
    book(bookings, "+1 415 555 0100")
    with pytest.raises(NumberInQueue):
        book(bookings, "(415) 555-0100")
    assert book(bookings, "(415) 555-0100", service="support").id == "2"
    assert [callback.id for callback in bookings.callbacks(number="415.555.0100")] == ["1", "2"]
    assert [callback.id for callback in bookings.callbacks(number="14155550100")] == ["1"]


def test_a_completed_callback_does_not_count_towards_max_in_queue() -> None:
    bookings = new_bookings(replace(BY_CLOCK, max_in_queue=1))
    book(bookings)
    with pytest.raises(NumberInQueue):
        book(bookings, now=NOW + 8 * MINUTE - 1)
    bookings.cancel(book(bookings, now=NOW + 8 * MINUTE).id, NOW + 8 * MINUTE)
    assert book(bookings, now=NOW + 8 * MINUTE).id == "3"


def test_a_throttle_counts_callbacks_that_are_queued_at_once() -> None:
    bookings = new_bookings(replace(SUPPORT, throttles=(ThrottleWindow(2, 5 * MINUTE),)))
    book(bookings, service="support")
    book(bookings, BOB, NOW + 30 * SECOND, service="support")
    for desired in (None, NOW + 30 * SECOND):
        with pytest.raises(ServiceThrottled) as refused:
            book(bookings, CYD, desired, service="support")
        assert vars(refused.value) == {"retry_after": 5 * MINUTE, "service": "support", "per": 5 * MINUTE}
    assert book(bookings, CYD, NOW + 300 * SECOND, service="support").id == "3"


def test_a_throttle_does_not_count_scheduled_callbacks() -> None:
    bookings = new_bookings(replace(SALES, throttles=(ThrottleWindow(1, 5 * MINUTE),), per_number_per_day=1))
    book(bookings, desired=TEN)
    assert book(bookings).id == "2"


def test_a_cancel_does_not_reduce_the_count_of_a_throttle() -> None:
    bookings = new_bookings(replace(SALES, throttles=(ThrottleWindow(1, 5 * MINUTE),)))
    bookings.cancel(book(bookings).id, NOW)
    with pytest.raises(ServiceThrottled):
        book(bookings)


def test_the_limit_per_number_and_day_counts_only_immediate_callbacks() -> None:
    bookings = new_bookings(replace(SALES, per_number_per_day=1))
    book(bookings)
    with pytest.raises(NumberThrottled) as refused:
        book(bookings)
    assert vars(refused.value) == {"retry_after": 15 * HOUR + 5 * MINUTE, "number": ANN, "limit": 1}
    assert [book(bookings, BOB).id, book(bookings, desired=TEN).id] == ["2", "3"]


def test_a_refused_booking_does_not_count_towards_throttles() -> None:
    bookings = new_bookings(replace(SALES, throttles=(ThrottleWindow(2, HOUR),), per_number_per_day=2))
    book(bookings, desired=NOW + SECOND)
    for _ in range(5):
        with pytest.raises(SlotFull):
            book(bookings, desired=NOW + SECOND)
    assert book(bookings).id == "2"


def test_each_service_has_its_own_limits() -> None:
    bookings = new_bookings(
        replace(SALES, max_queued=1, per_number_per_day=1, throttles=(ThrottleWindow(1, HOUR),)),
        replace(SUPPORT, max_queued=1, per_number_per_day=1, throttles=(ThrottleWindow(1, HOUR),)),
    )
    assert [book(bookings).id, book(bookings, service="support").id] == ["1", "2"]


@pytest.mark.parametrize(
    ("desired", "changes", "refusal"),
    [
        (NOW - HOUR, {}, TimePast),
        (NOW + DAY, {}, TimeBeyondHorizon),
        (TEN - 6 * MINUTE, {}, OfficeClosed),
        (SOON, {}, NumberInQueue),
        (SOON, {"max_in_queue": None}, QueueFull),
        (SOON, NO_QUEUE_LIMITS, ServiceThrottled),
        (SOON, {**NO_QUEUE_LIMITS, "throttles": ()}, NumberThrottled),
        (SOON, {**NO_QUEUE_LIMITS, "throttles": (), "per_number_per_day": None}, SlotFull),
    ],
)
def test_the_checks_of_a_booking_have_this_order(
    desired: Instant, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    service = replace(
        SALES,
        capacity=Capacity(0),
        hours=OfficeHours((WeeklySpan(EVERY_DAY, 8 * 60, 9 * 60),)),
        horizon=HOUR,
        max_in_queue=0,
        max_queued=0,
        throttles=(ThrottleWindow(0, MINUTE),),
        per_number_per_day=0,
    )
    bookings = new_bookings(replace(service, **changes))
    with pytest.raises(refusal):
        book(bookings, desired=desired)
    assert ids(bookings) == []


def test_book_without_limits_is_refused_only_by_a_full_slot() -> None:
    bookings = new_bookings(replace(SALES, max_queued=0, hours=OfficeHours(()), throttles=(ThrottleWindow(0, HOUR),)))
    command = ScheduleCallback(bookings.service("sales"), ANN, NOW)
    assert bookings.book_without_limits(command, NOW).slot == NINE - QUARTER
    with pytest.raises(SlotFull):
        bookings.book_without_limits(command, NOW)
