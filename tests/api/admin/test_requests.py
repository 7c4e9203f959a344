import asyncio
import json
from typing import Any

import pytest

from mockgms.http.content_type import shown_text
from mockgms.http.messages import Request
from mockgms.http.refusals import BodyTooLarge
from mockgms.scenario.facts import OPERATIONS
from mockgms.scenario.model import Auth, ClockStart, Scenario
from tests.api.admin.api import Api
from tests.conftest import NOW
from tests.live import dispatcher_of
from tests.messages import NOT_A_FLAG, NOT_A_NUMBER

V1 = "/genesys/1/service/callback/sales"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DATE = "Mon, 02 Mar 2026 08:55:00 GMT"
CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "X-Mockgms-Rule, Link",
    "vary": "Origin",
}


def scenario(**settings: Any) -> Scenario:
    return Scenario(name="test", description="For a test.", clock=ClockStart(NOW, frozen=True), **settings)


class JournalApi(Api):
    """A dispatcher whose journal is read."""

    def ids(self, filters: str = "") -> list[int]:
        return [shown["id"] for shown in self.read(f"/__admin/requests?{filters}")["requests"]]

    def only(self, filters: str = "") -> Any:
        [shown] = self.read(f"/__admin/requests?{filters}")["requests"]
        return shown


@pytest.fixture
def api() -> JournalApi:
    return JournalApi(dispatcher_of(scenario()))


def test_the_journal_shows_a_request_and_its_answer_with_numbers_masked(api: JournalApi) -> None:
    reply = api.send("POST", V1, b"_customer_number=%2B14155550123&firstname=Ann", FORM)
    assert api.read("/__admin/requests") == {
        "requests": [
            {
                "id": 1,
                "began": "2026-03-02T08:55:00.000Z",
                "operation": "v1.schedule",
                "rule": None,
                "faults": [],
                "hints": [],
                "request": {
                    "method": "POST",
                    "path": V1,
                    "query": "",
                    "content_type": "application/x-www-form-urlencoded",
                    "headers": FORM,
                    "body": "_customer_number=%2B1415***0123&firstname=Ann",
                    "fields": {"_customer_number": "+1415***0123", "firstname": "Ann"},
                },
                "answer": {
                    "at": "2026-03-02T08:55:00.000Z",
                    "status": 200,
                    "content_type": "application/json; charset=utf-8",
                    "headers": {"date": DATE, "x-content-type-options": "nosniff", **CORS},
                    "body": reply.body.decode(),
                    "delivery": None,
                },
            }
        ],
        "found": 1,
        "dropped": 0,
    }


def test_a_summary_omits_headers_and_bodies(api: JournalApi) -> None:
    api.send("POST", f"{V1}?a=1", b"_customer_number=%2B14155550123", FORM)
    summary = {
        "id": 1,
        "began": "2026-03-02T08:55:00.000Z",
        "operation": "v1.schedule",
        "method": "POST",
        "path": V1,
        "query": "a=1",
        "service": "sales",
        "phone": "+1415***0123",
        "status": 200,
        "delivery": None,
        "reason": "Booked as soon as possible",
        "rule": None,
        "faults": [],
        "hints": [],
    }
    assert api.only("summary=true") == summary
    assert api.only("summary=true&unmasked=true") == summary | {"phone": "+14155550123"}


def test_an_unmasked_request_shows_the_number(api: JournalApi) -> None:
    api.send("POST", V1, b"_customer_number=%2B14155550123", FORM)
    shown = api.read("/__admin/requests/1?unmasked=true")
    assert shown == api.only("unmasked=true")
    assert shown["request"]["body"] == "_customer_number=%2B14155550123"
    assert shown["request"]["fields"] == {"_customer_number": "+14155550123"}


def test_numbers_and_keys_are_masked_in_bodies_queries_headers_and_answers() -> None:
    api = JournalApi(dispatcher_of(scenario(auth=Auth(api_keys=frozenset({"KEY-1234"})))))
    headers = {"x-api-key": "KEY-1234", "referer": "http://page/?key=KEY-1234"}
    api.send("POST", V1, b'{"_customer_number": 4155550123}', headers)
    api.send("GET", "/genesys/1/service/callback?_customer_number=4155550123", headers=headers)
    read = api.send("GET", "/__admin/requests").body.decode()
    assert "4155550123" not in read
    assert "KEY-1234" not in read
    _, search = json.loads(read)["requests"]
    assert search["request"]["query"] == "_customer_number=***23"
    assert search["request"]["headers"] == {"x-api-key": "***", "referer": "http://page/?key=***"}
    assert json.loads(search["answer"]["body"])[0]["_customer_number"] == "***23"


def test_an_invalid_body_has_no_fields_and_its_numbers_and_keys_are_masked(api: JournalApi) -> None:
    api.send("POST", "/callbacks/create", b'{"phoneNumber": "4155550123", "apiKey": "abc"')
    shown = api.only()
    assert shown["request"]["fields"] is None
    assert shown["request"]["body"] == '{"phoneNumber": "***23", "apiKey": "***"'
    assert shown["answer"]["status"] == 400


