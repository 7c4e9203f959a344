import asyncio
import json
from typing import Any

import pytest

from mockgms.api.admin.verify import Expectations
from mockgms.domain.service import NumberChecks, Service
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import ClockStart, Scenario
from tests.api.admin.api import Api
from tests.conftest import NOW
from tests.live import dispatcher_of
from tests.messages import NOT_A_FLAG, NOT_A_REGEX, NOT_A_STATUS

V1 = "/genesys/1/service/callback/sales"


class VerifyingApi(Api):
    """A dispatcher whose requests are verified."""

    def book(self, phone: str, query: str = "", **fields: Any) -> Any:
        return json.loads(self.send("POST", V1 + query, {"_customer_number": phone, **fields}).body)

    def verify(self, body: Any, query: str = "") -> tuple[int, Any]:
        reply = self.send("POST", f"/__admin/verify{query}", body)
        return reply.status, json.loads(reply.body)

    def fails(self, body: Any) -> Any:
        status, result = self.verify(body)
        assert (status, result["verified"]) == (409, False)
        return result

    def holds(self, body: Any) -> None:
        status, result = self.verify(body)
        assert (status, result["verified"]) == (200, True), result


def started(**settings: Any) -> VerifyingApi:
    clock = ClockStart(NOW, frozen=True)
    return VerifyingApi(dispatcher_of(Scenario(name="test", description="For a test.", clock=clock, **settings)))


@pytest.fixture
def api() -> VerifyingApi:
    return started()


def test_an_expected_request_is_verified(api: VerifyingApi) -> None:
    api.book("+14155550101")
    assert api.verify({"request": {"operation": "schedule", "phone": "+14155550101"}, "exactly": 1}) == (
        200,
        {"verified": True, "requests": 1, "dropped": 0},
    )


def test_a_missing_request_fails_with_the_most_similar_one_and_masked_numbers(api: VerifyingApi) -> None:
    api.book("+14155550101")
    expected = {"request": {"operation": "schedule", "phone": "+14155550102"}, "exactly": 1}
    assert api.verify(expected) == (
        409,
        {
            "verified": False,
            "check": "request",
            "message": "No request with operation schedule, phone +1415***0102 came; expected exactly 1.",
            "certain": True,
            "nearest": [{"request": 1, "differs": ["phone is +1415***0101, not +1415***0102"]}],
            "dropped": 0,
        },
    )
    _, failure = api.verify(expected, "?unmasked=true")
    assert failure["message"] == "No request with operation schedule, phone +14155550102 came; expected exactly 1."
    assert failure["nearest"] == [{"request": 1, "differs": ["phone is +14155550101, not +14155550102"]}]


def test_numbers_without_a_plus_are_masked_but_patterns_are_not(api: VerifyingApi) -> None:
    api.book("14155550101", firstname="Ann")
    expected = {"phone": ["+49*", "14155550102"], "fields": {"_customer_number": 14155550102, "firstname": "Bob"}}
    failure = api.fails({"request": expected})
    assert failure["message"] == (
        "No request with phone +49* or 1415***0102, field _customer_number 1415***0102, field firstname Bob came; "
        "expected at least 1."
    )
    assert failure["nearest"] == [
        {
            "request": 1,
            "differs": [
                "phone is 1415***0101, not +49* or 1415***0102",
                "field _customer_number is 1415***0101, not 1415***0102",
                "field firstname is Ann, not Bob",
            ],
        }
    ]


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"operation": ["cancel", "schedule"]},
        {"version": "v3", "service": "sal*", "phone": "/0101$/"},
        {"status": 429},
        {"status": "42?"},
        {"status": ["5xx", "4xx"], "path": "/callbacks/*"},
        {"fault": "throttle", "rule": "asked:*"},
        {"method": "POST", "path": "/callbacks/*"},
        {"fields": {"userData": {"level": "gold"}}},
        {"fields": {"userData.vip": True, "userData.tags": "new", "count": 3}},
        {"header": {"X-Test": "one"}},
        {"query": {"__fault": "throttle"}},
    ],
)
def test_a_request_can_be_verified_by_any_of_its_facts(api: VerifyingApi, expected: dict[str, Any]) -> None:
    api.send("GET", "/nowhere")
    body = {
        "serviceName": "sales",
        "phoneNumber": "+14155550101",
        "userData": {"level": "gold", "vip": True, "tags": ["old", "new"]},
        "count": 3,
    }
    request = Request("POST", "/callbacks/create", "__fault=throttle", {"x-test": "one"}, json.dumps(body).encode())
    asyncio.run(api.dispatcher.answer(request))
    api.holds({"request": expected, "exactly": 1} if expected else {"request": {}, "at_least": 2, "at_most": 2})


