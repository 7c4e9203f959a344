import asyncio
import gc
import json
from collections.abc import Callable
from typing import Any
from weakref import ref

import pytest
from msgspec.structs import replace

from mockgms.api.definition import Api
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.app import assemble
from mockgms.domain.instants import MINUTE, parse_instant
from mockgms.http.messages import Reply, ReplySteps, Request, run_to_end
from mockgms.http.refusals import BodyTooLarge
from mockgms.http.routing import Route
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.session import Session, Sessions
from tests.live import dispatcher_of
from tests.messages import NOT_A_SESSION_ID

Send = Callable[..., Reply]

SCENARIO = Scenario(
    name="test",
    description="For a test.",
    clock=ClockStart(parse_instant("2026-03-02T08:55:00.000Z"), frozen=True),
)


@pytest.fixture
def send() -> Send:
    """Return a function that sends requests to one dispatcher."""
    dispatcher = dispatcher_of(SCENARIO)

    def send(method: str, path: str, body: object = None, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = b"" if body is None else json.dumps(body).encode()
        return asyncio.run(dispatcher.answer(Request(method, path, "", named, sent)))

    return send


def message(reply: Reply) -> Any:
    body = json.loads(reply.body)
    return body["status"]["message"] if "status" in body else body["message"]


def book(send: Send, path: str = "", **headers: str) -> None:
    body = {"_customer_number": "+15551234"}
    assert send("POST", f"{path}/genesys/1/service/callback/sales", body, **headers).status == 200


def booked(send: Send, path: str = "") -> int:
    return len(json.loads(send("GET", f"{path}/__admin/callbacks").body))


def test_two_sessions_named_by_the_base_path_share_no_callbacks(send: Send) -> None:
    book(send, "/s/one")
    assert (booked(send, "/s/one"), booked(send, "/s/two"), booked(send)) == (1, 0, 0)


def test_the_session_header_names_the_same_session_as_the_base_path(send: Send) -> None:
    book(send, x_mockgms_session="one")
    assert (booked(send, "/s/one"), booked(send)) == (1, 0)


def test_the_base_path_takes_precedence_over_the_session_header(send: Send) -> None:
    book(send, "/s/one", x_mockgms_session="two")
    assert (booked(send, "/s/one"), booked(send, "/s/two")) == (1, 0)


def test_a_request_without_a_session_uses_the_default_session(send: Send) -> None:
    book(send)
    assert (booked(send), booked(send, "/s/default")) == (1, 1)


@pytest.mark.parametrize("id", ["", "a%20b", "-x", "x" * 65, "ü"])
def test_a_session_id_with_other_characters_or_more_than_64_of_them_is_refused(send: Send, id: str) -> None:
    reply = send("GET", f"/s/{id}/genesys/1/service/callback/sales/availability")
    assert reply.status == 400
    assert message(reply) == f"Invalid parameter: session {NOT_A_SESSION_ID}."


def test_each_session_has_its_own_clock(send: Send) -> None:
    send("POST", "/s/one/__admin/clock/advance", {"by": "15m"})
    assert json.loads(send("GET", "/s/one/__admin/clock").body) == {"now": "2026-03-02T09:10:00.000Z", "frozen": True}
    assert json.loads(send("GET", "/__admin/clock").body) == {"now": "2026-03-02T08:55:00.000Z", "frozen": True}


def test_an_unreadable_body_is_refused_in_the_dialect_of_its_session() -> None:
    dispatcher = dispatcher_of(SCENARIO)
    asyncio.run(dispatcher.answer(Request("PUT", "/s/one/__admin/scenario", body=b'description: x\ndialect: "8.5.1"')))
    request = Request("POST", "/s/one/genesys/1/service/callback/sales")
    reply = dispatcher.refuse(request, BodyTooLarge(10))
    assert json.loads(reply.body) == {
        "exception": "com.genesyslab.gsg.GSGException",
        "message": "The body has more than 10 bytes.",
    }


def test_an_unreadable_body_without_a_valid_session_is_refused_in_the_default_dialect() -> None:
    reply = dispatcher_of(SCENARIO).refuse(Request("POST", "/s/-/genesys/1/service/callback/sales"), BodyTooLarge(10))
    assert json.loads(reply.body)["phrase"] == "BODY_TOO_LARGE"


def test_the_base_path_of_a_session_without_a_slash_redirects_to_its_root(send: Send) -> None:
    reply = send("GET", "/s/one")
    assert (reply.status, dict(reply.headers)["Location"]) == (307, "one/")
    refused = send("POST", "/s/one")
    assert (refused.status, b"GET /" in refused.body) == (405, True)


def test_the_admin_api_has_cors_even_if_the_scenario_switches_it_off() -> None:
    dispatcher = dispatcher_of(Scenario(name="test", description="For a test.", cors=False))
    headers = {"origin": "http://localhost:3000", "access-control-request-method": "PUT"}
    reply = asyncio.run(dispatcher.answer(Request("OPTIONS", "/__admin/scenario", "", headers)))
    assert (reply.status, dict(reply.headers)["Access-Control-Allow-Origin"]) == (204, "http://localhost:3000")


@pytest.mark.parametrize("headers_size", [None, 100, 100_000])
def test_a_slow_condition_on_a_header_holds_whether_or_not_the_headers_were_measured(headers_size: int | None) -> None:
    rule = '{name: slow, when: {header: {X-A: "/(?:a?){300}b/"}}, then: server_error}'
    dispatcher = dispatcher_of(Catalog().parse(f"description: For a test.\nrules: [{rule}]"))
    path = "/genesys/1/service/callback/sales"
    sent = [Request("POST", path, "", {"x-a": value}, headers_size=headers_size) for value in ("aab", "aa")]
    assert [asyncio.run(dispatcher.answer(each)).status for each in sent] == [500, 400]


def test_the_date_header_has_the_time_of_the_session(send: Send) -> None:
    send("PUT", "/s/one/__admin/clock", {"now": "2030-01-01T00:00:00Z"})
    assert ("Date", "Tue, 01 Jan 2030 00:00:00 GMT") in send("GET", "/s/one/__admin/health").headers
    assert ("Date", "Mon, 02 Mar 2026 08:55:00 GMT") in send("GET", "/__admin/health").headers


@pytest.mark.parametrize(
    ("path", "nearest", "api"),
    [
        ("/genesys/1/service/calback/sales", "POST /genesys/1/service/callback/{name}", "v1"),
        ("/genesis/1/service/callback/sales", "POST /genesys/1/service/callback/{name}", "v1"),
        ("/callbacks/crate", "POST /callbacks/create", "v3"),
        ("/callbacks//create", "POST /callbacks/create", "v3"),
        ("/engagement/v3/callbacks/crate", "POST /engagement/v3/callbacks/create", "v3"),
        ("/__admin/rest", "POST /__admin/reset", "admin"),
    ],
)
def test_an_unknown_path_is_a_404_that_names_the_most_similar_route(
    send: Send, path: str, nearest: str, api: str
) -> None:
    reply = send("POST", path)
    assert reply.status == 404
    assert nearest in message(reply)
    members = {"v1": {"exception", "message", "code", "phrase"}, "v3": {"status"}, "admin": {"message"}}
    assert set(json.loads(reply.body)) == members[api]


def test_a_wrong_method_is_a_405_that_names_the_allowed_methods(send: Send) -> None:
    reply = send("GET", "/callbacks/create")
    assert reply.status == 405
    assert ("Allow", "POST, OPTIONS") in reply.headers
    assert "POST /callbacks/create" in message(reply)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/callbacks/create", 405), ("/nowhere", 404), ("/__admin/nowhere", 404), ("/genesys/1/nowhere", 404)],
)
def test_refusals_have_the_cors_headers(send: Send, path: str, status: int) -> None:
    reply = send("GET", path, origin="http://localhost:3000")
    assert reply.status == status
    assert ("Access-Control-Allow-Origin", "http://localhost:3000") in reply.headers