def test_text_that_is_not_utf_8_is_shown_with_replacement_characters(api: JournalApi) -> None:
    api.send("POST", "/caf\udce9?phone=\udce912345", b"\xff", {"x-name": "\udce9"})
    shown = api.only()["request"]
    assert (shown["path"], shown["body"], shown["headers"]) == ("/caf\ufffd", "\ufffd", {"x-name": "\ufffd"})


def test_a_request_with_a_known_mistake_has_a_hint(api: JournalApi) -> None:
    api.send("POST", V1, b"_customer_number=4155550123&desiredTime=2030-03-03T00:30:00.000Z", FORM)
    [hint] = api.only()["hints"]
    assert hint == (
        "desiredTime is sent, but no _desired_time: this asks for an immediate callback. "
        "The widget's command reads only the option desiredtime, in lower case."
    )


def test_a_request_with_an_unknown_path_has_no_operation(api: JournalApi) -> None:
    api.send("POST", "/callbacks/crate", b"userData[a]=1", FORM)
    shown = api.only()
    assert (shown["operation"], shown["answer"]["status"]) == (None, 404)
    assert shown["request"]["fields"] == {"userData": {"a": "1"}}


def test_a_request_with_an_invalid_session_is_in_the_journal_of_the_default_session(api: JournalApi) -> None:
    api.send("POST", f"/s/-{V1}")
    assert api.only()["answer"]["status"] == 400


def test_a_request_with_a_too_large_body_is_in_the_journal_of_its_session(api: JournalApi) -> None:
    api.dispatcher.refuse(Request("POST", f"/s/one{V1}"), BodyTooLarge(9))
    api.dispatcher.refuse(Request("POST", f"/s/-{V1}"), BodyTooLarge(9))
    [one] = api.read("/s/one/__admin/requests")["requests"]
    assert (one["request"]["path"], one["answer"]["status"]) == (V1, 413)
    assert json.loads(one["answer"]["body"])["code"] == 413
    assert api.only()["answer"]["status"] == 413


def test_a_request_shows_its_rule_faults_and_delivery(api: JournalApi) -> None:
    api.send("POST", f"{V1}?__fault=disconnect")
    shown = api.only()
    assert (shown["rule"], shown["faults"]) == ("asked:disconnect", ["disconnect"])
    assert shown["answer"]["delivery"] == "reset"


def test_a_request_without_an_answer_is_in_the_journal() -> None:
    dispatcher = dispatcher_of(scenario())

    async def hang() -> None:
        waiting = asyncio.create_task(dispatcher.answer(Request("POST", V1, "__fault=hang")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(hang())
    shown = JournalApi(dispatcher).only()
    assert (shown["faults"], shown["answer"]) == (["hang"], None)
    assert JournalApi(dispatcher).ids("status=200") == []


def test_neither_admin_requests_nor_preflights_are_in_the_journal(api: JournalApi) -> None:
    api.send("GET", "/__admin/health")
    api.send("GET", "/__admin/nowhere")
    api.dispatcher.refuse(Request("POST", "/__admin/reset"), BodyTooLarge(9))
    api.send("OPTIONS", V1, headers={"origin": "http://page", "access-control-request-method": "POST"})
    assert api.read("/__admin/requests") == {"requests": [], "found": 0, "dropped": 0}


def test_the_newest_requests_are_shown_oldest_first_with_the_total_number(api: JournalApi) -> None:
    for _ in range(102):
        api.send("GET", "/callbacks/open-for/sales")
    assert api.ids("limit=2") == [101, 102]
    assert api.ids() == list(range(3, 103))
    assert api.read("/__admin/requests?limit=1")["found"] == 102


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("schedul", "operation 'schedul' does not exist, did you mean `schedule`?"),
        ("v3.zzz", f"operation 'v3.zzz' does not exist (there are: {', '.join(OPERATIONS)})"),
        ("v4.schedule", "operation 'v4.schedule' does not exist, did you mean `schedule`?"),
    ],
)
def test_an_unknown_operation_is_named(api: JournalApi, operation: str, message: str) -> None:
    reply = api.send("GET", f"/__admin/requests?operation={operation}")
    assert (reply.status, json.loads(reply.body)) == (400, {"message": message, "field": "operation"})