def test_the_order_of_requests_is_verified(api: VerifyingApi) -> None:
    api.book("+14155550101")
    api.send("GET", f"{V1}/availability")
    api.book("+14155550102")
    availability = {"operation": "availability"}
    api.holds({"order": [{"phone": "+14155550101"}, {"phone": "+14155550102"}]})
    failure = api.fails({"order": [{"phone": "+14155550102"}, availability]})
    assert (failure["check"], failure["message"]) == (
        "order",
        "Number 2 of the order, operation availability, did not come after request 3.",
    )
    assert failure["nearest"][0] == {"request": 2, "differs": ["it came no later than request 3"]}


@pytest.mark.parametrize("fault", ["throttle", "{fault: throttle, form: http_date}"])
def test_a_retry_before_the_end_of_retry_after_fails(api: VerifyingApi, fault: str) -> None:
    check = {"no_retry_before_retry_after": True}
    api.book("+14155550101", f"?__fault={fault}")
    api.send("POST", "/__admin/clock/advance", {"by": "10s"})
    api.book("+14155550102")
    api.holds(check)
    api.book("+1 (415) 555-0101")
    failure = api.fails(check)
    sentence = "came 10 s after the answer to request 1, whose Retry-After asked for 30 s"
    assert (failure["check"], failure["message"]) == ("no_retry_before_retry_after", f"Request 3 {sentence}.")
    assert failure["nearest"] == [{"request": 3, "differs": [sentence]}]


def test_a_retry_after_the_end_of_retry_after_is_verified(api: VerifyingApi) -> None:
    api.book("+14155550101", "?__fault=throttle")
    api.send("POST", "/__admin/clock/advance", {"by": "30s"})
    api.book("+14155550101")
    api.holds({"no_retry_before_retry_after": True})


def test_a_phone_that_is_booked_twice_after_a_lost_answer_fails() -> None:
    rules = Catalog().named("lost-answer-after-booking").rules
    api = started(rules=rules)
    api.book("+14155550101")
    api.holds({"each_phone_booked_at_most_once": True})
    api.book("1 415 555 0101")
    first, second = (each["id"] for each in json.loads(api.send("GET", "/__admin/callbacks").body))
    failure = api.fails({"each_phone_booked_at_most_once": True})
    message = f"+1415***0101 was booked again, as callback {second}, while it had callback {first}."
    assert (failure["check"], failure["message"]) == ("each_phone_booked_at_most_once", message)
    assert failure["nearest"] == [{"request": 2, "differs": []}, {"request": 1, "differs": []}]


def test_a_phone_can_be_booked_again_after_its_callback_is_cancelled(api: VerifyingApi) -> None:
    id = api.book("+14155550101")["_id"]
    api.send("DELETE", f"{V1}/{id}")
    api.book("+14155550101")
    api.holds({"each_phone_booked_at_most_once": True})


def test_with_a_country_a_number_with_and_without_its_prefix_is_the_same() -> None:
    service = Service("sales", numbers=NumberChecks("US"))
    api = started(services={"sales": service}, fallback=None)
    api.book("(415) 555-0101")
    api.holds({"each_phone_booked_at_most_once": True})
    api.book("+14155550101")
    api.fails({"each_phone_booked_at_most_once": True})