def test_if_the_scenario_switches_cors_off_a_preflight_is_a_405_without_cors_headers() -> None:
    dispatcher = dispatcher_of(Scenario(name="test", description="For a test.", cors=False))
    headers = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    reply = asyncio.run(dispatcher.answer(Request("OPTIONS", "/callbacks/create", "", headers)))
    assert reply.status == 405
    assert {name for name, _ in reply.headers} == {"Allow", "Date", "X-Content-Type-Options"}


def test_an_internal_error_is_a_500_in_the_format_of_its_api_with_the_traceback_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def divide(*_: object) -> Reply:
        raise ZeroDivisionError

    broken = Api(("/callbacks",), (Route("GET", "/broken", "broken", divide),), GES.render_refusal, GES.admit)
    reply = asyncio.run(Dispatcher(Sessions(SCENARIO), (broken,)).answer(Request("GET", "/callbacks/broken")))
    assert reply.status == 500
    assert json.loads(reply.body)["status"]["code"] == 500
    assert "ZeroDivisionError" not in reply.body.decode()
    assert "ZeroDivisionError" in caplog.text


V1_PATH = "/genesys/1/service/callback/sales/availability"
POLLING = {"x-tenant": "a"}  # one mapping for all requests, as for those of one client
RULES_FOR_QUERIES = """
description: Rules, none of which matches a query without parameters now.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
rules:
  - {name: later, when: {operation: availability}, during: {from: 2026-03-02T09:00:00Z}, then: server_error}
  - {name: tenant, when: {header: {X-Tenant: b}}, then: throttle}
  - {name: page, when: {query: {page: "2"}}, then: {fault: server_error, status: 503}}
  - {name: place, when: {operation: queue_position, service: sales}, then: server_error}
"""


