"""Arrivals: each customer takes the seat that a plain search of all free slots finds."""

from bisect import bisect_right
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockgms.domain.blocks import Block
from mockgms.domain.bookings import Bookings
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import DAY, HOUR, MINUTE, Instant, parse_instant
from mockgms.domain.service import Service
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.chance import draw
from mockgms.scenario.customers import customer_arriving
from mockgms.session import Session
from mockgms.session.arrivals import Arrivals

NOW = "2026-03-27T15:00:00.000Z"  # two days before a clock change
START = parse_instant(NOW)


def session_of(service: str) -> Session:
    """Return a session with one service, which is open, and a frozen clock."""
    text = f"description: x\nseed: 3\nclock: {{now: {NOW}, frozen: true}}\nservices: {{sales: {service}}}"
    session = Session("x", Catalog().parse(text, "x"))
    session.bookings.calendar(session.bookings.service("sales"))
    return session


def catch_up(session: Session) -> None:
    """Bring the calendar up to the time of the clock."""
    for _ in session.steps_to_catch_up() or ():
        pass


def book_plainly(bookings: Bookings, service: Service, arrivals: Arrivals, count: int, now: Instant) -> int:
    """Book the customers after the first `count` who have come, from a list of all free slots. Return the new count."""
    while (time := arrivals.time_of(service, count)) is not None and time <= now and service.booked is not None:
        query = AvailabilityQuery(service, time, time + service.booked.days * DAY)
        slots = list(bookings.availability(query, time).slots)
        seats = list(accumulate((slot.free for slot in slots), initial=0))
        seat = int(draw(3, "seat", service.name, count) * seats[-1])
        if seats[-1]:
            number, properties = customer_arriving(3, count)
            start = slots[bisect_right(seats, seat) - 1].start
            bookings.book_without_limits(ScheduleCallback(service, number, start, properties=properties), time)
        count += 1
    return count


def taken_seats(bookings: Bookings) -> list[tuple[str, Instant, Instant]]:
    """Return the callbacks by number, desired time and time of booking."""
    return [(each.number, each.desired, each.created) for each in bookings.all_callbacks()]


SERVICES = st.builds(
    "{{timezone: Europe/Paris, time_bucket: {}, capacity: {}, {}, {}, booked: {{share: 0%, days: {}, rate: {}/h}}}}"
    "".format,
    st.sampled_from([30, 60, 120]),
    st.sampled_from(["1", "3", "[{hours: Fri-Sat 10:00-18:00, seats: 2}, {hours: Mon 09:00-12:00, seats: 1}]"]),
    st.sampled_from(
        ["office_hours: [Mon-Sun 08:00-20:00]", "holidays: [2026-03-28]", "office_hours: [Mon-Fri 09:00-12:00]"]
    ),
    st.sampled_from(["horizon: 2d", "horizon: 26h", "extra_hours: [2026-03-29 10:00-16:00]"]),
    st.integers(1, 4),
    st.sampled_from([1, 5, 20]),
)
HOURLY = "{time_bucket: 60, capacity: 1, booked: {share: 0%, days: 2, rate: 20/h}}"
DAILY = "{time_bucket: 60, booked: {share: 0%, days: 1, rate: 1/h}}"
SLOTS = st.integers(0, 96).map(lambda hours: START + hours * HOUR)
ACTIONS = st.one_of(
    st.tuples(st.just("advance"), st.integers(1, 1_000)),
    st.tuples(st.sampled_from(["book", "close", "reopen", "block", "expire", "release"]), SLOTS),
)


def change(session: Session, service: Service, action: str, at: Instant) -> None:
    """Change the calendar of a session by hand."""
    calendar = session.bookings.calendar(service)
    slot = calendar.slot_of(at)
    if action == "book" and slot.free:
        session.bookings.book_without_limits(ScheduleCallback(service, "+15551234", at), session.now())
    elif action == "close":
        calendar.close(slot.start)
    elif action == "reopen":
        calendar.reopen(slot.start)
    elif action == "block":
        calendar.block(Block(bool(at % 7), slot.start, slot.start + 3 * HOUR, None, at))
    elif action == "expire":
        calendar.expire(at)
    elif action == "release" and slot.free < slot.total:
        calendar.release(slot.start)


@pytest.mark.slow
@given(SERVICES, st.lists(ACTIONS, max_size=8))
@example(DAILY, [("advance", 60), ("advance", 6_000)])  # most of the counted dates are over
@example(HOURLY, [("advance", 60), ("block", START + 20 * HOUR), ("advance", 120)])  # on a date that was counted
def test_customers_take_the_seats_that_a_search_of_all_free_slots_finds(
    service_text: str, actions: list[tuple[str, Any]]
) -> None:
    session, plain = session_of(service_text), session_of(service_text)
    count = 0
    for action, value in [*actions, ("advance", 60)]:
        for each in (session, plain):
            service = each.bookings.service("sales")
            if action == "advance":
                each.advance(value * MINUTE)
            else:
                change(each, service, action, value)
        if action == "advance":
            catch_up(session)
            service = plain.bookings.service("sales")
            due = plain.bookings.due
            if due is not None and due <= plain.now():
                plain.bookings.expire(plain.now())
            count = book_plainly(plain.bookings, service, plain.arrivals, count, plain.now())
            assert taken_seats(session.bookings) == taken_seats(plain.bookings)
            assert session.arrivals.counts == ({"sales": count} if count else {})
