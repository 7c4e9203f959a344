"""Bookings as a store: what is told of changes, counted, filled, copied and taken up."""

from dataclasses import replace
from itertools import count
from sys import getsizeof
from typing import Any

import pytest

from mockgms.domain.allowance import CALLBACK, COUNTER, PROPERTY, Allowance, size_of
from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import RIVAL, Callback, ScheduleCallback, State
from mockgms.domain.capacity import Capacity
from mockgms.domain.exported_state import BookingsExport, ServiceExport
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.queue import place
from mockgms.domain.refusals import OutOfRoom, SlotFull
from mockgms.domain.service import NumberChecks, Service, Services
from mockgms.domain.slots import Slot
from mockgms.domain.throttle import ThrottleExport
from tests.domain.bookings import ANN, BOB, CYD, NINE, NOW, SALES, SUPPORT, TEN, book, bookings, free, ids

US = replace(SUPPORT, numbers=NumberChecks(country="US"))


def counted(allowance: Allowance, *services: Service) -> Bookings:
    """Bookings of an allowance, whose callbacks are called 1, 2, 3 and so on."""
    numbers = count(1)
    return Bookings(
        Services({service.name: service for service in services}, None),
        lambda: str(next(numbers)),
        allowance=allowance,
    )


def test_every_change_is_told_with_the_callback_before_and_after_it() -> None:
    told: list[object] = []
    numbers = count(1)
    made = Bookings(
        Services({"sales": SALES}, None), lambda: str(next(numbers)), on_change=lambda *event: told.append(event)
    )
    booked = book(made, desired=TEN)
    later = made.reschedule("1", TEN + HOUR, NOW)
    noted = made.update("1", {"note": "x"})
    queued = made.move("1", State.QUEUED, NOW)
    routed = made.move("1", State.ROUTING, NOW)
    cancelled = made.cancel("1", NOW)
    assert told == [
        ("booked", None, booked),
        ("rescheduled", booked, later),
        ("updated", later, noted),
        ("moved", noted, queued),
        ("moved", queued, routed),
        ("cancelled", routed, cancelled),
    ]


def test_others_can_be_told_from_now_on() -> None:
    made = bookings(SALES, SUPPORT)
    book(made)
    opened: list[Service] = []
    told: list[object] = []
    made.listen(opened.append, lambda *event: told.append(event))
    first, second = book(made), book(made, service="support")
    assert (opened, told) == ([SUPPORT], [("booked", None, first), ("booked", None, second)])


def test_a_service_can_be_opened_with_nothing_booked_and_shut_again() -> None:
    opened: list[Service] = []
    made = Bookings(Services({"sales": SALES}, None), lambda: "id", opened.append)
    assert not made.is_open("sales")
    made.open_empty(SALES)
    made.calendar(SALES).close(TEN)
    made.open_empty(SALES)
    assert (made.is_open("sales"), opened, made.calendar(SALES).closed) == (True, [], (TEN,))
    made.discard(SALES)
    assert not made.is_open("sales")
    assert made.calendar(SALES).closed == ()
    assert opened == [SALES]


def test_callbacks_are_counted_and_the_newest_come_last() -> None:
    made = bookings(SALES)
    booked = [book(made, number) for number in (ANN, BOB, CYD)]
    assert (len(made), made.all_callbacks(), made.newest(2)) == (3, booked, booked[1:])


def test_a_slot_has_the_seats_that_are_left() -> None:
    made = bookings(SALES)
    book(made, desired=TEN)
    assert made.slot_of(SALES, TEN + MINUTE) == Slot(TEN, 0, 1)


def test_a_placed_callback_takes_all_its_seats_past_all_limits_but_those_of_its_slot() -> None:
    service = replace(SALES, capacity=Capacity(3), max_queued=0, horizon=HOUR)
    made = bookings(service)
    command = ScheduleCallback(service, RIVAL, TEN + HOUR, properties={"a": "b"}, seats=2)
    placed = made.book_without_limits(command, NOW)
    assert placed == Callback(
        "1",
        "sales",
        RIVAL,
        created=NOW,
        desired=TEN + HOUR,
        place=place(TEN + HOUR - 2 * MINUTE, 1),
        slot=TEN + HOUR,
        properties={"a": "b"},
        seats=2,
    )
    assert made.book_without_limits(ScheduleCallback(service, ANN), NOW).slot is None
    assert made.slot_of(service, TEN + HOUR) == Slot(TEN + HOUR, 1, 3)
    with pytest.raises(SlotFull):
        made.book_without_limits(command, NOW)
    assert (made.rivals, len(made)) == (1, 2)


def test_a_callback_of_several_seats_takes_them_all_with_it() -> None:
    service = replace(SALES, capacity=Capacity(3))
    made = bookings(service)
    made.book_without_limits(ScheduleCallback(service, RIVAL, TEN, seats=2), NOW)
    made.reschedule("1", NINE, NOW)
    assert [made.slot_of(service, start).free for start in (NINE, TEN)] == [1, 3]


# What is filled


