from dataclasses import replace

import pytest

from mockgms.domain.callback import Callback, ScheduleCallback, State
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import place
from mockgms.domain.refusals import (
    NumberInQueue,
    NumberThrottled,
    OfficeClosed,
    QueueFull,
    ServiceThrottled,
    SlotFull,
    TimeBeyondHorizon,
    TimePast,
)
from mockgms.domain.service import NumberChecks, Throttle
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
    bookings,
    free,
    ids,
)


def test_a_booked_callback_has_all_fields_as_if_made_by_its_class() -> None:
    booked = book(bookings(SALES), ANN, TEN)
    assert type(booked) is Callback
    assert booked == Callback(**booked._asdict())


def test_a_callback_for_a_time_is_booked_and_takes_a_seat() -> None:
    made = bookings(SALES)
    command = ScheduleCallback(SALES, ANN, TEN + 7 * MINUTE, properties={"first_name": "Ann"})
    callback = made.schedule(command, NOW)
    assert callback == Callback(
        id="1",
        service="sales",
        number=ANN,
        created=NOW,
        desired=TEN + 7 * MINUTE,
        place=place(TEN + 5 * MINUTE, 1),
        slot=TEN,
        properties={"first_name": "Ann"},
        outcome=None,
    )
    assert made.find("1") is callback
    assert free(made, TEN) == 0


def test_a_callback_without_a_time_is_for_now_and_takes_no_seat() -> None:
    made = bookings(SALES)
    assert book(made) == Callback("1", "sales", ANN, created=NOW, desired=NOW, place=place(NOW, 1))
    assert free(made, NINE) == 1


def test_a_callback_for_now_takes_the_seat_of_the_slot_that_has_begun() -> None:
    made = bookings(SALES)
    callback = book(made, desired=NOW)
    assert (callback.desired, callback.slot, callback.queued_at) == (NOW, NINE - QUARTER, NOW)


def test_a_full_slot_is_refused_with_proposals() -> None:
    made = bookings(SALES)
    book(made, desired=NINE)
    with pytest.raises(SlotFull) as refused:
        book(made, BOB, NINE + MINUTE)
    assert vars(refused.value) == {
        "desired": NINE + MINUTE,
        "proposed": tuple(Slot(NINE + after * QUARTER, 1, 1) for after in range(1, 6)),
    }
    assert ids(made) == ["1"]


def test_a_time_that_is_over_by_more_than_the_tolerance_is_refused() -> None:
    made = bookings(replace(SALES, past_tolerance=5 * MINUTE))
    with pytest.raises(TimePast) as refused:
        book(made, desired=NOW - 5 * MINUTE - 1)
    assert refused.value.proposed[0] == Slot(NINE, 1, 1)


def test_a_time_that_is_over_by_at_most_the_tolerance_is_as_soon_as_possible() -> None:
    made = bookings(replace(SALES, past_tolerance=5 * MINUTE, hours=NINE_TO_TEN))
    for id, over in enumerate((1, 5 * SECOND, 5 * MINUTE), 1):
        operation_log: OperationLog = []
        callback = book(made, desired=NOW - over, operation_log=operation_log)
        assert callback == Callback(str(id), "sales", ANN, created=NOW, desired=NOW, place=place(NOW, id))
        assert operation_log == [("past", over, 5 * MINUTE)]


def test_the_default_tolerance_is_five_minutes() -> None:
    made = bookings(SALES)
    assert book(made, desired=NOW - 5 * MINUTE).slot is None
    with pytest.raises(TimePast):
        book(made, desired=NOW - 5 * MINUTE - 1)


def test_without_a_tolerance_every_time_that_is_over_is_refused() -> None:
    with pytest.raises(TimePast):
        book(bookings(replace(SALES, past_tolerance=0)), desired=NOW - 1)


def test_a_time_that_is_over_by_at_most_the_tolerance_counts_as_a_start() -> None:
    made = bookings(replace(SALES, max_queued=0))
    with pytest.raises(QueueFull):
        book(made, desired=NOW - SECOND)


def test_a_time_that_is_just_over_is_refused_while_closed_when_the_service_says_so() -> None:
    made = bookings(replace(SALES, hours=NINE_TO_TEN, refuse_immediate_when_closed=True))
    with pytest.raises(OfficeClosed):
        book(made, desired=NOW - SECOND)


