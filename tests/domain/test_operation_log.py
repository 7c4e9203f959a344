from dataclasses import replace
from typing import Any

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import OfficeClosed, QueueFull, SlotFull, TimePast
from mockgms.domain.service import Service, Services, Throttle
from mockgms.domain.slots import Slot
from tests.domain.bookings import ANN, BOB, NINE, NINE_TO_TEN, NOW, SALES, TEN, book, bookings

LIMITED = replace(
    SALES, throttles=(Throttle(2, HOUR), Throttle(9, 0)), per_number_per_day=3, max_queued=2, max_in_queue=9
)
FREE = Slot(TEN, 1, 1)


def logged(made: Bookings, *args: Any, **settings: Any) -> OperationLog:
    """The log of booking a callback."""
    operation_log: OperationLog = []
    book(made, *args, operation_log=operation_log, **settings)
    return operation_log


def test_a_booking_logs_the_slot_as_it_was() -> None:
    assert logged(bookings(SALES), ANN, TEN) == [("seat", "sales", FREE, 1)]


def test_cancelling_logs_a_freed_seat_and_rescheduling_a_taken_and_a_freed_one() -> None:
    made = bookings(SALES)
    id = book(made, ANN, TEN).id
    operation_log: OperationLog = []
    made.reschedule(id, NINE, NOW, operation_log)
    made.cancel(id, NOW, operation_log)
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
    made = bookings(replace(SALES, hours=NINE_TO_TEN))
    book(made, BOB, NINE)
    operation_log: OperationLog = []
    with pytest.raises(refusal):
        book(made, ANN, desired, operation_log=operation_log)
    assert operation_log == [("seat", "sales", slot, 0)]


def test_a_refused_rescheduling_logs_the_slot_of_its_time() -> None:
    made = bookings(replace(SALES, hours=NINE_TO_TEN))
    id = book(made, ANN, NINE).id
    operation_log: OperationLog = []
    with pytest.raises(OfficeClosed):
        made.reschedule(id, TEN, NOW, operation_log)
    assert operation_log == [("seat", "sales", FREE, 0)]


def test_a_refusal_made_by_a_fault_logs_the_slot_unchanged() -> None:
    made = bookings(SALES)
    operation_log: OperationLog = []
    made.slot_full(made.service("sales"), TEN, NOW, operation_log)
    made.office_closed(made.service("sales"), TEN, NOW, operation_log)
    assert operation_log == [("seat", "sales", FREE, 0)] * 2


def test_a_start_logs_every_limit_before_it_is_counted() -> None:
    made = bookings(LIMITED)
    waiting = ("waiting", "sales", 0)
    assert logged(made) == [waiting, ("load", "sales", 0, ((NOW, 0), (NOW, 0)), 0), ("started",)]
    assert logged(made, BOB) == [waiting, ("load", "sales", 1, ((NOW, 1), (NOW, 0)), 0), ("started",)]
    operation_log: OperationLog = []
    with pytest.raises(QueueFull):
        book(made, operation_log=operation_log)
    assert operation_log == [("waiting", "sales", 1), ("load", "sales", 2, ((NOW, 2), (NOW, 0)), 1)]


def test_initial_bookings_of_a_service_are_not_logged() -> None:
    def fill(service: Service) -> None:
        made.book_without_limits(ScheduleCallback(service, BOB, NINE), NOW)

    made = Bookings(Services({"sales": SALES}, None), lambda: "x", fill)
    assert logged(made, ANN, TEN) == [("seat", "sales", FREE, 1)]


@pytest.mark.parametrize(
    "limits",
    [
        {"throttles": (Throttle(2, HOUR),)},
        {"max_queued": 9},
        {"per_number_per_day": 9},
        {"max_queued": 9, "max_in_queue": 9, "per_number_per_day": 9},
    ],
)
def test_a_service_with_any_limit_logs_its_load(limits: dict[str, Any]) -> None:
    service = replace(SALES, max_queued=None, max_in_queue=None, per_number_per_day=None)
    assert "load" not in [entry[0] for entry in logged(bookings(service))]
    assert "load" in [entry[0] for entry in logged(bookings(replace(service, **limits)))]
