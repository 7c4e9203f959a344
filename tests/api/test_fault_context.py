"""The effects of faults on one request and its answer, through the dispatcher."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import OfficeHours, WeeklySpan
from mockgms.domain.instants import SECOND, parse_instant
from mockgms.domain.service import Service, ThrottleWindow
from mockgms.http.messages import Reply, Request
from mockgms.scenario.courses import Fault
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.context import Closed
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.patterns import Pattern
from mockgms.scenario.rules import Rule
from tests.live import dispatcher_of
from tests.scenario.conditions import conditions_on

CLOCK = ClockStart(parse_instant("2026-03-02T08:55:00.000Z"), frozen=True)  # a Monday
TEN = "2026-03-02T10:00:00.000Z"
ONE_SEAT = Service("sales", capacity=Capacity(1))
V1 = "/genesys/1/service/callback/sales"
PERIOD = "start=2026-03-02T10:00:00Z&end=2026-03-02T10:30:00Z"


def a(fault: str, **fields: Any) -> Fault:
    created: Fault = FAULTS[fault](**fields)
    return created


def exactly(text: str) -> tuple[Pattern, ...]:
    return (Pattern(text, re.compile(rf"\A{re.escape(text)}\Z")),)


class Mock(NamedTuple):
    """A mock, and the requests of its clients."""

    answer: Callable[[Request], Any]

    def send(self, method: str, target: str, body: object = None, **headers: str) -> Reply:
        path, _, query = target.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = b"" if body is None else json.dumps(body).encode()
        reply: Reply = asyncio.run(self.answer(Request(method, path, query, named, sent)))
        return reply

    def start(self, desired: str | None = TEN, number: str = "+15551234", **headers: str) -> Reply:
        time = {} if desired is None else {"_desired_time": desired}
        return self.send("POST", V1, {"_customer_number": number, **time}, **headers)

    def create(self, desired: str | None = TEN, number: str = "+15551234", **headers: str) -> Reply:
        time = {} if desired is None else {"desiredTime": desired}
        body = {"serviceName": "sales", "phoneNumber": number, **time}
        return self.send("POST", "/callbacks/create", body, **headers)

    def booked(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.send("GET", "/__admin/callbacks").body)
        return found


def mock(*rules: Rule, service: Service = ONE_SEAT, **settings: Any) -> Mock:
    scenario = Scenario("test", "For a test.", {"sales": service}, clock=CLOCK, rules=rules, **settings)
    return Mock(dispatcher_of(scenario).answer)


def rule(*faults: Fault, operation: str = "schedule", **settings: Any) -> Rule:
    return Rule("broken", faults, conditions_on(operation=exactly(operation)), **settings)


def without_mark(reply: Reply) -> Reply:
    assert ("X-Mockgms-Rule", "broken") in reply.headers
    headers = tuple(pair for pair in reply.headers if pair[0] != "X-Mockgms-Rule")
    return Reply(reply.status, reply.body, reply.content_type, headers)


def test_without_rules_an_answer_names_no_rule() -> None:
    assert "X-Mockgms-Rule" not in dict(mock().start().headers)


def test_a_rule_for_another_operation_changes_nothing() -> None:
    assert mock(rule(a("server_error"), operation="cancel")).start() == mock().start()


@pytest.mark.parametrize("ask", [Mock.start, Mock.create])
def test_an_injected_slot_conflict_is_byte_for_byte_the_refusal_of_the_calendar(ask: Callable[[Mock], Reply]) -> None:
    full = mock()
    full.start(number="+15559999")
    injected = ask(mock(rule(a("slot_conflict"))))
    assert injected.status == 400
    assert without_mark(injected) == ask(full)


@pytest.mark.parametrize("ask", [Mock.start, Mock.create])
def test_an_injected_office_closed_is_byte_for_byte_the_refusal_of_the_calendar(ask: Callable[..., Reply]) -> None:
    mornings = Service("sales", hours=OfficeHours((WeeklySpan(frozenset(range(5)), 9 * 60, 12 * 60),)))
    one = "2026-03-02T13:00:00.000Z"
    injected = ask(mock(rule(a("office_closed")), service=mornings), one)
    assert injected.status == 400
    assert without_mark(injected) == ask(mock(service=mornings), one)


@pytest.mark.parametrize("dialect", ["8.5.1", "8.5.2"])
@pytest.mark.parametrize("ask", [Mock.start, Mock.create])
def test_an_injected_throttle_is_byte_for_byte_the_refusal_of_the_services_throttle(
    ask: Callable[..., Reply], dialect: str
) -> None:
    throttled = Service("sales", throttles=(ThrottleWindow(1, 30 * SECOND),))
    real = mock(service=throttled, dialect=dialect)
    real.start(None, "+15559999")
    injected = ask(mock(rule(a("throttle", retry_after=30 * SECOND)), service=throttled, dialect=dialect), None)
    assert ("Retry-After", "30") in injected.headers
    assert without_mark(injected) == ask(real, None)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("slot_conflict", 7041), ("office_closed", 7042)],
)
def test_availability_can_be_refused_by_a_calendar_fault(fault: str, code: int) -> None:
    broken = mock(rule(a(fault), operation="availability"))
    of_v1 = broken.send("GET", f"{V1}/availability?{PERIOD}")
    of_v3 = broken.send("GET", f"/callbacks/availability/sales?{PERIOD}")
    assert (of_v1.status, json.loads(of_v1.body)["code"]) == (400, code)
    assert (of_v3.status, json.loads(of_v3.body)["status"]["code"]) == (400, code)


@pytest.mark.parametrize("fault", ["slot_conflict", "office_closed"])
def test_a_calendar_fault_on_an_immediate_callback_proposes_other_times(fault: str) -> None:
    reply = mock(rule(a(fault))).start(None)
    assert (reply.status, "availability" in json.loads(reply.body)) == (400, True)


def test_a_slot_conflict_without_a_service_name_is_refused_as_an_unknown_service() -> None:
    reply = mock(rule(a("slot_conflict"))).send("POST", "/callbacks/create", {"phoneNumber": "+15551234"})
    assert (reply.status, json.loads(reply.body)["status"]["code"]) == (400, 7040)


@pytest.mark.parametrize("fault", ["slot_conflict", "office_closed", "rival"])
@pytest.mark.parametrize("path", ["/genesys/1/service/callback", "/genesys/1/admin/callback/watermarks"])
def test_calendar_faults_do_not_change_operations_without_a_service(fault: str, path: str) -> None:
    reply = mock(Rule("broken", (a(fault),))).send("GET", path)
    assert (reply.status, reply.body) == (200, mock().send("GET", path).body)


async def test_a_delayed_booking_is_dropped_if_its_session_is_reset_meanwhile() -> None:
    delay = rule(a("delay", by=20))
    scenario = Scenario("test", "For a test.", {"sales": ONE_SEAT}, clock=CLOCK, rules=(delay,))
    dispatcher = dispatcher_of(scenario)
    body = b'{"_customer_number": "+15551234"}'
    waiting = asyncio.create_task(
        dispatcher.answer(Request("POST", V1, "", {"content-type": "application/json"}, body))
    )
    await asyncio.sleep(0)  # so that it begins
    dispatcher.sessions.default.reset()
    assert (await waiting).delivery == Closed()
    assert len(dispatcher.sessions.default.bookings) == 0


def test_a_respond_fault_can_replace_the_date_and_cors_headers() -> None:
    headers = {"Date": "never", "access-control-allow-origin": "https://other.example"}
    reply = mock(Rule("broken", (a("respond", headers=headers),))).send("GET", V1)
    names = [name.lower() for name, _ in reply.headers]
    assert (names.count("date"), names.count("access-control-allow-origin")) == (1, 1)
    assert set(headers.items()) <= set(reply.headers)


def test_server_errors_have_the_format_of_each_api_version() -> None:
    broken = mock(rule(a("server_error", status=503, message="Out.")))
    of_v1, of_v3 = broken.start(), broken.create()
    assert (of_v1.status, json.loads(of_v1.body)) == (
        503,
        {"exception": "com.genesyslab.gsg.GSGException", "message": "Out.", "code": 503, "phrase": "FAILURE"},
    )
    assert of_v3.status == 503
    assert json.loads(of_v3.body)["status"]["message"] == "Out."
    assert broken.booked() == []


def test_the_faults_of_a_chain_happen_in_order() -> None:
    reply = mock(rule(a("delay", by=3_600_000), a("server_error")), latency="virtual").start()
    assert reply.status == 500
    assert ("Date", "Mon, 02 Mar 2026 09:55:00 GMT") in reply.headers


def test_a_fault_after_the_operation_replaces_the_answer_and_keeps_the_booking() -> None:
    broken = mock(rule(a("server_error"), times=1, phase="after"))
    assert broken.start().status == 500
    assert [callback["desired_time"] for callback in broken.booked()] == [TEN]
    assert broken.start().status == 400  # the one seat is taken by the client's own first attempt


def test_a_disconnect_before_the_operation_books_nothing() -> None:
    broken = mock(rule(a("disconnect"), times=1))
    broken.start()
    assert broken.booked() == []


def test_a_refusal_of_the_operation_is_unchanged_by_a_delay() -> None:
    broken = mock(rule(a("delay", by=1), times=1, phase="after"), latency="virtual")
    reply = broken.start("2020-01-01T00:00:00Z")
    assert (reply.status, json.loads(reply.body)["phrase"]) == (400, "TIME_PAST")


def test_rivals_take_all_seats_of_the_slot_so_that_the_calendar_refuses_the_booking() -> None:
    contested = mock(rule(a("rival"), per="phone", times=1), service=Service("sales", capacity=Capacity(3)))
    refused = contested.start()
    assert (refused.status, json.loads(refused.body)["phrase"]) == (400, "SLOT_FULL")
    assert [callback["slot"] for callback in contested.booked()] == [TEN] * 3
    assert contested.start().status == 400
    assert contested.start("2026-03-02T10:15:00.000Z").status == 200


def test_rivals_can_take_fewer_seats_than_the_slot_has() -> None:
    contested = mock(rule(a("rival", seats=1), times=1), service=Service("sales", capacity=Capacity(2)))
    assert contested.start().status == 200
    assert len(contested.booked()) == 2


def test_rivals_after_an_availability_take_the_slots_that_it_showed() -> None:
    contested = mock(rule(a("rival"), operation="availability", phase="after", times=1))
    shown = contested.send("GET", f"{V1}/availability?{PERIOD}")
    assert json.loads(shown.body) == {TEN: 1, "2026-03-02T10:15:00.000Z": 1}
    assert contested.start().status == 400
    assert contested.start("2026-03-02T10:30:00.000Z").status == 200


def test_a_single_rival_takes_all_the_seats_of_a_large_slot() -> None:
    large = Service("sales", capacity=Capacity(1_000_000))
    contested = mock(rule(a("rival"), operation="availability", phase="after", times=1), service=large)
    contested.send("GET", f"{V1}/availability?{PERIOD}")
    assert [callback["slot"] for callback in contested.booked()] == [TEN, "2026-03-02T10:15:00.000Z"]
    assert json.loads(contested.start().body)["phrase"] == "SLOT_FULL"
    rival = contested.booked()[0]["id"]
    assert contested.send("DELETE", f"{V1}/{rival}").status == 200
    shown = contested.send("GET", f"{V1}/availability?{PERIOD}")
    assert json.loads(shown.body) == {TEN: 1_000_000}


def test_rivals_do_not_affect_an_immediate_callback() -> None:
    contested = mock(rule(a("rival")))
    assert contested.start(None).status == 200
    assert len(contested.booked()) == 1


def test_two_equal_rate_limits_of_one_rule_are_counted_separately() -> None:
    limits = tuple(a("rate_limit", limit=1, per=60_000) for _ in range(2))
    assert mock(Rule("broken", limits)).start().status == 200


def test_rate_limit_headers_are_on_successful_answers_too() -> None:
    limited = mock(Rule("broken", (a("rate_limit", limit=2, per=60_000),)))
    first, second, third = limited.start(), limited.start(None), limited.start(None)
    assert [reply.status for reply in (first, second, third)] == [200, 200, 429]
    assert ("X-RateLimit-Remaining", "1") in first.headers
    assert ("X-RateLimit-Remaining", "0") in second.headers
    assert ("X-RateLimit-Limit", "2") in third.headers


def test_a_rule_per_phone_can_fail_the_second_attempt_of_each_customer() -> None:
    flaky = mock(rule(a("server_error"), per="phone", skip=1, times=1), service=Service("sales"))
    statuses = [flaky.start(None, number).status for number in ("+1555", "+1556", "+1555", "+1556", "+1555")]
    assert statuses == [200, 200, 500, 500, 200]


def test_a_reset_restarts_the_counts_of_the_rules() -> None:
    flaky = mock(rule(a("server_error"), times=1))
    assert flaky.start(None).status == 500
    flaky.send("POST", "/__admin/reset")
    assert flaky.start(None).status == 500


def test_rules_do_not_apply_to_admin_requests() -> None:
    broken = mock(Rule("broken", (a("server_error"),)))
    assert broken.send("GET", "/__admin/health").status == 200


def test_the_counts_of_a_rule_are_kept_per_session() -> None:
    flaky = mock(rule(a("server_error"), times=1))
    by_session = [flaky.start(None, x_mockgms_session=name).status for name in ("one", "two", "one", "two")]
    assert by_session == [500, 500, 200, 200]


def test_rivals_do_not_change_a_full_slot() -> None:
    contested = mock(rule(a("rival"), skip=1))
    assert (contested.start().status, contested.start(number="+15551235").status) == (200, 400)
    assert [callback["slot"] for callback in contested.booked()] == [TEN]
