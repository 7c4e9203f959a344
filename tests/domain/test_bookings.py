from dataclasses import replace

import pytest

from mockgms.domain.bookings import Bookings
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import CallbackStatus, ScheduleCallback, State
from mockgms.domain.instants import HOUR, MINUTE, SECOND
from mockgms.domain.refusals import (
    SlotFull,
    UnknownService,
)
from mockgms.domain.service import Service, Services, Wait
from tests.domain.bookings import (
    ANN,
    BOB,
    BY_CLOCK,
    CYD,
    NINE,
    NINE_TO_TEN,
    NOW,
    SALES,
    SUPPORT,
    TEN,
    book,
    ids,
    new_bookings,
)


def test_callbacks_are_found_by_service_and_number_in_the_order_of_booking() -> None:
    bookings = new_bookings(SALES, SUPPORT)
    book(bookings, ANN, TEN)
    book(bookings, BOB)
    book(bookings, ANN, service="support")
    assert ids(bookings) == ["1", "2", "3"]
    assert ids(bookings, "sales") == ["1", "2"]
    assert ids(bookings, number=ANN) == ["1", "3"]
    assert ids(bookings, "sales", ANN) == ["1"]
    assert ids(bookings, number=CYD) == []


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(UnknownService):
        new_bookings(SALES).service("support")


def test_the_status_of_a_callback_follows_the_clock() -> None:
    bookings = new_bookings(BY_CLOCK)
    callback = book(bookings, desired=TEN)
    queued = TEN - 2 * MINUTE
    assert [bookings.status(callback, queued + after) for after in (-1, 0, 2 * MINUTE, 3 * MINUTE, 8 * MINUTE)] == [
        CallbackStatus(State.SCHEDULED),
        CallbackStatus(State.QUEUED, position=1, wait=MINUTE),
        CallbackStatus(State.ROUTING, position=0, wait=0),
        CallbackStatus(State.PROCESSING, position=0, wait=0),
        CallbackStatus(State.COMPLETED, "AGENT_CONNECTED"),
    ]


def test_the_wait_of_a_queued_callback_is_its_position_times_the_handle_time() -> None:
    bookings = new_bookings(replace(SUPPORT, wait=Wait(90 * SECOND)), SALES)
    later = book(bookings, ANN, TEN, service="support")
    first, second = book(bookings, BOB, service="support"), book(bookings, CYD, service="support")
    other = book(bookings, ANN)
    assert [bookings.status(callback, NOW).position for callback in (later, first, second, other)] == [None, 1, 2, 1]
    assert bookings.status(second, NOW).wait == 180 * SECOND
    bookings.cancel(first.id, NOW)
    assert [bookings.status(callback, TEN).position for callback in (second, later)] == [1, 2]


def test_the_wait_of_a_new_callback_is_behind_all_queued_callbacks() -> None:
    bookings = new_bookings(SALES)
    assert [bookings.queued(SALES, NOW), bookings.wait(SALES, NOW)] == [0, MINUTE]
    book(bookings)
    book(bookings, desired=TEN)
    assert [bookings.queued(SALES, NOW), bookings.wait(SALES, NOW)] == [1, 2 * MINUTE]
    assert [bookings.queued(SALES, TEN), bookings.wait(SALES, TEN)] == [2, 3 * MINUTE]


def test_open_for_is_the_time_until_the_service_closes() -> None:
    service = replace(SALES, hours=NINE_TO_TEN)
    bookings = new_bookings(service)
    assert [bookings.open_for(service, at) for at in (NOW, NINE, TEN - 1, TEN)] == [0, HOUR, 1, 0]


# First use


def test_each_service_is_opened_once_when_it_is_first_used() -> None:
    opened: list[Service] = []
    services = Services({"sales": SALES}, Service())
    bookings = Bookings(services, lambda: "id", opened.append)
    assert opened == []
    bookings.open(SALES)
    bookings.open(SALES)
    bookings.queued(bookings.service("support"), NOW)
    assert [service.name for service in opened] == ["sales", "support"]


def test_bookings_added_at_first_use_count_for_the_request_that_caused_it() -> None:
    def fill(service: Service) -> None:
        bookings.book_without_limits(ScheduleCallback(service, BOB, TEN), NOW)

    bookings = Bookings(Services({"sales": SALES}, None), lambda: "id", fill)
    with pytest.raises(SlotFull):
        book(bookings, ANN, TEN)


def test_cached_answers_are_dropped_when_a_hundred_services_are_open() -> None:
    bookings = Bookings(Services({}, Service("*")), str)
    query = AvailabilityQuery(bookings.service("first"), NOW, NOW + HOUR)
    book(bookings, service="first", desired=NOW + HOUR)
    answer = bookings.availability(query, NOW)
    assert bookings.availability(query, NOW) is answer
    for number in range(98):
        bookings.open(bookings.service(f"service-{number}"))
    assert bookings.availability(query, NOW) is answer
    bookings.open(bookings.service("hundredth"))
    again = bookings.availability(query, NOW)
    assert again is not answer
    assert list(again.slots) == list(answer.slots)
