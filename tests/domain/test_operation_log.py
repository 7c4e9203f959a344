from dataclasses import replace
from typing import Any

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import OfficeClosed, QueueFull, SlotFull, TimePast
from mockgms.domain.service import Service, Services, ThrottleWindow
from mockgms.domain.slots import Slot
from tests.domain.bookings import ANN, BOB, NINE, NINE_TO_TEN, NOW, SALES, TEN, book, new_bookings

LIMITED = replace(
    SALES, throttles=(ThrottleWindow(2, HOUR), ThrottleWindow(9, 0)), per_number_per_day=3, max_queued=2, max_in_queue=9
)
FREE = Slot(TEN, 1, 1)


def logged(bookings: Bookings, *args: Any, **settings: Any) -> OperationLog:
    """Book a callback, and return the log."""
    operation_log: OperationLog = []
    book(bookings, *args, operation_log=operation_log, **settings)
    return operation_log


def test_a_booking_logs_the_slot_before_the_booking() -> None:
    assert logged(new_bookings(SALES), ANN, TEN) == [("seat", "sales", FREE, 1)]


def test_a_cancel_logs_a_freed_seat_and_a_reschedule_a_taken_and_a_freed_seat() -> None:
    bookings = new_bookings(SALES)
    id = book(bookings, ANN, TEN).id
    operation_log: OperationLog = []
    bookings.reschedule(id, NINE, NOW, operation_log)
    bookings.cancel(id, NOW, operation_log)
    assert operation_log == [
        ("seat", "sales", Slot(NINE, 1, 1), 1),
        ("seat", "sales", Slot(TEN, 0, 1), -1),
        ("seat", "sales", Slot(NINE, 0, 1), -1),
    ]


@pytest.mark.parametrize(
    ("desired", "refusal", "slot"),
    [
        (NINE, SlotFull, Slot(NINE, 0, 1)),
        (NOW - HOUR, TimePast, Slot(NOW - HOUR - 10 * MINUTE, 1, 1)),
        (TEN, OfficeClosed, FREE),
    ],
)
def test_a_refused_time_logs_its_slot(desired: int, refusal: type[Exception], slot: Slot) -> None:
    bookings = new_bookings(replace(SALES, hours=NINE_TO_TEN))
    book(bookings, BOB, NINE)
    operation_log: OperationLog = []
    with pytest.raises(refusal):
        book(bookings, ANN, desired, operation_log=operation_log)
    assert operation_log == [("seat", "sales", slot, 0)]


def test_a_refused_reschedule_logs_the_slot_of_its_time() -> None:
    bookings = new_bookings(replace(SALES, hours=NINE_TO_TEN))
    id = book(bookings, ANN, NINE).id
    operation_log: OperationLog = []
    with pytest.raises(OfficeClosed):
        bookings.reschedule(id, TEN, NOW, operation_log)
    assert operation_log == [("seat", "sales", FREE, 0)]


def test_an_injected_refusal_logs_the_unchanged_slot() -> None:
    bookings = new_bookings(SALES)
    operation_log: OperationLog = []
    bookings.slot_full(bookings.service("sales"), TEN, NOW, operation_log)
    bookings.office_closed(bookings.service("sales"), TEN, NOW, operation_log)
    assert operation_log == [("seat", "sales", FREE, 0)] * 2


def test_an_immediate_callback_logs_each_limit_before_it_is_counted() -> None:
    bookings = new_bookings(LIMITED)
    waiting = ("waiting", "sales", 0)
    assert logged(bookings) == [waiting, ("load", "sales", 0, ((NOW, 0), (NOW, 0)), 0), ("started",)]
    assert logged(bookings, BOB) == [waiting, ("load", "sales", 1, ((NOW, 1), (NOW, 0)), 0), ("started",)]
    operation_log: OperationLog = []
    with pytest.raises(QueueFull):
        book(bookings, operation_log=operation_log)
    assert operation_log == [("waiting", "sales", 1), ("load", "sales", 2, ((NOW, 2), (NOW, 0)), 1)]


def test_initial_bookings_of_a_service_are_not_logged() -> None:
    def fill(service: Service) -> None:
        bookings.book_without_limits(ScheduleCallback(service, BOB, NINE), NOW)

    bookings = Bookings(Services({"sales": SALES}, None), lambda: "x", fill)
    assert logged(bookings, ANN, TEN) == [("seat", "sales", FREE, 1)]


@pytest.mark.parametrize(
    "limits",
    [
        {"throttles": (ThrottleWindow(2, HOUR),)},
        {"max_queued": 9},
        {"per_number_per_day": 9},
        {"max_queued": 9, "max_in_queue": 9, "per_number_per_day": 9},
    ],
)
def test_a_service_with_any_limit_logs_its_load(limits: dict[str, Any]) -> None:
    service = replace(SALES, max_queued=None, max_in_queue=None, per_number_per_day=None)
    assert "load" not in [entry[0] for entry in logged(new_bookings(service))]
    assert "load" in [entry[0] for entry in logged(new_bookings(replace(service, **limits)))]
