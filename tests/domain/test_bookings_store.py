"""Bookings as a store: change events, memory counts, filling, copies and restored exports."""

from dataclasses import replace
from itertools import count
from sys import getsizeof
from typing import Any

import pytest

from mockgms.domain.allowance import CALLBACK, COUNTER, PROPERTY, Allowance, size_of
from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import PLACEHOLDER, Callback, ScheduleCallback, State
from mockgms.domain.capacity import Capacity
from mockgms.domain.exported_state import BookingsExport, ServiceExport
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.queue import queue_place
from mockgms.domain.refusals import OutOfRoom, SlotFull
from mockgms.domain.service import NumberChecks, Service, Services
from mockgms.domain.slots import Slot
from mockgms.domain.throttle import ThrottleExport
from tests.domain.bookings import ANN, BOB, CYD, NINE, NOW, SALES, SUPPORT, TEN, book, free, ids, new_bookings

US = replace(SUPPORT, numbers=NumberChecks(country="US"))


def counted(allowance: Allowance, *services: Service) -> Bookings:
    """Return bookings with an allowance, whose callbacks have the ids 1, 2, 3 and so on."""
    numbers = count(1)
    return Bookings(
        Services({service.name: service for service in services}, None),
        lambda: str(next(numbers)),
        allowance=allowance,
    )


def test_each_change_is_an_event_with_the_callback_before_and_after_it() -> None:
    events: list[object] = []
    numbers = count(1)
    bookings = Bookings(
        Services({"sales": SALES}, None), lambda: str(next(numbers)), on_change=lambda *event: events.append(event)
    )
    booked = book(bookings, desired=TEN)
    later = bookings.reschedule("1", TEN + HOUR, NOW)
    noted = bookings.update("1", {"note": "x"})
    queued = bookings.move("1", State.QUEUED, NOW)
    routed = bookings.move("1", State.ROUTING, NOW)
    cancelled = bookings.cancel("1", NOW)
    assert events == [
        ("booked", None, booked),
        ("rescheduled", booked, later),
        ("updated", later, noted),
        ("moved", noted, queued),
        ("moved", queued, routed),
        ("cancelled", routed, cancelled),
    ]


def test_a_listener_gets_only_later_events() -> None:
    bookings = new_bookings(SALES, SUPPORT)
    book(bookings)
    opened: list[Service] = []
    events: list[object] = []
    bookings.listen(opened.append, lambda *event: events.append(event))
    first, second = book(bookings), book(bookings, service="support")
    assert (opened, events) == ([SUPPORT], [("booked", None, first), ("booked", None, second)])


def test_a_service_can_be_opened_without_bookings_and_discarded() -> None:
    opened: list[Service] = []
    bookings = Bookings(Services({"sales": SALES}, None), lambda: "id", opened.append)
    assert not bookings.is_used("sales")
    bookings.open_empty(SALES)
    bookings.calendar(SALES).close(TEN)
    bookings.open_empty(SALES)
    assert (bookings.is_used("sales"), opened, bookings.calendar(SALES).closed) == (True, [], (TEN,))
    bookings.discard(SALES)
    assert not bookings.is_used("sales")
    assert bookings.calendar(SALES).closed == ()
    assert opened == [SALES]


def test_all_callbacks_and_the_newest_are_in_the_order_of_booking() -> None:
    bookings = new_bookings(SALES)
    booked = [book(bookings, number) for number in (ANN, BOB, CYD)]
    assert (len(bookings), bookings.all_callbacks(), bookings.newest(2)) == (3, booked, booked[1:])


def test_slot_of_returns_the_free_seats_of_the_slot() -> None:
    bookings = new_bookings(SALES)
    book(bookings, desired=TEN)
    assert bookings.slot_of(SALES, TEN + MINUTE) == Slot(TEN, 0, 1)


def test_book_without_limits_takes_all_its_seats_and_is_limited_only_by_the_slot() -> None:
    service = replace(SALES, capacity=Capacity(3), max_queued=0, horizon=HOUR)
    bookings = new_bookings(service)
    command = ScheduleCallback(service, PLACEHOLDER, TEN + HOUR, properties={"a": "b"}, seats=2)
    placed = bookings.book_without_limits(command, NOW)
    assert placed == Callback(
        "1",
        "sales",
        PLACEHOLDER,
        created=NOW,
        desired=TEN + HOUR,
        place=queue_place(TEN + HOUR - 2 * MINUTE, 1),
        slot=TEN + HOUR,
        properties={"a": "b"},
        seats=2,
    )
    assert bookings.book_without_limits(ScheduleCallback(service, ANN), NOW).slot is None
    assert bookings.slot_of(service, TEN + HOUR) == Slot(TEN + HOUR, 1, 3)
    with pytest.raises(SlotFull):
        bookings.book_without_limits(command, NOW)
    assert (bookings.placeholders, len(bookings)) == (1, 2)


def test_rescheduling_a_callback_with_several_seats_moves_all_of_them() -> None:
    service = replace(SALES, capacity=Capacity(3))
    bookings = new_bookings(service)
    bookings.book_without_limits(ScheduleCallback(service, PLACEHOLDER, TEN, seats=2), NOW)
    bookings.reschedule("1", NINE, NOW)
    assert [bookings.slot_of(service, start).free for start in (NINE, TEN)] == [1, 3]


# Filling


