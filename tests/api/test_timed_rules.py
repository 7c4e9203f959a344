"""Rules that change the calendar or remember earlier requests: over time, in snapshots and forks, in every API."""

import asyncio
import json
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from mockgms.api import admin
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.api.named_refusals import KINDS
from mockgms.domain.instants import HOUR, MINUTE, SECOND, parse_instant
from mockgms.domain.service import Service
from mockgms.http.messages import Reply, Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.faults.error import REFUSALS
from mockgms.session import Session, Sessions

NOW: Final = "2026-03-02T09:00:00.000Z"  # a Monday
CALLBACK: Final = "/genesys/1/service/callback"


class Server:
    """A dispatcher with a frozen clock, and the requests of its clients."""

    def __init__(self, rules: str, service: str = "{}") -> None:
        text = f"description: x\nclock: {{now: {NOW}, frozen: true}}\nservices: {{sales: {service}}}\nrules: {rules}"
        self.sessions = Sessions(Catalog().parse(text, "x"))
        dispatcher = Dispatcher(self.sessions, (GMS, GES))
        api = admin.api(Catalog(), self.sessions, (GMS, GES), dispatcher.dry_run)
        self.dispatcher = Dispatcher(self.sessions, (GMS, api, GES))

    @property
    def session(self) -> Session:
        return self.sessions.default

    def send(self, method: str, path: str, body: Any = None, **form: str) -> Reply:
        path, _, query = path.partition("?")
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        sent = urlencode(form).encode() if form else b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": kind, "host": "localhost"}
        return asyncio.run(self.dispatcher.answer(Request(method, path, query, headers, sent)))

    def book(self, phone: str = "+14155550101", desired: str | None = None, service: str = "sales") -> Reply:
        return self.send(
            "POST",
            f"{CALLBACK}/{service}",
            _customer_number=phone,
            **({} if desired is None else {"_desired_time": desired}),
        )

    def free(self, days: int = 1) -> list[str]:
        path = f"{CALLBACK}/sales/availability?start={NOW}&number-of-days={days}"
        return [*json.loads(self.send("GET", path).body)]


HOURLY: Final = "{time_bucket: 60, capacity: 1, office_hours: [Mon-Sun 09:00-12:00]}"
NINE, TEN, ELEVEN = (f"2026-03-02T{hour}:00:00.000Z" for hour in ("09", "10", "11"))


def test_a_slot_that_a_rule_fills_is_free_again_when_the_time_of_the_fault_is_over() -> None:
    rules = "[{name: a, when: {operation: schedule}, times: 1, then: {fault: fill_slots, for: 10m}}]"
    server = Server(rules, HOURLY)
    assert server.book(desired=TEN).status == 400
    assert server.free() == [NINE, ELEVEN]
    assert server.session.bookings.calendar(server.session.bookings.service("sales")).due is not None
    slots = json.loads(server.send("GET", f"/__admin/slots?service=sales&start={NOW}&all=true").body)
    shown = {slot["start"]: (slot["free"], slot["state"]) for slot in slots}
    assert (shown[TEN], shown[ELEVEN]) == ((0, "full"), (1, "free"))
    server.session.advance(9 * MINUTE)
    assert server.free() == [ELEVEN]
    server.session.advance(MINUTE)
    assert server.free() == [TEN, ELEVEN]


@pytest.mark.parametrize(
    ("fault", "free", "open_for"),
    [
        ("{fault: close_slots, slots: Mon 10:00-11:00}", [NINE, ELEVEN], 3_600),
        ("{fault: close_slots, slots: day}", [], 0),
        ("{fault: close_slots}", [], 0),
        ("{fault: fill_slots, slots: Sun 23:00-12:00}", [], 10_800),
    ],
)
def test_a_rule_on_availability_blocks_slots_of_the_same_answer(fault: str, free: list[str], open_for: int) -> None:
    server = Server(f"[{{name: a, when: {{operation: availability}}, then: {fault}}}]", HOURLY)
    path = f"{CALLBACK}/sales/availability?start={NOW}&number-of-days=1"
    answer = json.loads(server.send("GET", path).body)
    assert [*(answer if free else {})] == free
    service = server.session.bookings.service("sales")
    assert server.session.bookings.open_for(service, server.session.now()) == open_for * SECOND


def test_close_slots_blocks_nothing_for_a_request_without_a_time_or_a_service() -> None:
    server = Server("[{name: a, then: close_slots}]", HOURLY)
    assert server.book().status == 200
    assert server.send("GET", f"{CALLBACK}?_customer_number=1").status == 200
    assert not server.session.bookings.has_blocks