@pytest.mark.parametrize(
    ("query", "headers", "body", "minutes", "rule"),
    [
        ("", POLLING, b"", 0, None),
        ("", {"x-tenant": "b"}, b"", 0, "tenant"),
        ("page=2", POLLING, b"", 0, "page"),
        ("", POLLING, b"", 6, "later"),
        ("__fault=garbage", POLLING, b"", 0, "asked:garbage"),
        ("", {"x-tenant": "a", "x-mockgms-fault": "empty"}, b"", 0, "asked:empty"),
        ("", POLLING, b"{}", 0, None),
    ],
)
def test_a_query_meets_its_rules_after_similar_ones_have_met_none(
    query: str, headers: dict[str, str], body: bytes, minutes: int, rule: str | None
) -> None:
    dispatcher = dispatcher_of(Catalog().parse(RULES_FOR_QUERIES))
    for _ in range(3):
        assert answer(dispatcher, V1_PATH, POLLING).status == 200
    dispatcher.sessions.default.clock.advance(minutes * MINUTE)
    reply = asyncio.run(dispatcher.answer(Request("GET", V1_PATH, query, headers, body)))
    assert dict(reply.headers).get("X-Mockgms-Rule") == rule


def test_a_query_by_id_meets_the_rules_for_its_callback_as_soon_as_that_is_booked() -> None:
    booking = Request("POST", "/genesys/1/service/callback/sales", "", POLLING, b'{"_customer_number": "+15551234"}')
    first, second = (dispatcher_of(Catalog().parse(RULES_FOR_QUERIES)) for _ in range(2))
    id = json.loads(asyncio.run(first.answer(booking)).body)["_id"]
    path = f"/genesys/1/service/{id}/check-queue-position"
    before = [answer(second, path, POLLING).status for _ in range(2)]
    assert json.loads(asyncio.run(second.answer(replace(booking, fields={}))).body)["_id"] == id
    assert (before, answer(second, path, POLLING).status) == ([400, 400], 500)


def test_equal_queries_that_meet_no_rule_have_equal_explanations() -> None:
    dispatcher = dispatcher_of(Catalog().parse(RULES_FOR_QUERIES))
    for _ in range(3):
        answer(dispatcher, V1_PATH, POLLING)
    explained = [
        json.loads(answer(dispatcher, f"/__admin/requests/{number}/explain", {}).body)["rules"] for number in (1, 2, 3)
    ]
    assert [rule["name"] for rule in explained[0]] == ["later", "tenant", "page", "place"]
    assert explained[0] == explained[1] == explained[2]


LINK = '</__admin/requests/1/explain>; rel="describedby"'


def answer(dispatcher: Dispatcher, target: str, headers: dict[str, str]) -> Reply:
    path, _, query = target.partition("?")
    return asyncio.run(dispatcher.answer(Request("GET", path, query, headers)))


@pytest.mark.parametrize(
    ("path", "session", "link"),
    [
        (V1_PATH, {}, LINK),
        ("/nowhere", {}, LINK),
        (f"/s/one{V1_PATH}", {}, LINK.replace("</", "</s/one/")),
        (V1_PATH, {"x-mockgms-session": "one"}, LINK.replace("</", "</s/one/")),
    ],
)
def test_a_request_that_prefers_an_explanation_gets_a_link_to_it_and_the_same_body(
    path: str, session: dict[str, str], link: str
) -> None:
    reply = answer(dispatcher_of(SCENARIO), path, {"prefer": "explain", **session})
    plain = answer(dispatcher_of(SCENARIO), path, session)
    assert dict(reply.headers).get("Link") == link
    assert [pair for pair in reply.headers if pair[0] != "Link"] == list(plain.headers)
    assert reply.body == plain.body


def test_a_request_can_prefer_an_explanation_and_a_fault_at_once() -> None:
    reply = answer(dispatcher_of(SCENARIO), V1_PATH, {"prefer": "explain, code=429"})
    assert (reply.status, ("Link", LINK) in reply.headers) == (429, True)


def test_without_a_journal_no_answer_links_to_an_explanation() -> None:
    dispatcher = assemble(SCENARIO, Catalog([]), entries=0)
    for path in (V1_PATH, f"{V1_PATH}?__fault=slot_conflict", f"{V1_PATH}?start=x", "/nowhere", "/__admin/health"):
        assert "Link" not in dict(answer(dispatcher, path, {"prefer": "explain"}).headers)
    dispatcher.refuse(Request("POST", "/"), BodyTooLarge(9))


