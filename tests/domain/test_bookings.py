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
    bookings,
    ids,
)


def test_callbacks_are_found_by_service_and_number_in_the_order_they_were_booked() -> None:
    made = bookings(SALES, SUPPORT)
    book(made, ANN, TEN)
    book(made, BOB)
    book(made, ANN, service="support")
    assert ids(made) == ["1", "2", "3"]
    assert ids(made, "sales") == ["1", "2"]
    assert ids(made, number=ANN) == ["1", "3"]
    assert ids(made, "sales", ANN) == ["1"]
    assert ids(made, number=CYD) == []


def test_a_service_that_is_not_known_is_refused() -> None:
    with pytest.raises(UnknownService):
        bookings(SALES).service("support")


def test_a_callback_stands_where_the_clock_says() -> None:
    made = bookings(BY_CLOCK)
    callback = book(made, desired=TEN)
    queued = TEN - 2 * MINUTE
    assert [made.status(callback, queued + after) for after in (-1, 0, 2 * MINUTE, 3 * MINUTE, 8 * MINUTE)] == [
        CallbackStatus(State.SCHEDULED),
        CallbackStatus(State.QUEUED, position=1, wait=MINUTE),
        CallbackStatus(State.ROUTING, position=0, wait=0),
        CallbackStatus(State.PROCESSING, position=0, wait=0),
        CallbackStatus(State.COMPLETED, "AGENT_CONNECTED"),
    ]


def test_a_position_is_the_rank_among_the_queued_and_costs_the_handle_time() -> None:
    made = bookings(replace(SUPPORT, wait=Wait(90 * SECOND)), SALES)
    later = book(made, ANN, TEN, service="support")
    first, second = book(made, BOB, service="support"), book(made, CYD, service="support")
    other = book(made, ANN)
    assert [made.status(callback, NOW).position for callback in (later, first, second, other)] == [None, 1, 2, 1]
    assert made.status(second, NOW).wait == 180 * SECOND
    made.cancel(first.id, NOW)
    assert [made.status(callback, TEN).position for callback in (second, later)] == [1, 2]


def test_somebody_who_joins_waits_behind_all_that_are_queued() -> None:
    made = bookings(SALES)
    assert [made.queued(SALES, NOW), made.wait(SALES, NOW)] == [0, MINUTE]
    book(made)
    book(made, desired=TEN)
    assert [made.queued(SALES, NOW), made.wait(SALES, NOW)] == [1, 2 * MINUTE]
    assert [made.queued(SALES, TEN), made.wait(SALES, TEN)] == [2, 3 * MINUTE]


def test_a_service_says_how_long_it_stays_open() -> None:
    service = replace(SALES, hours=NINE_TO_TEN)
    made = bookings(service)
    assert [made.open_for(service, at) for at in (NOW, NINE, TEN - 1, TEN)] == [0, HOUR, 1, 0]


# First use


def test_each_service_is_announced_once_when_it_is_first_used() -> None:
    opened: list[Service] = []
    services = Services({"sales": SALES}, Service())
    made = Bookings(services, lambda: "id", opened.append)
    assert opened == []
    made.open(SALES)
    made.open(SALES)
    made.queued(made.service("support"), NOW)
    assert [service.name for service in opened] == ["sales", "support"]


def test_what_is_booked_at_first_use_is_there_for_whoever_used_it() -> None:
    def fill(service: Service) -> None:
        made.book_without_limits(ScheduleCallback(service, BOB, TEN), NOW)

    made = Bookings(Services({"sales": SALES}, None), lambda: "id", fill)
    with pytest.raises(SlotFull):
        book(made, ANN, TEN)


def test_of_ever_more_services_the_answers_are_not_all_kept() -> None:
    made = Bookings(Services({}, Service("*")), str)
    query = AvailabilityQuery(made.service("first"), NOW, NOW + HOUR)
    book(made, service="first", desired=NOW + HOUR)
    answer = made.availability(query, NOW)
    assert made.availability(query, NOW) is answer
    for number in range(98):
        made.open(made.service(f"service-{number}"))
    assert made.availability(query, NOW) is answer
    made.open(made.service("hundredth"))
    again = made.availability(query, NOW)
    assert again is not answer
    assert list(again.slots) == list(answer.slots)