def test_a_time_that_is_over_is_now_when_the_command_says_so() -> None:
    made = bookings(SALES)
    past = made.schedule(ScheduleCallback(SALES, ANN, NOW - DAY, past_is_now=True), NOW)
    present = made.schedule(ScheduleCallback(SALES, ANN, NOW, past_is_now=True), NOW)
    coming = made.schedule(ScheduleCallback(SALES, ANN, TEN, past_is_now=True), NOW)
    assert [(callback.desired, callback.slot) for callback in (past, present, coming)] == [
        (NOW, None),
        (NOW, NINE - QUARTER),
        (TEN, TEN),
    ]


def test_a_time_beyond_the_horizon_is_refused() -> None:
    with pytest.raises(TimeBeyondHorizon):
        book(bookings(replace(SALES, horizon=HOUR)), desired=NOW + HOUR + 1)


def test_a_time_at_which_the_office_is_closed_is_refused() -> None:
    made = bookings(replace(SALES, hours=NINE_TO_TEN))
    with pytest.raises(OfficeClosed) as refused:
        book(made, desired=TEN)
    assert refused.value.proposed[0] == Slot(NINE + DAY, 1, 1)


def test_a_callback_as_soon_as_possible_is_taken_while_the_office_is_closed() -> None:
    assert book(bookings(replace(SALES, hours=NINE_TO_TEN))).desired == NOW


def test_a_callback_as_soon_as_possible_is_refused_while_closed_when_the_service_says_so() -> None:
    made = bookings(replace(SALES, hours=NINE_TO_TEN, refuse_immediate_when_closed=True))
    with pytest.raises(OfficeClosed) as refused:
        book(made)
    assert (refused.value.desired, refused.value.proposed[0]) == (NOW, Slot(NINE, 1, 1))
    assert book(made, now=NINE).desired == NINE


def test_a_callback_within_the_execution_buffer_is_queued_at_once_and_takes_a_seat() -> None:
    made = bookings(replace(SALES, capacity=Capacity(3)))
    states = [
        made.status(book(made, desired=NOW + after), NOW).state
        for after in (15 * SECOND, 120 * SECOND, 120 * SECOND + 1)
    ]
    assert states == [State.QUEUED, State.QUEUED, State.SCHEDULED]
    assert free(made, NINE - QUARTER, NINE - QUARTER) == 0


def test_the_queue_limit_refuses_what_would_be_queued_at_once() -> None:
    made = bookings(replace(SUPPORT, max_queued=1))
    first = book(made, service="support")
    for desired in (None, NOW + MINUTE):
        with pytest.raises(QueueFull) as refused:
            book(made, BOB, desired, service="support")
        assert vars(refused.value) == {"service": "support"}
    assert book(made, BOB, NOW + 180 * SECOND, service="support").id == "2"
    made.cancel(first.id, NOW)
    assert book(made, BOB, service="support").id == "3"


def test_a_queue_limit_of_nothing_refuses_every_immediate_start() -> None:
    with pytest.raises(QueueFull):
        book(bookings(replace(SALES, max_queued=0)))


def test_a_number_may_wait_for_so_many_callbacks_queued_or_scheduled() -> None:
    made = bookings(replace(SALES, max_in_queue=2), SUPPORT)
    book(made, desired=TEN)
    book(made)
    for desired in (None, TEN + HOUR):
        with pytest.raises(NumberInQueue) as refused:
            book(made, desired=desired)
        assert vars(refused.value) == {"service": "sales", "number": ANN}
    assert book(made, BOB).id == "3"
    assert book(made, service="support").id == "4"


def test_what_waits_for_a_number_in_another_service_does_not_count() -> None:
    made = bookings(replace(SALES, max_in_queue=1), SUPPORT)
    book(made, service="support")
    assert book(made).id == "2"


def test_a_number_that_waits_is_known_however_it_is_written() -> None:
    checks = NumberChecks(country="US", refuse_impossible=True)
    made = bookings(replace(SALES, max_in_queue=1, numbers=checks), SUPPORT)
    book(made, "+1 415 555 0100")
    with pytest.raises(NumberInQueue):
        book(made, "(415) 555-0100")
    assert book(made, "(415) 555-0100", service="support").id == "2"
    assert [callback.id for callback in made.callbacks(number="415.555.0100")] == ["1", "2"]
    assert [callback.id for callback in made.callbacks(number="14155550100")] == ["1"]


