"""Laws of the seats: they hold after any sequence of requests, snapshots, forks and reloads in two sessions."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import Callback
from mockgms.domain.instants import DAY, MINUTE, parse_instant
from mockgms.domain.overview import SlotState, SlotStatus, overview
from mockgms.http.messages import Reply
from mockgms.scenario.catalog import Catalog
from mockgms.session import Session
from tests.live import dispatcher_of
from tests.steps import Sender

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

SESSIONS = ("a", "b")
SERVICES = ("sales", "support", "full")
V1 = "/genesys/1/service/callback"
MIDNIGHT = parse_instant("2026-03-02T00:00Z")
TOLERANCE = 5 * MINUTE  # the default `past_tolerance`
AVAILABLE = (SlotState.FREE, SlotState.TAKEN)
SCENARIO = """
description: A Monday on which rivals take every other booking of support.
clock: {{now: 2026-03-02T08:55:00Z, frozen: true}}
latency: virtual
services:
  sales: {{capacity: {seats}, time_bucket: {bucket}, office_hours: [Mon-Sun {hours}]}}
  support:
    time_bucket: 30
    capacity: {seats}
    throttle: [{{limit: 3, per: 10m}}]
    lifecycle: {{queued: 2m, routing: 1m, processing: 5m}}
  full:
    time_bucket: 60
    capacity: 2
    booked: {{share: 50%, days: 1}}
    slots: [{{start: 2026-03-02T10:00Z, free: 0}}]
rules:
  - {{name: rival, when: {{operation: [schedule, availability], service: support}}, per: phone, skip: 1, times: 1,
     then: {{fault: rival, seats: 2}}}}