def test_a_forgotten_session_is_freed_from_memory_at_once() -> None:
    catalog = Catalog()
    rule = "{name: other, when: {service: other}, then: hang}"
    dispatcher = assemble(catalog.parse(f"description: For a test.\nextends: default\nrules: [{rule}]"), catalog)

    def ask(method: str, path: str, body: bytes = b"", fault: str | None = None) -> None:
        headers = {} if fault is None else {"x-mockgms-fault": fault}
        asyncio.run(dispatcher.answer(Request(method, path, headers=headers, body=body)))

    ask("POST", "/s/one/callbacks/create", b'{"serviceName": "sales", "phoneNumber": "+14155550123"}')
    ask("POST", "/s/one/callbacks/create", b'{"serviceName": "sales", "phoneNumber": "+14005550123"}')
    ask("GET", "/s/one/callbacks/availability/sales", fault="server_error")
    ask("GET", "/s/one/callbacks/unknown")
    ask("GET", "/s/one/callbacks/availability/sales")
    session = dispatcher.sessions.get("one")
    references = [ref(each) for each in (session, session.bookings, session.engine, session.journal)]
    del session
    ask("DELETE", "/__admin/sessions/one")
    assert [reference() for reference in references] == [None] * 4


def test_a_dry_run_of_a_query_leaves_no_copy_of_the_session_in_memory() -> None:
    dispatcher = assemble(Catalog().parse(RULES_FOR_QUERIES), Catalog())
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(each, Session) for each in gc.get_objects())
        run_to_end(dispatcher.dry_run(Request("GET", V1_PATH, "", POLLING), dispatcher.sessions.default))
        assert sum(isinstance(each, Session) for each in gc.get_objects()) == before
    finally:
        gc.enable()


async def test_rules_apply_to_requests_without_a_journal() -> None:
    scenario = Catalog().parse("description: x\nrules: [{name: once, times: 1, then: {fault: server_error}}]")
    dispatcher = assemble(scenario, Catalog([]), entries=0)
    statuses = [(await dispatcher.answer(Request("GET", "/callbacks/open-for/sales"))).status for _ in range(2)]
    assert statuses == [500, 200]


async def test_a_rule_that_does_not_match_changes_nothing_without_a_journal() -> None:
    rule = "{name: other, when: {service: support}, then: {fault: server_error}}"
    dispatcher = assemble(Catalog().parse(f"description: x\nrules: [{rule}]"), Catalog([]), entries=0)
    assert (await dispatcher.answer(Request("GET", "/callbacks/open-for/sales"))).status == 200


class LongOperations:
    """A dispatcher with long operations: `wait` takes until `release` is called."""

    def __init__(self) -> None:
        self.released = False
        self.closed = 0
        routes = (
            Route("GET", "/wait", "x.wait", lambda *_: self._wait()),
            Route("GET", "/refuse", "x.refuse", lambda *_: self._refuse()),
            Route("GET", "/release", "x.release", lambda *_: self._release()),
        )
        api = Api(("/x",), routes, lambda refusal, _: Reply(400, str(refusal).encode()), lambda *_: None)
        self.dispatcher = Dispatcher(Sessions(SCENARIO), (api,))

    async def get(self, name: str) -> Reply:
        return await self.dispatcher.answer(Request("GET", f"/x/{name}"))

    def _wait(self) -> ReplySteps:
        try:
            while not self.released:
                yield
            return Reply(200, b"waited")
        finally:
            self.closed += 1

    def _refuse(self) -> ReplySteps:
        yield
        raise BodyTooLarge(7)

    def _release(self) -> Reply:
        self.released = True
        return Reply(200, b"released")


async def test_other_requests_are_answered_between_the_steps_of_long_operations() -> None:
    long = LongOperations()
    waiting = [asyncio.create_task(long.get("wait")) for _ in range(3)]
    await asyncio.sleep(0)
    assert (await long.get("release")).body == b"released"
    assert [(await each).body for each in waiting] == [b"waited"] * 3


async def test_a_refusal_after_the_first_step_of_a_long_operation_is_answered() -> None:
    assert (await LongOperations().get("refuse")).status == 400


async def test_a_long_operation_ends_when_its_client_disconnects() -> None:
    long = LongOperations()
    waiting = [asyncio.create_task(long.get("wait")) for _ in range(2)]
    await asyncio.sleep(0)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert [each.cancelled() for each in waiting] == [True, True]
    assert long.closed == 1  # the other one had not begun
