import json
from typing import Any

import pytest

from mockgms.api.admin.explain import DescribedRequest
from tests.api.admin.explaining import ANN, CLOCK, FORM, NO_RULE_ASKED, RULES, SLOT, TEN, V1, ExplainingApi

TOO_LONG = "characters, so the server would refuse the request"
NOW_CLOCK = CLOCK.replace("was", "is")


@pytest.fixture
def api() -> ExplainingApi:
    return ExplainingApi()


def state(api: ExplainingApi) -> list[object]:
    """Return all visible state of a session."""
    return [
        json.loads(api.send("GET", f"/__admin/{what}").body)
        for what in ("callbacks", "rules", "requests", "clock", "coverage", "services", "slots?service=sales")
    ]


def test_a_described_request_is_explained_and_changes_nothing(api: ExplainingApi) -> None:
    api.send("POST", V1, f"{ANN}&{TEN}")
    before = state(api)
    fields = {"_customer_number": "+15550001234", "_desired_time": "2026-03-02T10:00:00Z"}
    explanation = api.what_if(method="POST", path=V1, fields=fields)
    assert explanation["id"] is None
    assert explanation["paragraph"] == (
        f"Would be answered with 200. {SLOT} has 1 of 2 seats booked, and would have 2. {RULES} "
        "The clock is frozen at Mon 2 March 2026 08:55 (UTC)."
    )
    assert state(api) == before
    assert api.what_if(method="POST", path=V1, fields=fields) == explanation
    assert api.send("POST", V1, f"{ANN}&{TEN}").body.decode() == explanation["answer"]["body"]


def test_a_described_request_that_would_be_refused_is_explained(api: ExplainingApi) -> None:
    for _ in range(2):
        api.send("POST", V1, f"{ANN}&{TEN}")
    explanation = api.what_if(method="POST", path=V1, body=f"{ANN}&{TEN}", headers=FORM)
    assert (explanation["refusal"], explanation["answer"]["status"]) == ("slot_full", 400)
    full = "the slot Mon 2 March 2026 11:00 (Europe/Paris) of sales is full (2 of 2 booked)"
    assert explanation["paragraph"] == f"Would be refused with 400 because {full}. {RULES} {NOW_CLOCK}"


def test_a_described_request_changes_neither_rate_limits_nor_counts_of_rules() -> None:
    rule = "{name: r, times: 1, then: {fault: rate_limit, limit: 5, per: 1m}}"
    api = ExplainingApi(f"description: x\nrules: [{rule}]")
    for _ in range(2):
        explanation = api.what_if(method="GET", path=V1)
        assert explanation["rate_limit"] == {"rule": "r", "limit": 5, "left_before": 5, "left_after": 4, "full_in": 12}
    api.send("GET", V1)
    assert api.why()["rate_limit"]["left_after"] == 4


def test_a_described_request_uses_the_present_level_of_a_rate_limit() -> None:
    rule = "{name: r, then: {fault: rate_limit, limit: 5, per: 1m}}"
    api = ExplainingApi(f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{rule}]")
    api.send("GET", V1)
    for _ in range(2):
        assert api.what_if(method="GET", path=V1)["rate_limit"]["left_after"] == 3


def test_a_virtual_delay_of_a_described_request_does_not_advance_the_clock(api: ExplainingApi) -> None:
    explanation = api.what_if(method="GET", path=V1)
    assert explanation["answer"]["at"] == "2026-03-02T08:55:02.000Z"
    assert explanation["paragraph"] == (
        "Would be answered with 200, affected by the rule once (delay). Rule number did not match: there is no phone to"
        " match +1400*. Rule key did not match: there is no api_key to match ***. Rule once fired: match 1."
        f" {NOW_CLOCK}"
    )
    assert json.loads(api.send("GET", "/__admin/clock").body)["now"] == "2026-03-02T08:55:00.000Z"


def test_a_described_request_that_would_get_no_answer_is_explained(api: ExplainingApi) -> None:
    explanation = api.what_if(method="GET", path=f"{V1}?__fault=hang")
    assert explanation["paragraph"] == (
        f"The request would get no answer: the fault that the request asked for (hang). {NO_RULE_ASKED} {NOW_CLOCK}"
    )
    assert explanation["answer"] is None