"""
# The server starts with the first. The others differ from it in capacity, time bucket or office hours.
TEXTS = [
    SCENARIO.format(seats=seats, bucket=bucket, hours=hours)
    for seats, bucket, hours in (
        (2, 15, "09:00-12:00"),
        (1, 15, "09:00-12:00"),
        (3, 60, "00:00-24:00"),
        (2, 30, "11:00-12:00"),
    )
]

sessions = st.sampled_from(SESSIONS)
services = st.sampled_from(SERVICES)
phones = st.sampled_from(["+14155550101", "+14155550102"])
times = st.sampled_from(
    [f"2026-03-02T{time}Z" for time in ("08:00", "09:00", "09:07", "10:00", "10:14:59.999", "11:50")]
)
choices = st.integers(0, 20)
texts = st.sampled_from(TEXTS)

Seen: TypeAlias = Mapping[str, list[SlotStatus]]


def booked(seen: Seen) -> Counter[tuple[str, int]]:
    """Return the number of booked seats of each slot of each service."""
    return Counter(
        {
            (service, slot.start): slot.total - slot.free
            for service, slots in seen.items()
            for slot, _, _ in slots
            if slot.free != slot.total
        }
    )


def seats_held(callback: Callback) -> int:
    """Return the number of seats that a callback takes in the calendar: none if it is as soon as possible."""
    return 0 if callback.slot is None else callback.seats


class TwoSessions(RuleBasedStateMachine):
    """Two sessions keep the laws after any sequence of requests, and neither changes the other."""

    @initialize()
    def open(self) -> None:
        self.catalog = Catalog()
        self.sender = Sender(dispatcher_of(self.catalog.parse(TEXTS[0])))
        self.snapshots: list[Any] = []

    def session(self, id: str) -> Session:
        return self.sender.dispatcher.sessions.get(id)

    def seen(self, id: str, service: str) -> list[SlotStatus]:
        """Return all slots of two days."""
        bookings = self.session(id).bookings
        found = bookings.service(service)
        return list(overview(found, bookings.calendar(found), MIDNIGHT, MIDNIGHT + 2 * DAY, self.session(id).now()))

    def booked(self, id: str) -> Counter[tuple[str, int]]:
        """Return the number of booked seats of each slot according to the calendar."""
        return booked({service: self.seen(id, service) for service in SERVICES})

    def other(self, id: str) -> str:
        return SESSIONS[1 - SESSIONS.index(id)]

    def ask(self, id: str, method: str, path: str, body: Any = None) -> Reply:
        """Return the answer. Assert that the other session is unchanged, and after a refusal the seats too."""
        before, others = self.booked(id), self.booked(self.other(id))
        firings = self.firings(id)
        reply = self.sender.send(method, f"/s/{id}{path}", body)
        assert reply.status < 500, reply.body
        assert self.booked(self.other(id)) == others
        if reply.status >= 400 and self.firings(id) == firings:
            assert self.booked(id) == before
        return reply

    def firings(self, id: str) -> int:
        """Return the number of firings of the rival rule."""
        return sum(tally.firings for tally in self.session(id).engine.tallies())

    def some(self, id: str, choice: int) -> Callback | None:
        callbacks = list(self.session(id).bookings.callbacks())
        return callbacks[choice % len(callbacks)] if callbacks else None

    @rule(id=sessions, service=services, phone=phones, time=st.none() | times)
    def schedule_with_v1(self, id: str, service: str, phone: str, time: str | None) -> None:
        desired = {} if time is None else {"_desired_time": time}
        self.ask(id, "POST", f"{V1}/{service}", {"_customer_number": phone, **desired})

    @rule(id=sessions, service=services, phone=phones, time=st.none() | times)
    def create_with_v3(self, id: str, service: str, phone: str, time: str | None) -> None:
        body = {"serviceName": service, "phoneNumber": phone, "desiredTime": time}
        self.ask(id, "POST", "/engagement/v3/callbacks/create", body)

    @rule(id=sessions, service=services, phone=phones, time=st.none() | times)
    def book_by_hand(self, id: str, service: str, phone: str, time: str | None) -> None:
        self.ask(id, "POST", "/__admin/callbacks", {"service": service, "phone": phone, "desired_time": time})

    @rule(id=sessions, choice=choices, time=times)
    def reschedule_takes_the_seats_along(self, id: str, choice: int, time: str) -> None:
        callback = self.some(id, choice)
        if callback is not None:
            before, held = sum(self.booked(id).values()), seats_held(callback)
            path = f"{V1}/{callback.service}/{callback.id}"
            reply = self.ask(id, "PUT", path, {"_new_desired_time": time})
            moved = self.session(id).bookings.find(callback.id)
            if reply.status == 200:
                late = self.session(id).now() - parse_instant(time)
                assert (moved.slot is None) == (0 < late <= TOLERANCE)  # then it is as soon as possible
            assert sum(self.booked(id).values()) == before - held + seats_held(moved)

    @rule(id=sessions, choice=choices, v3=st.booleans())
    def cancel_frees_the_seats(self, id: str, choice: int, v3: bool) -> None:
        callback = self.some(id, choice)
        if callback is not None:
            before = sum(self.booked(id).values())
            v1 = f"{V1}/{callback.service}/{callback.id}"
            path = f"/engagement/v3/callbacks/cancel/{callback.service}/{callback.id}" if v3 else v1
            reply = self.ask(id, "DELETE", path)
            freed = seats_held(callback) if reply.status == 200 else 0
            assert sum(self.booked(id).values()) == before - freed

    @rule(id=sessions, choice=choices, state=st.sampled_from(["QUEUED", "ROUTING", "PROCESSING", "COMPLETED"]))
    def move_on(self, id: str, choice: int, state: str) -> None:
        callback = self.some(id, choice)
        if callback is not None:
            reason = {"reason": "DONE"} if state == "COMPLETED" else {}
            self.ask(id, "PATCH", f"/__admin/callbacks/{callback.id}", {"state": state, **reason})

    @rule(id=sessions, service=services, phone=phones)
    def ask_for_slots(self, id: str, service: str, phone: str) -> None:
        self.ask(id, "GET", f"{V1.replace('/1/', '/2/')}/{service}/availability?_customer_number={phone}")

    @rule(id=sessions, service=services, time=times, free=st.integers(-1, 4), closed=st.none() | st.booleans())
    def fill_free_close_or_reopen(self, id: str, service: str, time: str, free: int, closed: bool | None) -> None:
        body = {"service": service, "start": time, "closed": closed, "free": None if free < 0 else free}
        self.ask(id, "PUT", "/__admin/slots", body)

    @rule(id=sessions, by=st.sampled_from(["1s", "3m", "1h"]))
    def advance(self, id: str, by: str) -> None:
        assert self.ask(id, "POST", "/__admin/clock/advance", {"by": by}).status == 200

    @rule(id=sessions, time=times)
    def set_clock(self, id: str, time: str) -> None:
        assert self.ask(id, "PUT", "/__admin/clock", {"now": time}).status == 200

    @rule(id=sessions)
    def take_a_snapshot(self, id: str) -> None:
        reply = self.ask(id, "GET", "/__admin/snapshot")
        self.snapshots.append((json.loads(reply.body), self.booked(id)))

    @rule(id=sessions, choice=choices)
    def restore_a_snapshot(self, id: str, choice: int) -> None:
        if self.snapshots:
            snapshot, booked = self.snapshots[choice % len(self.snapshots)]
            assert self.ask(id, "PUT", "/__admin/snapshot", snapshot).status == 200
            assert self.booked(id) == booked
            assert json.loads(self.ask(id, "GET", "/__admin/snapshot").body) == snapshot

    @rule(id=sessions)
    def fork(self, id: str) -> None:
        booked = self.booked(id)
        self.start(self.other(id), {"from": id})
        assert self.booked(self.other(id)) == self.booked(id) == booked

    @rule(text=texts)
    def reload_the_file_of_the_server(self, text: str) -> None:
        before = [self.booked(id) for id in SESSIONS]
        self.sender.dispatcher.sessions.replace(self.sender.dispatcher.sessions.scenario, self.catalog.parse(text))
        assert [self.booked(id) for id in SESSIONS] == before

    @rule(id=sessions)
    def reset(self, id: str) -> None:
        assert self.ask(id, "POST", "/__admin/reset").status == 200

    @rule(id=sessions, text=texts)
    def use_another_scenario(self, id: str, text: str) -> None:
        self.start(id, {"scenario": text})

    def start(self, id: str, start: object) -> None:
        """Create a session, or start it over."""
        known = {each["id"] for each in json.loads(self.sender.send("GET", "/__admin/sessions").body)}
        reply = self.sender.send("PUT", f"/__admin/sessions/{id}", start)
        assert reply.status == (200 if id in known else 201)

    @invariant()
    def the_laws_of_the_seats_hold(self) -> None:
        for id in SESSIONS:
            seen = {service: self.seen(id, service) for service in SERVICES}
            assert all(0 <= slot.free <= slot.total for slots in seen.values() for slot, _, _ in slots)
            self.the_seats_of_each_callback_count_only_in_the_slot_of_its_time(id, seen)
            self.the_available_slots_are_those_with_free_seats(id, seen)

    def the_seats_of_each_callback_count_only_in_the_slot_of_its_time(self, id: str, seen: Seen) -> None:
        bookings, held = self.session(id).bookings, Counter[tuple[str, int]]()
        for callback in bookings.callbacks():
            if callback.slot is not None:
                held[callback.service, callback.slot] += callback.seats
                grid = bookings.service(callback.service).grid
                assert callback.slot == grid.slot_of(callback.desired).start
        assert held == booked(seen)

    def the_available_slots_are_those_with_free_seats(self, id: str, seen: Seen) -> None:
        bookings, now = self.session(id).bookings, self.session(id).now()
        for service in map(bookings.service, SERVICES):
            free = [slot for slot, state, _ in seen[service.name] if state in AVAILABLE]
            query = AvailabilityQuery(service, MIDNIGHT, MIDNIGHT + 2 * DAY)
            assert list(bookings.availability(query, now).slots) == free


TwoSessions.TestCase.settings = settings(max_examples=15, stateful_step_count=30)
TestTwoSessions = TwoSessions.TestCase