def test_seats_are_filled_in_steps_without_events() -> None:
    events: list[object] = []
    numbers = count(1)
    allowance = Allowance()
    service = replace(SALES, capacity=Capacity(3))
    bookings = Bookings(
        Services({"sales": service}, None),
        lambda: str(next(numbers)),
        on_change=lambda *event: events.append(event),
        allowance=allowance,
    )
    steps = bookings.fill(service, [(TEN, ANN, {"a": "1"}), (NOW - 10 * MINUTE, BOB, {}), (TEN, CYD, {})], NOW)
    next(steps)
    assert (bookings.slot_of(service, TEN), len(bookings), allowance.used) == (Slot(TEN, 1, 3), 0, 3 * CALLBACK)
    assert list(steps) == [None] * 3
    assert bookings.all_callbacks() == [
        Callback("1", "sales", ANN, NOW, TEN, queue_place(TEN - 2 * MINUTE, 1), TEN, {"a": "1"}),
        Callback("2", "sales", BOB, NOW, NOW - 10 * MINUTE, queue_place(NOW, 2), NOW - 10 * MINUTE),
        Callback("3", "sales", CYD, NOW, TEN, queue_place(TEN - 2 * MINUTE, 3), TEN),
    ]
    assert bookings.slot_of(service, TEN) == Slot(TEN, 1, 3)
    assert (bookings.queued(service, NOW), ids(bookings, number=CYD), events) == (1, ["3"], [])


def test_filling_beyond_the_allowance_is_refused_and_books_nothing() -> None:
    bookings = counted(Allowance(2 * CALLBACK - 1), SALES)
    with pytest.raises(OutOfRoom):
        next(bookings.fill(SALES, [(NINE, ANN, {}), (TEN, BOB, {})], NOW))
    assert (free(bookings, NINE), free(bookings, TEN), len(bookings)) == (1, 1, 0)


# Memory


@pytest.mark.parametrize(
    ("properties", "size"),
    [
        ({}, 0),
        ({"note": "x" * 100, "b": "y"}, 2 * PROPERTY + 101 + 4 * 5),
        ({"note": "é" * 100}, PROPERTY + 4 * 100 + 4 * 4),
        ({"note": {"a": ["b"]}, "n": 1}, size_of({"note": {"a": ["b"]}, "n": 1})),
    ],
)
def test_the_size_of_a_callback_includes_its_number_and_its_properties(properties: dict[str, Any], size: int) -> None:
    allowance = Allowance()
    bookings = counted(allowance, SALES)
    bookings.schedule(ScheduleCallback(SALES, "1" * 30, properties=properties), NOW)
    assert allowance.used == CALLBACK + 30 + size


def test_a_callback_refused_by_a_full_slot_takes_no_bytes() -> None:
    allowance = Allowance()
    bookings = counted(allowance, SALES)
    book(bookings, desired=TEN)
    used = allowance.used
    with pytest.raises(SlotFull):
        book(bookings, BOB, TEN)
    assert (allowance.used, bookings.placeholders) == (used, 0)


def test_an_update_takes_bytes_for_additions_and_returns_those_of_removals() -> None:
    allowance = Allowance()
    bookings = counted(allowance, SALES)
    book(bookings)
    bookings.update("1", {"note": "x" * 1_000})
    used = allowance.used
    bookings.update("1", {"note": "y"}, number=BOB)
    by = size_of({"note": "y"}) - size_of({"note": "x" * 1_000}) + getsizeof(BOB)
    assert allowance.used == used + by
    bookings.update("1", {"note": "z"})
    assert allowance.used == used + by + getsizeof("")


def test_restored_bookings_take_as_many_bytes_as_new_ones() -> None:
    service = replace(SUPPORT, per_number_per_day=2)
    bookings = new_bookings(service)
    for number in (ANN, BOB):
        bookings.schedule(ScheduleCallback(service, number, properties={"a": "1"}), NOW)
    bookings.calendar(service).close(TEN)
    allowance = Allowance()
    other = counted(allowance, service)
    other.restore_state(bookings.export_state())
    of_callback = CALLBACK + len(ANN) + PROPERTY + 1 + 4
    assert allowance.used == COUNTER * (1 + 2) + 2 * of_callback
    assert other.export_state() == bookings.export_state()


# Restoring


def test_an_export_with_one_service_twice_is_refused() -> None:
    service_state = ServiceExport("sales", (), ThrottleExport())
    with pytest.raises(InvalidSnapshot) as invalid:
        new_bookings(SALES).restore_state(BookingsExport(("sales",), (service_state, service_state), ()))
    assert str(invalid.value) == "service_states[1].service is 'sales', which occurs twice in `service_states`"


def test_an_export_is_restored_with_one_step_for_each_service_its_state_and_each_callback() -> None:
    bookings = new_bookings(SALES)
    book(bookings, ANN)
    book(bookings, BOB)
    assert list(new_bookings(SALES).restore_state_in_steps(bookings.export_state())) == [None] * (1 + 1 + 2)


def test_a_copy_of_bookings_has_their_services_numbers_and_placeholders() -> None:
    numbers = count(1)

    def provisioning() -> Bookings:
        return Bookings(Services({"support": US}, Service()), lambda: str(next(numbers)))

    bookings, other = provisioning(), provisioning()
    book(bookings, "+1 415 555 0100", service="support")
    bookings.book_without_limits(ScheduleCallback(US, PLACEHOLDER, TEN), NOW)
    bookings.open(bookings.service("more"))
    other.copy_from(bookings)
    assert (other.export_state(), other.placeholders) == (bookings.export_state(), 1)
    assert ids(other, number="(415) 555-0100") == ["1"]
    renumbered = other.update("1", {}, number="(415) 555-0199")
    assert list(other.callbacks(number="+14155550199")) == [renumbered]
    assert ids(bookings, number="(415) 555-0100") == ["1"]
