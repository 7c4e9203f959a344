import json
from typing import Any

import pytest

from tests.api.admin.explaining import ANN, FORM, RULES, SLOT, TEN, V1, Api


@pytest.fixture
def api() -> Api:
    return Api()


def state(api: Api) -> list[object]:
    """All that is to be seen of a session."""
    return [
        json.loads(api.send("GET", f"/__admin/{what}").body)
        for what in ("callbacks", "rules", "requests", "clock", "coverage", "services", "slots?service=sales")
    ]


def test_a_request_that_is_only_described_is_explained_and_changes_nothing(api: Api) -> None:
    api.send("POST", V1, f"{ANN}&{TEN}")
    before = state(api)
    fields = {"_customer_number": "+15550001234", "_desired_time": "2026-03-02T10:00:00Z"}
    told = api.what_if(method="POST", path=V1, fields=fields)
    assert told["id"] is None
    assert told["paragraph"] == (
        f"Would be answered with 200. {SLOT} has 1 of 2 seats booked, and would have 2. {RULES} "
        "The clock is frozen at Mon 2 March 2026 08:55 (UTC)."
    )
    assert state(api) == before
    assert api.what_if(method="POST", path=V1, fields=fields) == told
    assert api.send("POST", V1, f"{ANN}&{TEN}").body.decode() == told["answer"]["body"]


def test_what_would_be_refused_is_told(api: Api) -> None:
    for _ in range(2):
        api.send("POST", V1, f"{ANN}&{TEN}")
    told = api.what_if(method="POST", path=V1, body=f"{ANN}&{TEN}", headers=FORM)
    assert (told["refusal"], told["answer"]["status"]) == ("slot_full", 400)
    full = "the slot Mon 2 March 2026 11:00 (Europe/Paris) of sales is full (2 of 2 booked)"
    assert told["paragraph"].startswith(f"Would be refused with 400 because {full}. Rule number")


def test_what_faults_remember_and_rules_count_stays_as_it_was() -> None:
    rule = "{name: r, times: 1, then: {fault: rate_limit, limit: 5, per: 1m}}"
    api = Api(f"description: x\nrules: [{rule}]")
    for _ in range(2):
        told = api.what_if(method="GET", path=V1)
        assert told["rate_limit"] == {"rule": "r", "limit": 5, "left_before": 5, "left_after": 4, "full_in": 12}
    api.send("GET", V1)
    assert api.why()["rate_limit"]["left_after"] == 4


def test_a_rate_limit_that_is_in_use_goes_on_from_where_it_is() -> None:
    rule = "{name: r, then: {fault: rate_limit, limit: 5, per: 1m}}"
    api = Api(f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{rule}]")
    api.send("GET", V1)
    for _ in range(2):
        assert api.what_if(method="GET", path=V1)["rate_limit"]["left_after"] == 3


def test_time_passes_only_for_who_is_described(api: Api) -> None:
    told = api.what_if(method="GET", path=V1)
    assert told["answer"]["at"] == "2026-03-02T08:55:02.000Z"
    assert told["paragraph"].startswith("Would be answered with 200, affected by the rule once (delay).")
    assert json.loads(api.send("GET", "/__admin/clock").body)["now"] == "2026-03-02T08:55:00.000Z"


def test_what_would_never_be_answered_is_told(api: Api) -> None:
    told = api.what_if(method="GET", path=f"{V1}?__fault=hang")
    assert told["paragraph"].startswith(
        "It would get no answer: the fault that the request asked for (hang). No rule was tried"
    )
    assert told["answer"] is None


def test_limits_callbacks_and_closed_slots_are_those_that_there_are(api: Api) -> None:
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
def test_path_and_query_are_taken_as_they_are_written(api: Api, described: dict[str, Any], query: str) -> None:
    told = api.what_if(**{"method": "GET", **described})
    assert (told["operation"], told["answer"]["status"]) == ("v1.find", 200)


def test_fields_are_sent_as_json_or_as_a_form(api: Api) -> None:
    fields = {"serviceName": "sales", "phoneNumber": "+15550001234", "userData": {"a": "b"}}
    told = api.what_if(method="POST", path="/callbacks/create", fields=fields)
    assert (told["operation"], told["answer"]["status"]) == ("v3.schedule", 200)
    as_form = {"serviceName": "sales", "phoneNumber": "+15550001234", "userData[a]": "b"}
    told = api.what_if(method="POST", path="/callbacks/create", fields=as_form, headers=FORM)
    assert (told["operation"], told["answer"]["status"]) == ("v3.schedule", 200)


@pytest.mark.parametrize(
    ("described", "field", "message"),
    [
        ("x", "body", "body cannot be read: JSON is malformed: invalid character (byte 0)"),
        ({}, "method", "method is required"),
        ({"method": "SEND", "path": V1}, "method", "method cannot be read: Invalid enum value 'SEND'"),
        ({"method": "GET", "path": 1}, "path", "path must be text, not a whole number"),
        ({"method": "GET", "path": "x"}, "path", "path must begin with a /"),
        ({"method": "GET", "path": "/__admin/reset"}, "path", "path is not a path of the mocked API"),
        (
            {"method": "GET", "path": f"/s/other{V1}"},
            "path",
            "path does not belong to the session default: request the explanation in its own session",
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
def test_a_mistake_in_what_is_described_names_its_field(api: Api, described: object, field: str, message: str) -> None:
    body = described if isinstance(described, str) else json.dumps(described)
    reply = api.send("POST", "/__admin/explain", body)
    assert (reply.status, json.loads(reply.body)) == (400, {"message": message, "field": field})