def test_seats_are_filled_in_steps_and_nobody_is_told() -> None:
    told: list[object] = []
    numbers = count(1)
    allowance = Allowance()
    service = replace(SALES, capacity=Capacity(3))
    made = Bookings(
        Services({"sales": service}, None),
        lambda: str(next(numbers)),
        on_change=lambda *event: told.append(event),
        allowance=allowance,
    )
    steps = made.fill(service, [(TEN, ANN, {"a": "1"}), (NOW - 10 * MINUTE, BOB, {}), (TEN, CYD, {})], NOW)
    next(steps)
    assert (made.slot_of(service, TEN), len(made), allowance.used) == (Slot(TEN, 1, 3), 0, 3 * CALLBACK)
    assert list(steps) == [None] * 3
    assert made.all_callbacks() == [
        Callback("1", "sales", ANN, NOW, TEN, place(TEN - 2 * MINUTE, 1), TEN, {"a": "1"}),
        Callback("2", "sales", BOB, NOW, NOW - 10 * MINUTE, place(NOW, 2), NOW - 10 * MINUTE),
        Callback("3", "sales", CYD, NOW, TEN, place(TEN - 2 * MINUTE, 3), TEN),
    ]
    assert made.slot_of(service, TEN) == Slot(TEN, 1, 3)
    assert (made.queued(service, NOW), ids(made, number=CYD), told) == (1, ["3"], [])


def test_what_there_is_no_room_for_is_not_filled() -> None:
    made = counted(Allowance(2 * CALLBACK - 1), SALES)
    with pytest.raises(OutOfRoom):
        next(made.fill(SALES, [(NINE, ANN, {}), (TEN, BOB, {})], NOW))
    assert (free(made, NINE), free(made, TEN), len(made)) == (1, 1, 0)


# What is counted


@pytest.mark.parametrize(
    ("properties", "size"),
    [
        ({}, 0),
        ({"note": "x" * 100, "b": "y"}, 2 * PROPERTY + 101 + 4 * 5),
        ({"note": "é" * 100}, PROPERTY + 4 * 100 + 4 * 4),
        ({"note": {"a": ["b"]}, "n": 1}, size_of({"note": {"a": ["b"]}, "n": 1})),
    ],
)
def test_a_callback_counts_with_its_number_and_its_properties(properties: dict[str, Any], size: int) -> None:
    allowance = Allowance()
    made = counted(allowance, SALES)
    made.schedule(ScheduleCallback(SALES, "1" * 30, properties=properties), NOW)
    assert allowance.used == CALLBACK + 30 + size


def test_a_callback_that_finds_no_seat_counts_nothing() -> None:
    allowance = Allowance()
    made = counted(allowance, SALES)
    book(made, desired=TEN)
    used = allowance.used
    with pytest.raises(SlotFull):
        book(made, BOB, TEN)
    assert (allowance.used, made.rivals) == (used, 0)


def test_an_update_counts_what_it_adds_and_gives_back_what_it_takes_away() -> None:
    allowance = Allowance()
    made = counted(allowance, SALES)
    book(made)
    made.update("1", {"note": "x" * 1_000})
    used = allowance.used
    made.update("1", {"note": "y"}, number=BOB)
    by = size_of({"note": "y"}) - size_of({"note": "x" * 1_000}) + getsizeof(BOB)
    assert allowance.used == used + by
    made.update("1", {"note": "z"})
    assert allowance.used == used + by + getsizeof("")


def test_bookings_that_are_taken_up_count_as_those_that_are_made() -> None:
    service = replace(SUPPORT, per_number_per_day=2)
    made = bookings(service)
    for number in (ANN, BOB):
        made.schedule(ScheduleCallback(service, number, properties={"a": "1"}), NOW)
    made.calendar(service).close(TEN)
    allowance = Allowance()
    other = counted(allowance, service)
    other.restore_state(made.export_state())
    of_callback = CALLBACK + len(ANN) + PROPERTY + 1 + 4
    assert allowance.used == COUNTER * (1 + 2) + 2 * of_callback
    assert other.export_state() == made.export_state()


# What is taken up


def test_a_record_has_one_desk_of_each_service() -> None:
    service_state = ServiceExport("sales", (), ThrottleExport())
    with pytest.raises(InvalidSnapshot) as invalid:
        bookings(SALES).restore_state(BookingsExport(("sales",), (service_state, service_state), ()))
    assert str(invalid.value) == "desks[1].service is that of another desk too"


def test_a_record_is_taken_up_one_callback_a_step() -> None:
    made = bookings(SALES)
    book(made, ANN)
    book(made, BOB)
    assert list(bookings(SALES).restore_state_in_steps(made.export_state())) == [None] * 2


def test_bookings_made_after_others_know_their_services_and_numbers_and_rivals() -> None:
    numbers = count(1)

    def provisioning() -> Bookings:
        return Bookings(Services({"support": US}, Service()), lambda: str(next(numbers)))

    made, other = provisioning(), provisioning()
    book(made, "+1 415 555 0100", service="support")
    made.book_without_limits(ScheduleCallback(US, RIVAL, TEN), NOW)
    made.open(made.service("more"))
    other.copy_from(made)
    assert (other.export_state(), other.rivals) == (made.export_state(), 1)
    assert ids(other, number="(415) 555-0100") == ["1"]
    renumbered = other.update("1", {}, number="(415) 555-0199")
    assert list(other.callbacks(number="+14155550199")) == [renumbered]
    assert ids(made, number="(415) 555-0100") == ["1"]