def test_requests_are_found_by_operation_phone_and_status(api: JournalApi) -> None:
    api.send("POST", V1, b"_customer_number=%2B14155550123", FORM)
    api.send("POST", "/callbacks/create", b"serviceName=sales&phoneNumber=14155550123", FORM)
    api.send("GET", "/genesys/1/service/callback?_customer_number=%2B14155550199")
    api.send("GET", "/nowhere?number-of-days=14155550123")
    assert api.ids("operation=schedule") == [1, 2]
    assert api.ids("operation=v3.schedule") == [2]
    assert api.ids("phone=%2B1415-555-0123") == [1, 2]
    assert api.ids("phone=14155550199") == [3]
    assert api.ids("status=404") == [4]
    assert api.ids("operation=find&status=404") == []


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("limit=0", "limit", "must be 1 or more"),
        ("limit=many", "limit", f"{NOT_A_NUMBER} 'many'"),
        ("status=ok", "status", f"{NOT_A_NUMBER} 'ok'"),
        ("unmasked=yes", "unmasked", f"{NOT_A_FLAG} 'yes'"),
    ],
)
def test_an_invalid_parameter_is_named(api: JournalApi, query: str, field: str, reason: str) -> None:
    reply = api.send("GET", f"/__admin/requests?{query}")
    assert (reply.status, json.loads(reply.body)) == (400, {"message": f"{field} {reason}", "field": field})


@pytest.mark.parametrize("id", ["0", "2", "x", "-1", "²", "9" * 30])
def test_an_unknown_request_is_a_404(api: JournalApi, id: str) -> None:
    api.send("GET", "/callbacks/open-for/sales")
    reply = api.send("GET", f"/__admin/requests/{id}")
    message = f"There is no request {id}, or it was dropped for newer ones."
    assert (reply.status, json.loads(reply.body)) == (404, {"message": message})


def test_deleting_the_requests_does_not_restart_their_ids(api: JournalApi) -> None:
    api.send("GET", "/callbacks/open-for/sales")
    reply = api.send("DELETE", "/__admin/requests")
    assert (reply.status, json.loads(reply.body)) == (200, {"requests": [], "found": 0, "dropped": 0})
    assert api.ids() == []
    api.send("GET", "/callbacks/open-for/sales")
    assert api.ids() == [2]


def test_a_reset_deletes_the_requests_and_restarts_their_ids(api: JournalApi) -> None:
    api.send("GET", "/callbacks/open-for/sales")
    api.send("POST", "/__admin/reset")
    assert api.ids() == []
    api.send("GET", "/callbacks/open-for/sales")
    assert api.ids() == [1]


def test_each_session_has_its_own_requests(api: JournalApi) -> None:
    api.send("GET", "/s/one/callbacks/open-for/sales")
    assert api.ids() == []
    assert len(api.read("/s/one/__admin/requests")["requests"]) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"phoneNumber=%34%31%35%35%35%35%30%31%32%33&note=(415)+555-0123", FORM["content-type"]),
        (b'{"phoneNumber": "\\u002b1\\u0034155550123"}', "application/json"),
        (b'{"phoneNumber": "\\u002b1\\u0034155550123"', "application/json"),
        (b'{"userData": "{\\"mobile\\": \\"4155550123\\"}"}', "application/json"),
        ('{"phoneNumber": "4155550123"}'.encode("utf-16"), "application/json"),
        (b'--b\r\nContent-Disposition: form-data; name="phone"\r\n\r\n415 555 0123\r\n', "multipart/form-data"),
        (b"phoneNumber=4155550123&x=%ff", FORM["content-type"]),
        (b"<phone>(415) 555-0123</phone>", "text/xml"),
    ],
)
def test_a_number_in_any_encoding_is_masked_and_shown_unchanged_when_unmasked(
    api: JournalApi, body: bytes, kind: str
) -> None:
    headers = {"content-type": kind, "referer": "http://page/?q=415-555-0123", "x-note": "call 4155550123"}
    api.send("POST", "/callbacks/4155550123?q=415.555.0123", body, headers)
    read = api.send("GET", "/__admin/requests").body.decode()
    assert "55501" not in "".join(filter(str.isdigit, read))
    shown = api.only("unmasked=true")["request"]
    assert (shown["path"], shown["body"]) == ("/callbacks/4155550123", shown_text(body, kind))


def test_other_headers_and_ids_and_times_are_not_masked(api: JournalApi) -> None:
    headers = FORM | {"sec-ch-ua-mobile": "?0", "content-length": "1048576", "host": "localhost:8080"}
    api.send("POST", V1, b"_customer_number=%2B14155550123&_desired_time=2026-03-02T10:00:00.000Z", headers)
    masked, unmasked = api.only(), api.only("unmasked=true")
    assert masked["request"]["headers"] == headers
    assert masked["answer"] == unmasked["answer"]


@pytest.mark.slow
async def test_other_requests_are_answered_while_a_long_journal_is_read() -> None:
    dispatcher = dispatcher_of(scenario())
    for _ in range(3):
        await dispatcher.answer(Request("POST", V1, "", FORM, b"phone=4155550123&n=" + b"phone " * 20_000))
    reading = asyncio.create_task(dispatcher.answer(Request("GET", "/__admin/requests")))
    others = 0
    while not reading.done():
        await dispatcher.answer(Request("GET", "/__admin/clock"))
        await asyncio.sleep(0)
        others += 1
    assert others > 3
    assert b"4155550123" not in (await reading).body