def test_a_retry_for_an_unknown_service_is_recognised() -> None:
    api = started(fallback=None)
    api.book("+14155550101", "?__fault={fault: respond, status: 503, headers: {Retry-After: '30'}, body: '0'}")
    api.book("+14155550101")
    api.fails({"no_retry_before_retry_after": True})


@pytest.mark.slow
def test_the_result_says_how_many_requests_the_journal_has_dropped(api: VerifyingApi) -> None:
    for _ in range(1_001):
        api.send("GET", "/callbacks/open-for/sales")
    failure = api.fails({"request": {"operation": "open_for"}, "at_most": 2_000})
    assert (failure["certain"], failure["dropped"], failure["nearest"]) == (False, 1, [])
    assert api.verify({"request": {}}) == (200, {"verified": True, "requests": 1_000, "dropped": 1})
    api.send("DELETE", "/__admin/requests")
    api.holds({"request": {}, "exactly": 0})


def test_the_first_failing_check_is_named(api: VerifyingApi) -> None:
    api.book("+14155550101")
    failure = api.fails({"request": {}, "order": [{}, {"status": 404}], "no_retry_before_retry_after": True})
    assert failure["check"] == "order"


NOTHING = "has no check: give a request, an order or one of the other checks"
SCALARS = "must be true or false, a whole number, a decimal number, text or a list, not null"


UNKNOWN = "is not a known field"
CHECKS = (
    "(there are: request, exactly, at_least, at_most, order, no_retry_before_retry_after,"
    " each_phone_booked_at_most_once)"
)
FILTERS = "(there are: operation, version, service, phone, status, rule, fault, method, path, fields, header, query)"


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (b"", "body", f"must be JSON, such as {Expectations.example}: it is empty"),
        (b"[]", "body", f"must be an object, not a list: write {Expectations.example}"),
        ({}, "body", NOTHING),
        ({"no_retry_before_retry_after": False}, "body", NOTHING),
        ({"exactli": 1}, "exactli", f"{UNKNOWN}, did you mean `exactly`? {CHECKS}"),
        ({"exactly": 1}, "exactly", "requires a `request` to count: {} matches any"),
        ({"request": {}, "at_least": -1}, "at_least", "must be a whole number >= 0"),
        (
            {"request": {}, "exactly": 1, "at_least": 1},
            "exactly",
            "cannot be combined with at_least or at_most: leave them out",
        ),
        ({"request": {}, "at_least": 3, "at_most": 2}, "at_most", "is less than at_least, which is 3"),
        ({"request": {"fone": "1"}}, "request.fone", f"{UNKNOWN}, did you mean `phone`? {FILTERS}"),
        ({"order": [{}, {"fone": "1"}]}, "order[1].fone", f"{UNKNOWN}, did you mean `phone`? {FILTERS}"),
        ({"request": {"order": []}}, "request.order", f"{UNKNOWN} {FILTERS}: move it to the body itself"),
        ({"order": [{}, {"exactly": 1}]}, "order[1].exactly", f"{UNKNOWN} {FILTERS}: move it to the body itself"),
        (
            {"order": [{}, {"nothing": 1}]},
            "order[1].nothing",
            f'{UNKNOWN} {FILTERS}: write {{"operation": "availability"}}',
        ),
        ({"request": {"phone": None}}, "request.phone", SCALARS),
        (
            {"request": {"header": {"a": {"b": [None]}}}},
            "request.header[...][...][0]",
            'must be true or false, a whole number, a decimal number or text, not null: write "*Chrome*"',
        ),
        ({"request": {"status": []}}, "request.status", "must be a list of length >= 1"),
        (
            {"request": {"operation": "shedule"}},
            "request.operation",
            "is wrong: 'shedule' matches no operation, did you mean `schedule`?",
        ),
        (
            {"request": {"fields": {"a": "/(/"}}},
            "request.fields.a",
            f"is wrong: /(/ {NOT_A_REGEX}(",
        ),
        (
            {"order": [{}]},
            "order",
            'must be a list of length >= 2: write [{"operation": "availability"}, {"operation": "schedule"}]',
        ),
        (
            {"order": [{}, {"status": "2"}]},
            "order[1].status",
            f"is wrong: '2' {NOT_A_STATUS}",
        ),
    ],
)
def test_an_invalid_check_names_its_field(api: VerifyingApi, body: Any, field: str, reason: str) -> None:
    assert api.verify(body) == (400, {"message": f"{field} {reason}", "field": field})


