from dataclasses import replace
from typing import Any

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import ScheduleCallback, State
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


def noted(made: Bookings, *args: Any, **settings: Any) -> OperationLog:
    """What booking a callback notes."""
    operation_log = made.operation_log = OperationLog()
    book(made, *args, **settings)
    made.operation_log = None
    return operation_log


def test_a_booking_notes_the_slot_as_it_was() -> None:
    assert noted(bookings(SALES), ANN, TEN) == [("seat", "sales", FREE, 1)]


def test_without_a_trail_nothing_is_noted() -> None:
    made = bookings(LIMITED)
    book(made)
    assert made.operation_log is None


def test_a_cancelled_callback_gives_its_seat_back_and_a_moved_one_both_takes_and_gives() -> None:
    made = bookings(SALES)
    id = book(made, ANN, TEN).id
    operation_log = made.operation_log = OperationLog()
    made.reschedule(id, NINE, NOW)
    made.cancel(id, NOW)
    assert operation_log == [
        ("seat", "sales", Slot(NINE, 1, 1), 1),
        ("seat", "sales", Slot(TEN, 0, 1), -1),
        ("seat", "sales", Slot(NINE, 0, 1), -1),
    ]


@pytest.mark.parametrize(
    ("desired", "refusal", "slot"),
    [
        (NINE, SlotFull, Slot(NINE, 0, 1)),
        (NOW - 1, TimePast, Slot(NOW - 10 * MINUTE, 1, 1)),
        (TEN, OfficeClosed, FREE),
    ],
)
def test_a_time_that_cannot_be_had_notes_its_slot(desired: int, refusal: type[Exception], slot: Slot) -> None:
    made = bookings(replace(SALES, hours=NINE_TO_TEN))
    book(made, BOB, NINE)
    operation_log = made.operation_log = OperationLog()
    with pytest.raises(refusal):
        book(made, ANN, desired)
    assert operation_log == [("seat", "sales", slot, 0)]


def test_a_time_that_a_callback_cannot_be_moved_to_notes_its_slot() -> None:
    made = bookings(replace(SALES, hours=NINE_TO_TEN))
    id = book(made, ANN, NINE).id
    operation_log = made.operation_log = OperationLog()
    with pytest.raises(OfficeClosed):
        made.reschedule(id, TEN, NOW)
    assert operation_log == [("seat", "sales", FREE, 0)]


def test_a_callback_that_is_completed_by_hand_notes_the_seat_that_it_gives_back() -> None:
    made = bookings(SALES)
    id = book(made, ANN, TEN).id
    operation_log = made.operation_log = OperationLog()
    made.move(id, State.COMPLETED, NOW, reason="DONE")
    assert operation_log == [("seat", "sales", Slot(TEN, 0, 1), -1)]


def test_a_refusal_that_is_staged_notes_the_slot_as_it_is() -> None:
    made = bookings(SALES)
    operation_log = made.operation_log = OperationLog()
    made.slot_full(made.service("sales"), TEN, NOW)
    made.office_closed(made.service("sales"), TEN, NOW)
    assert operation_log == [("seat", "sales", FREE, 0)] * 2


def test_a_start_notes_every_limit_before_it_is_counted() -> None:
    made = bookings(LIMITED)
    waiting = ("waiting", "sales", 0)
    assert noted(made) == [waiting, ("load", "sales", 0, ((NOW, 0), (NOW, 0)), 0), ("started",)]
    assert noted(made, BOB) == [waiting, ("load", "sales", 1, ((NOW, 1), (NOW, 0)), 0), ("started",)]
    operation_log = made.operation_log = OperationLog()
    with pytest.raises(QueueFull):
        book(made)
    assert operation_log == [("waiting", "sales", 1), ("load", "sales", 2, ((NOW, 2), (NOW, 0)), 1)]


def test_what_is_booked_when_a_service_opens_is_no_part_of_it() -> None:
    def fill(service: Service) -> None:
        made.place(ScheduleCallback(service, BOB, NINE), NOW)

    made = Bookings(Services({"sales": SALES}, None), lambda: "x", fill)
    assert noted(made, ANN, TEN) == [("seat", "sales", FREE, 1)]


@pytest.mark.parametrize(
    "limits",
    [
        {"throttles": (Throttle(2, HOUR),)},
        {"max_queued": 9},
        {"per_number_per_day": 9},
        {"max_queued": 9, "max_in_queue": 9, "per_number_per_day": 9},
    ],
)
def test_what_counts_for_any_limit_is_noted(limits: dict[str, Any]) -> None:
    service = replace(SALES, max_queued=None, max_in_queue=None, per_number_per_day=None)
    assert "load" not in [entry[0] for entry in noted(bookings(service))]
    assert "load" in [entry[0] for entry in noted(bookings(replace(service, **limits)))]