def test_a_rule_fires_unless_one_of_several_states_is_set() -> None:
    server = Server(
        "[{name: busy, when: {service: sales}, unless: {state: [quiet, open]}, then: throttle},"
        " {name: opens, when: {service: other}, then: {fault: set_state, name: open}}]"
    )
    assert [server.book(service=name).status for name in ("sales", "other", "sales")] == [429, 200, 200]


STATEFUL: Final = """
  - {name: state, when: {operation: schedule}, per: phone, times: 1, then: {fault: set_state, name: seen, for: 1h}}
  - {name: ever, when: {operation: schedule}, times: 1, then: {fault: set_state, name: on}}
  - name: day
    when: {operation: schedule}
    times: 1
    then: [{fault: fill_slots, slots: Tue 09:00-12:00, for: 2h}, close_slots]
  - {name: seen, when: {state: seen, operation: find}, then: server_error}
  - {name: gone, per: phone, when: {operation: schedule, slot: {refused_before: true}}, then: throttle}
  - name: steps
    per: phone
    when: {operation: schedule}
    after: {operation: schedule}
    for: 1h
    sequence: [pass, hang]
"""


@pytest.mark.parametrize("way", ["snapshot", "fork"])
def test_a_snapshot_or_fork_keeps_the_state_of_the_rules(way: str) -> None:
    server = Server(STATEFUL, "{time_bucket: 60, booked: {share: 0%, rate: 12/h}}")
    assert server.book(desired=TEN).status == 400
    server.session.advance(HOUR // 2)
    assert server.book(desired=ELEVEN).status == 200
    if way == "snapshot":
        taken = json.loads(server.send("GET", "/__admin/snapshot").body)
        assert taken["arrivals"] == {"sales": 6}
        other = Server("[]")
        assert other.send("PUT", "/__admin/snapshot", taken).status == 200
        assert json.loads(other.send("GET", "/__admin/snapshot").body) == taken
        session = other.session
    else:
        assert server.send("PUT", "/__admin/sessions/fork", {"from": "default"}).status == 201
        session = server.sessions.get("fork")
    one, two = server.session, session
    assert two.engine.export_state() == one.engine.export_state()
    assert two.bookings.export_state() == one.bookings.export_state()
    assert (two.reset_at, two.arrivals.counts, two.is_timed()) == (one.reset_at, one.arrivals.counts, True)


def test_customers_arrive_as_the_clock_advances_and_are_the_same_on_every_run() -> None:
    service = (
        "{time_bucket: 60, capacity: 2, office_hours: [Mon-Sun 09:00-17:00], booked: {share: 0%, days: 1, rate: 6/h}}"
    )

    def arrivals(*advances: int) -> list[tuple[str, int]]:
        server = Server("[]", service)
        for by in advances:
            server.session.advance(by)
            server.free()
        return [(each.number, each.desired) for each in server.session.bookings.all_callbacks()]

    at_once, bit_by_bit = arrivals(2 * HOUR), arrivals(*[10 * MINUTE] * 12)
    assert at_once == bit_by_bit
    assert len(at_once) == 12
    assert all(desired > parse_instant(NOW) for _, desired in at_once)
    assert len(arrivals(24 * HOUR)) < 6 * 24  # the seats of a day are soon all taken


def test_at_most_ten_thousand_customers_arrive_and_those_without_room_are_dropped() -> None:
    server = Server("[]", "{capacity: 100, booked: {share: 0%, days: 1, rate: 100000/s}}")
    allowance = server.session.allowance
    allowance.add(allowance.size - allowance.used - 10_000)
    server.session.advance(HOUR)
    assert server.free()
    assert server.session.arrivals.counts == {"sales": 10_000}
    assert 0 < len(server.session.bookings) < 20
    assert server.session.steps_to_catch_up() is None


def test_customers_who_search_a_long_period_come_in_steps() -> None:
    server = Server("[]", "{time_bucket: 120, booked: {share: 0%, days: 366, rate: 1/m}}")
    assert server.free()
    server.session.advance(600 * MINUTE)
    steps = server.session.steps_to_catch_up()
    assert steps is not None
    assert sum(1 for _ in steps) > 366 + 600  # one for each date and each customer: others are answered in between
    assert server.session.arrivals.counts == {"sales": 600}
    assert len(server.session.bookings) == 600
    assert server.session.steps_to_catch_up() is None


def test_an_error_fault_can_name_every_refusal_in_every_api() -> None:
    assert set(REFUSALS) == set(KINDS)
    assert {name: len(fields) for name, fields in REFUSALS.items()} == {
        name: len(kind.__dataclass_fields__) for name, kind in KINDS.items()
    }
    for name in REFUSALS:
        server = Server(f"[{{name: a, then: {{fault: error, refusal: {name}, retry_after: 5}}}}]")
        create = {"serviceName": "sales", "phoneNumber": "+14155550101"}
        for reply in (server.book(), server.send("POST", "/engagement/v3/callbacks/create", create)):
            assert reply.status >= 400, name
            assert dict(reply.headers)["Retry-After"] == "5"
        assert server.book(service="nowhere").status >= 400
        assert server.send("GET", f"{CALLBACK}?_customer_number=1").status >= 400


def test_an_injected_failure_has_the_status_of_its_field() -> None:
    server = Server("[{name: a, then: {fault: error, refusal: failure, fields: {status: 507}}}]")
    create = {"serviceName": "sales", "phoneNumber": "+14155550101"}
    assert server.book().status == 507
    assert server.send("POST", "/engagement/v3/callbacks/create", create).status == 507


def test_an_injected_refusal_for_an_unknown_service_proposes_no_times() -> None:
    server = Server("[{name: a, then: {fault: error, refusal: slot_full}}]\nunknown_services: refuse")
    assert json.loads(server.book(service="nowhere").body)["availability"] == {}


def test_conditions_on_the_slot_never_match_an_unknown_service() -> None:
    rules = "[{name: a, when: {slot: {free: {at_least: 0, at_most: 9}, first_free: false}}, then: server_error}]"
    server = Server(f"{rules}\nunknown_services: refuse")
    assert server.book(desired=TEN, service="nowhere").status == 400
    assert server.book(desired=TEN).status == 500


def test_an_inline_fault_can_set_a_state_but_not_retry_until_a_rule_is_over() -> None:
    waits = "{name: a, when: {operation: find, state: on}, then: server_error}"
    server = Server(f"[{waits}, {{name: b, then: {{fault: set_state, name: on}}}}]")
    assert server.send("GET", f"{CALLBACK}?_customer_number=1&__fault=pass").status == 200
    mixed = "[{fault: set_state, name: on}]"
    assert server.send("GET", f"{CALLBACK}?_customer_number=1&__fault={mixed}").status == 200
    assert server.session.engine.has_state(["on"], "session", "", server.session.now())
    until_over = "{fault: throttle, retry_after: until_over}"
    answer = json.loads(server.send("GET", f"{CALLBACK}?_customer_number=1&__fault={until_over}").body)
    assert answer["message"].endswith("`retry_after: until_over` is for rules, which end.")


@pytest.mark.parametrize("window", ["during: {to: +1m}", "for: 1m", "during: [{from: +10m, to: +11m}, {to: +1m}]"])
def test_a_client_that_was_delayed_until_a_rule_was_over_need_not_wait_any_longer(window: str) -> None:
    faults = "[{fault: delay, by: 90s}, {fault: throttle, retry_after: until_over}]"
    server = Server(f"[{{name: a, {window}, then: {faults}}}]\nlatency: virtual")
    answer = server.book()
    assert (answer.status, dict(answer.headers)["Retry-After"]) == (429, "0")


def test_a_snapshot_that_opens_a_rule_without_the_required_requests_is_refused() -> None:
    server = Server("[{name: a, after: {count: 1, within: 10m}, then: server_error}]")
    taken = json.loads(server.send("GET", "/__admin/snapshot").body)
    events = {"rule": "a", "caller": "", "times": [], "opened": taken["began"]}
    refused = server.send("PUT", "/__admin/snapshot", taken | {"rules": taken["rules"] | {"events": [events]}})
    assert (refused.status, json.loads(refused.body)["field"]) == (400, "rules.events[0].times")
    assert server.book().status == 200


def test_a_request_is_answered_even_if_its_rule_has_no_memory_left_to_count_it() -> None:
    server = Server("[{name: a, per: phone, after: {operation: availability, count: 2}, then: hang}]")
    allowance = server.session.allowance
    assert server.free(1)[0] == NINE
    allowance.add(allowance.size - allowance.used)
    assert server.free(1)[0] == NINE
    events = server.session.engine.export_state().callers.events
    assert [len(times) for _, _, times, _ in events] == [1]


def test_slots_that_are_filled_twice_stay_full_until_the_later_end() -> None:
    server = Server("[{name: a, when: {operation: schedule}, then: {fault: fill_slots, slots: day, for: 10m}}]", HOURLY)
    assert server.book(desired=TEN).status == 400
    server.session.advance(5 * MINUTE)
    assert server.book(desired=TEN).status == 400
    assert [block.until for block in server.session.bookings.calendar(_sales(server)).blocks] == [
        parse_instant(NOW) + 15 * MINUTE
    ]


def _sales(server: Server) -> Service:
    return server.session.bookings.service("sales")


def test_a_call_without_a_drawn_outcome_has_no_reason() -> None:
    server = Server("[]", "{lifecycle: {outcome: {NO_ANSWER: 0%}}}")
    assert _sales(server).lifecycle.reason_of("any") is None