def test_a_described_request_uses_the_present_limits_callbacks_and_closed_slots(api: ExplainingApi) -> None:
    busy = V1.replace("sales", "busy")
    id = json.loads(api.send("POST", busy, ANN).body)["_id"]
    api.send("PUT", "/__admin/slots", '{"service": "sales", "start": "2026-03-02T10:00:00Z", "closed": true}')
    assert api.what_if(method="DELETE", path=f"{busy}/{id}")["answer"]["status"] == 200
    assert api.what_if(method="POST", path=busy, fields={"_customer_number": "1"})["limits"][2]["before"] == 1
    closed = api.what_if(method="POST", path=V1, body=f"{ANN}&{TEN}", headers=FORM)
    assert closed["refusal"] == "office_closed"
    assert api.send("DELETE", f"{busy}/{id}").status == 200


@pytest.mark.parametrize(
    ("described", "query"),
    [
        ({"path": f"/s/default{V1}?a=1&b=2"}, "a=1&b=2"),
        ({"path": V1, "query": "a=1&b=2"}, "a=1&b=2"),
        ({"path": V1, "query": {"a": "1", "b": ["2", "3"]}, "method": "HEAD"}, "a=1&b=2&b=3"),
        ({"path": "/genesys/1/service/callback/sal es"}, ""),
    ],
)
def test_the_query_can_be_in_the_path_or_in_its_own_field(
    api: ExplainingApi, described: dict[str, Any], query: str
) -> None:
    explanation = api.what_if(**{"method": "GET", **described})
    assert (explanation["operation"], explanation["answer"]["status"]) == ("v1.find", 200)


def test_described_fields_are_sent_as_json_or_as_a_form(api: ExplainingApi) -> None:
    fields = {"serviceName": "sales", "phoneNumber": "+15550001234", "userData": {"a": "b"}}
    explanation = api.what_if(method="POST", path="/callbacks/create", fields=fields)
    assert (explanation["operation"], explanation["answer"]["status"]) == ("v3.schedule", 200)
    as_form = {"serviceName": "sales", "phoneNumber": "+15550001234", "userData[a]": "b"}
    explanation = api.what_if(method="POST", path="/callbacks/create", fields=as_form, headers=FORM)
    assert (explanation["operation"], explanation["answer"]["status"]) == ("v3.schedule", 200)


@pytest.mark.parametrize(
    ("described", "field", "message"),
    [
        (
            '{"method": "GET", "path": "/", "fields": {"a": ' + "[" * 5_000 + "]" * 5_000 + "}}",
            "body",
            "body has too many objects or lists inside each other: send fewer levels",
        ),
        ("x", "body", f"body must be JSON, such as {DescribedRequest.example}: invalid character (byte 0)"),
        ({}, "method", f"method is required: write {DescribedRequest.example}"),
        ({"method": "SEND", "path": V1}, "method", "method must be DELETE, GET, HEAD, PATCH, POST or PUT, not 'SEND'"),
        (
            {"method": "GET", "path": 1},
            "path",
            'path must be text, not a whole number: write "/genesys/1/service/callback/sales/availability"',
        ),
        ({"method": "GET", "path": "x"}, "path", "path must begin with a /"),
        ({"method": "GET", "path": "/__admin/reset"}, "path", "path is not a path of the mocked API"),
        (
            {"method": "GET", "path": f"/s/other{V1}"},
            "path",
            "path does not belong to the session default: request the explanation in its own session",
        ),
        ({"method": "GET", "path": f"/{'x' * 16_384}"}, "path", f"path is longer than 16384 {TOO_LONG}"),
        (
            {"method": "GET", "path": "/x", "query": {"a": "é" * 2_731}},
            "query",
            f"query is longer than 16384 {TOO_LONG}",
        ),
        (
            {"method": "GET", "path": "/x", "headers": {"a": "x" * 131_072}},
            "headers",
            f"headers are longer than 131072 {TOO_LONG}",
        ),
        ({"method": "GET", "path": "/x?a=1", "query": "b=1"}, "query", "query is already in the path"),
        (
            {"method": "POST", "path": V1, "body": "", "fields": {}},
            "fields",
            "fields cannot be sent together with a body",
        ),
        (
            {"method": "POST", "path": V1, "headers": FORM, "fields": {"a": {}}},
            "fields.a",
            "fields.a must be text in a form: write nested names as a[b]",
        ),
    ],
)
def test_an_invalid_description_names_its_field(
    api: ExplainingApi, described: object, field: str, message: str
) -> None:
    body = described if isinstance(described, str) else json.dumps(described)
    reply = api.send("POST", "/__admin/explain", body)
    assert (reply.status, json.loads(reply.body)) == (400, {"message": message, "field": field})