@pytest.fixture
def ruled() -> VerifyingApi:
    text = (
        "description: x\nrules: [{name: slow, when: {operation: find}, then: hang}, {name: down, then: {fault: hang}}]"
    )
    return started(rules=Catalog().parse(text, "x").rules)


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({"request": {"rule": "slo"}, "exactly": 0}, "request.rule", "'slo', did you mean `slow`?"),
        ({"request": {"rule": ["slow", "x"]}, "exactly": 0}, "request.rule", "'x' (there are: slow, down)"),
        ({"order": [{}, {"rule": "dow"}]}, "order[1].rule", "'dow', did you mean `down`?"),
        ({"request": {"rule": 8}}, "request.rule", "'8' (there are: slow, down)"),
        ({"request": {"rule": True}}, "request.rule", "'true' (there are: slow, down)"),
    ],
)
def test_a_rule_that_the_session_never_had_is_refused(ruled: VerifyingApi, body: Any, field: str, reason: str) -> None:
    message = f"{field} is wrong: there is no rule {reason}"
    assert ruled.verify(body) == (400, {"message": message, "field": field})


@pytest.mark.parametrize("rule", ["slow", ["slow", "down"], "slo*", "/slo/", "asked:hang", "armed", "gone"])
def test_a_rule_that_the_session_has_or_had_need_not_have_fired(ruled: VerifyingApi, rule: Any) -> None:
    for name in ("armed", "gone"):
        ruled.send("POST", "/__admin/rules", {"name": name, "then": "hang"})
    ruled.send("DELETE", "/__admin/rules/gone")
    ruled.send("DELETE", "/__admin/rules/slow")
    ruled.holds({"request": {"rule": rule}, "exactly": 0})


def test_any_rule_is_accepted_if_the_coverage_has_dropped_some(ruled: VerifyingApi) -> None:
    for number in range(5):
        ruled.send("POST", "/__admin/rules", {"name": f"armed-{number}", "sequence": ["hang"] * 5_000})
        ruled.send("DELETE", f"/__admin/rules/armed-{number}")
    ruled.holds({"request": {"rule": "armed-1"}, "exactly": 0})
    ruled.holds({"request": {"rule": "never"}, "exactly": 0})


def test_an_invalid_query_parameter_is_named(api: VerifyingApi) -> None:
    message = f"unmasked {NOT_A_FLAG} 'maybe'"
    assert api.verify({"request": {}}, "?unmasked=maybe") == (400, {"message": message, "field": "unmasked"})


@pytest.mark.slow
@pytest.mark.parametrize("check", ["request", "order"])
def test_patterns_that_would_take_too_long_are_refused(api: VerifyingApi, check: str) -> None:
    for number in range(20):
        api.book(f"+141555501{number:02}", note="ab" * 8_000)
    slow = {"fields": {"note": ["*a" * 450 + f"x{number}" for number in range(100)]}}
    body = {"request": slow} if check == "request" else {"order": [{}, slow]}
    message = (
        f"{check} has too many or too long patterns: comparing them with the 20 requests in the journal could take more"
        " than 10 seconds; give fewer or simpler patterns, or empty the journal earlier (DELETE /__admin/requests)"
    )
    assert api.verify(body) == (400, {"message": message, "field": check})


def test_many_patterns_over_a_short_journal_are_compared(api: VerifyingApi) -> None:
    api.book("+14155550101")
    many = {"fields": {f"name{number}": [f"*{each}*" for each in range(100)] for number in range(100)}}
    assert api.fails({"request": many})["nearest"][0]["request"] == 1