def test_a_number_waits_no_more_for_a_callback_that_is_completed() -> None:
    made = bookings(replace(BY_CLOCK, max_in_queue=1))
    book(made)
    with pytest.raises(NumberInQueue):
        book(made, now=NOW + 8 * MINUTE - 1)
    made.cancel(book(made, now=NOW + 8 * MINUTE).id, NOW + 8 * MINUTE)
    assert book(made, now=NOW + 8 * MINUTE).id == "3"


def test_a_throttle_counts_what_is_queued_at_once() -> None:
    made = bookings(replace(SUPPORT, throttles=(Throttle(2, 5 * MINUTE),)))
    book(made, service="support")
    book(made, BOB, NOW + 30 * SECOND, service="support")
    for desired in (None, NOW + 30 * SECOND):
        with pytest.raises(ServiceThrottled) as refused:
            book(made, CYD, desired, service="support")
        assert vars(refused.value) == {"retry_after": 5 * MINUTE, "service": "support", "per": 5 * MINUTE}
    assert book(made, CYD, NOW + 300 * SECOND, service="support").id == "3"


def test_a_throttle_does_not_count_what_is_scheduled() -> None:
    made = bookings(replace(SALES, throttles=(Throttle(1, 5 * MINUTE),), per_number_per_day=1))
    book(made, desired=TEN)
    assert book(made).id == "2"


def test_a_cancel_does_not_give_the_quota_back() -> None:
    made = bookings(replace(SALES, throttles=(Throttle(1, 5 * MINUTE),)))
    made.cancel(book(made).id, NOW)
    with pytest.raises(ServiceThrottled):
        book(made)


def test_a_number_has_so_many_starts_a_day_and_scheduled_ones_are_free() -> None:
    made = bookings(replace(SALES, per_number_per_day=1))
    book(made)
    with pytest.raises(NumberThrottled) as refused:
        book(made)
    assert vars(refused.value) == {"retry_after": 15 * HOUR + 5 * MINUTE, "number": ANN, "limit": 1}
    assert [book(made, BOB).id, book(made, desired=TEN).id] == ["2", "3"]


def test_a_refused_start_counts_for_no_throttle() -> None:
    made = bookings(replace(SALES, throttles=(Throttle(2, HOUR),), per_number_per_day=2))
    book(made, desired=NOW + SECOND)
    for _ in range(5):
        with pytest.raises(SlotFull):
            book(made, desired=NOW + SECOND)
    assert book(made).id == "2"


def test_limits_are_of_one_service_each() -> None:
    made = bookings(
        replace(SALES, max_queued=1, per_number_per_day=1, throttles=(Throttle(1, HOUR),)),
        replace(SUPPORT, max_queued=1, per_number_per_day=1, throttles=(Throttle(1, HOUR),)),
    )
    assert [book(made).id, book(made, service="support").id] == ["1", "2"]


def test_checks_come_in_their_order() -> None:
    service = replace(
        SALES,
        capacity=Capacity(0),
        hours=OfficeHours((WeeklySpan(EVERY_DAY, 8 * 60, 9 * 60),)),
        horizon=HOUR,
        max_in_queue=0,
        max_queued=0,
        throttles=(Throttle(0, MINUTE),),
        per_number_per_day=0,
    )
    soon = NOW + MINUTE
    for desired, changes, expected in (
        (NOW - HOUR, {}, TimePast),
        (NOW + DAY, {}, TimeBeyondHorizon),
        (TEN - 6 * MINUTE, {}, OfficeClosed),
        (soon, {}, NumberInQueue),
        (soon, {"max_in_queue": None}, QueueFull),
        (soon, {"max_in_queue": None, "max_queued": None}, ServiceThrottled),
        (soon, {"max_in_queue": None, "max_queued": None, "throttles": ()}, NumberThrottled),
        (
            soon,
            {"max_in_queue": None, "max_queued": None, "throttles": (), "per_number_per_day": None},
            SlotFull,
        ),
    ):
        made = bookings(replace(service, **changes))
        with pytest.raises(expected):
            book(made, desired=desired)
        assert ids(made) == []


def test_a_placed_callback_is_held_back_by_nothing_but_the_seats() -> None:
    made = bookings(replace(SALES, max_queued=0, hours=OfficeHours(()), throttles=(Throttle(0, HOUR),)))
    command = ScheduleCallback(made.service("sales"), ANN, NOW)
    assert made.book_without_limits(command, NOW).slot == NINE - QUARTER
    with pytest.raises(SlotFull):
        made.book_without_limits(command, NOW)
