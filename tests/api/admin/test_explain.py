import asyncio
import json

import pytest

from mockgms.http.messages import Request
from mockgms.http.refusals import BodyTooLarge
from mockgms.scenario.model import Auth, ClockStart, Scenario
from tests.api.admin.explaining import (
    ANN,
    CLOCK,
    FORM,
    NO_RULE_ASKED,
    NO_RULE_REFUSED,
    RULES,
    SCENARIO,
    SLOT,
    TEN,
    V1,
    ExplainingApi,
)
from tests.conftest import NOW
from tests.messages import DROPPED, NO_CREDENTIALS


@pytest.fixture
def api() -> ExplainingApi:
    return ExplainingApi(SCENARIO.replace("by: 2s", "by: 20ms"))  # a real delay


def test_an_explanation_has_all_that_the_answer_depended_on_with_numbers_and_keys_masked(api: ExplainingApi) -> None:
    reply = api.send("POST", V1, f"{ANN}&{TEN}")
    explanation = api.why()
    mismatched = {"from": "scenario", "outcome": "mismatched", "match": None, "drawn": None}
    assert explanation == {
        "id": 1,
        "paragraph": f"Answered with 200. {SLOT} had 0 of 2 seats booked, then 1. {RULES} {CLOCK}",
        "operation": "v1.schedule",
        "rule": None,
        "faults": [],
        "refusal": None,
        "answer": {
            "at": "2026-03-02T08:55:00.000Z",
            "status": 200,
            "content_type": "application/json; charset=utf-8",
            "headers": {name.lower(): value for name, value in reply.headers},
            "body": reply.body.decode(),
            "delivery": None,
        },
        "clock": {"now": "2026-03-02T08:55:00.000Z", "frozen": True},
        "seed": 7,
        "rules": [
            {"name": "number", "reason": "phone is +1555***1234, not +1400*"} | mismatched,
            {"name": "key", "reason": "there is no api_key to match ***"} | mismatched,
            {"name": "once", "reason": "operation is schedule, not find"} | mismatched,
        ],
        "slots": [
            {
                "service": "sales",
                "start": "2026-03-02T10:00:00.000Z",
                "capacity": 2,
                "before": {"booked": 0, "free": 2},
                "after": {"booked": 1, "free": 1},
            }
        ],
        "limits": [],
        "rate_limit": None,
        "past": None,
        "hints": [],
    }


@pytest.mark.parametrize(
    ("path", "fields", "past", "sentence"),
    [
        (
            V1,
            f"{ANN}&_desired_time=2026-03-02T08:54:55.000Z",
            {"over": "5s", "tolerance": "5m", "is_tolerated": True},
            "The desired time was 5 s in the past, within the tolerance of 5m: as soon as possible.",
        ),
        (
            "/callbacks/create",
            "serviceName=sales&phoneNumber=%2B15550001234&desiredTime=2026-03-02T06:55:00.000Z",
            {"over": "2h", "tolerance": "5m", "is_tolerated": False},
            (
                "The desired time was 2 h in the past, beyond the tolerance of 5m: as soon as possible by"
                " past_desired_time."
            ),
        ),
    ],
)
def test_a_past_desired_time_that_means_now_is_explained(
    api: ExplainingApi, path: str, fields: str, past: dict[str, object], sentence: str
) -> None:
    api.send("POST", path, fields)
    explained = api.why()
    assert explained["past"] == past
    assert explained["paragraph"] == (
        f"Answered with 200. {sentence} The callback was immediate, without a slot. {RULES} {CLOCK}"
    )


def test_a_full_slot_is_explained_in_a_sentence(api: ExplainingApi) -> None:
    for _ in range(3):
        api.send("POST", V1, f"{ANN}&{TEN}")
    explanation = api.why(3)
    full = "the slot Mon 2 March 2026 11:00 (Europe/Paris) of sales was full (2 of 2 booked)"
    assert explanation["paragraph"] == f"Refused with 400 because {full}. {RULES} {CLOCK}"
    assert explanation["refusal"] == "slot_full"
    assert [slot["before"] for slot in explanation["slots"]] == [slot["after"] for slot in explanation["slots"]]


def test_later_changes_do_not_change_an_explanation(api: ExplainingApi) -> None:
    api.send("POST", V1, f"{ANN}&{TEN}")
    before = api.why()
    api.send("POST", V1, f"{ANN}&{TEN}")
    api.send("POST", "/__admin/rules", '{"name": "new", "then": {"fault": "hang"}}')
    api.send("DELETE", "/__admin/rules/number")
    api.send("PUT", "/__admin/clock", '{"frozen": false, "now": "2026-04-01T00:00:00Z"}')
    assert api.why() == before


def test_an_unmasked_explanation_shows_numbers_and_keys(api: ExplainingApi) -> None:
    api.send("POST", V1, f"{ANN}&{TEN}", FORM | {"x-api-key": "KEY-12345"})
    shown = api.why(query="unmasked=true")
    reasons = [rule["reason"] for rule in shown["rules"]]
    assert reasons[:2] == ["phone is +15550001234, not +1400*", "api_key is KEY-12345, not KEY-1"]
    assert reasons[0] in shown["paragraph"]


def test_numbers_and_keys_in_conditions_of_rules_are_masked() -> None:
    rules = """[
        {name: a, when: {phone: "+14155550123"}, then: {fault: hang}},
        {name: b, when: {phone: '/^\\+14155550123/'}, then: {fault: hang}},
        {name: c, when: {header: {x-token: "s*"}}, then: {fault: hang}},
        {name: d, when: {user_data: {level: gold}}, then: {fault: hang}},
        {name: e, when: {phone: "+140055501[0-9][0-9]"}, then: {fault: hang}},
        {name: f, when: {phone: "+1415555012[3-5]"}, then: {fault: hang}}]"""
    api = ExplainingApi(f"description: x\nrules: {rules}")
    api.send("POST", V1, "_customer_number=%2B1+(555)+000-1234&level=Ann+%2B15550001234", FORM | {"x-token": "abc"})
    why = api.why()
    assert "not +140055501[0-9][0-9]." in why["paragraph"]
    assert [rule["reason"] for rule in why["rules"]] == [
        "phone is +1555***1234, not +1415***0123",
        "phone is +1555***1234, not /^\\+1415***0123/",
        "header x-token is ***, not ***",
        "user_data level is Ann +1555***1234, not gold",
        "phone is +1555***1234, not +140055501[0-9][0-9]",  # reserved numbers, such as the magic ones
        "phone is +1555***1234, not +***12[3-5]",
    ]


@pytest.mark.parametrize("fault", ["status: 409", "refusal: slot_full", "refusal: unknown_service"])
def test_the_refusal_of_the_fault_error_is_explained_by_its_rule_and_not_by_the_service(fault: str) -> None:
    rules = f"[{{name: broken, then: {{fault: error, {fault}}}}}]"
    api = ExplainingApi(f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: {rules}")
    status = api.send("POST", V1, f"{ANN}&{TEN}").status
    refused = f"Refused with {status} by the rule broken (error)."
    assert api.why()["paragraph"] == f"{refused} Rule broken fired: match 1. {CLOCK}"


def test_a_refusal_by_a_rule_is_explained_with_the_real_state_of_the_slot(api: ExplainingApi) -> None:
    api.send("POST", V1, f"_customer_number=%2B14000001234&{TEN}")
    assert api.why()["paragraph"] == (
        f"Refused with 400 by the rule number (slot_conflict). {SLOT} had 0 of 2 seats booked."
        " Rule number fired: match 1. Rule key did not match: there is no api_key to match ***."
        f" Rule once did not match: operation is schedule, not find. {CLOCK}"
    )


def test_an_injected_office_closed_is_explained_with_the_real_state_of_the_slot(api: ExplainingApi) -> None:
    api.send("POST", f"{V1}?__fault=office_closed", f"{ANN}&{TEN}")
    assert api.why()["paragraph"] == (
        f"Refused with 400 by the fault that the request asked for (office_closed). {SLOT} had 0 of 2 seats booked. "
        f"{NO_RULE_ASKED} {CLOCK}"
    )


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("disconnect", "Left without an answer by {}. The connection was reset."),
        ("empty", "Left without an answer by {}. The connection was closed without a byte of an answer."),
        ("truncate", "Answered with 200, affected by {}. The answer was cut off."),
        ("slow_body", "Answered with 200, affected by {}. The answer was sent slowly."),
        ("garbage", "Answered with 200, affected by {}."),
        ("server_error", "Refused with 500 by {}."),
    ],
)
def test_the_effect_of_a_fault_on_the_answer_is_explained(api: ExplainingApi, fault: str, sentence: str) -> None:
    api.send("GET", f"{V1}?__fault={fault}")
    expected = sentence.format(f"the fault that the request asked for ({fault})")
    assert api.why()["paragraph"] == f"{expected} {NO_RULE_ASKED} {CLOCK}"


def test_a_refusal_by_the_calendar_after_a_fault_names_both(api: ExplainingApi) -> None:
    api.send("POST", f"{V1}?__fault=rival", f"{ANN}&{TEN}")
    assert api.why()["paragraph"] == (
        "Refused with 400 because the slot Mon 2 March 2026 11:00 (Europe/Paris) of sales was full (2 of 2 booked), "
        f"after the fault that the request asked for (rival). {NO_RULE_ASKED} {CLOCK}"
    )


def test_a_request_without_an_answer_is_explained(api: ExplainingApi) -> None:
    async def leave(query: str) -> None:
        waiting = asyncio.create_task(api.dispatcher.answer(Request("GET", V1, query)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(leave("__fault=hang"))
    explanation = api.why()
    assert explanation["paragraph"] == (
        f"The request has no answer: the fault that the request asked for (hang). {NO_RULE_ASKED} {CLOCK}"
    )
    assert (explanation["answer"], explanation["rate_limit"]) == (None, None)


def test_no_rule_is_tried_for_a_request_with_an_unknown_path(api: ExplainingApi) -> None:
    api.send("GET", "/genesys/nowhere")
    explanation = api.why()
    assert explanation["paragraph"] == (
        "Refused with 404 because nothing is at /genesys/nowhere; the nearest is GET /genesys/1/phonenumber."
        f" {NO_RULE_REFUSED} {CLOCK}"
    )
    assert [rule["outcome"] for rule in explanation["rules"]] == ["untried"] * 3


@pytest.mark.slow
def test_a_request_without_credentials_is_explained() -> None:
    clock = ClockStart(NOW, frozen=True)
    api = ExplainingApi(Scenario("test", "For a test.", clock=clock, auth=Auth(api_keys=frozenset({"KEY"}))))
    api.send("GET", V1)
    assert api.why()["paragraph"] == f"Refused with 401 because {NO_CREDENTIALS}. There are no rules. {CLOCK}"


def test_no_rule_is_tried_for_a_request_whose_body_is_too_large(api: ExplainingApi) -> None:
    api.dispatcher.refuse(Request("POST", V1), BodyTooLarge(9))
    refused = "Refused with 413 because the body has more than 9 bytes."
    assert api.why()["paragraph"] == f"{refused} {NO_RULE_REFUSED} {CLOCK}"


def test_a_refused_desired_time_is_shown_in_the_zone_of_the_service(api: ExplainingApi) -> None:
    api.send("POST", V1, f"{ANN}&_desired_time=2026-03-02T08:00:05Z")
    because = "the desired time Mon 2 March 2026 09:00:05 (Europe/Paris) was in the past"
    assert api.why()["paragraph"] == f"Refused with 400 because {because}. {RULES} {CLOCK}"


def test_explanations_of_cancel_and_reschedule_have_every_slot_that_changed(api: ExplainingApi) -> None:
    id = json.loads(api.send("POST", V1, f"{ANN}&{TEN}").body)["_id"]
    api.send("PUT", f"{V1}/{id}", "_new_desired_time=2026-03-02T11:00:00Z")
    api.send("DELETE", f"{V1}/{id}")
    moved, gone = api.why(2)["slots"], api.why(3)["slots"]
    assert [(slot["start"][11:16], slot["before"]["booked"], slot["after"]["booked"]) for slot in [*moved, *gone]] == [
        ("11:00", 0, 1),
        ("10:00", 1, 0),
        ("11:00", 1, 0),
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/genesys/1/admin/callback/cancel", '{{"ids": ["{id}"]}}'),
        ("/callbacks/cancel", '{{"id": "{id}"}}'),
    ],
)
def test_each_operation_that_cancels_is_explained_with_the_slot_of_the_freed_seat(
    api: ExplainingApi, path: str, body: str
) -> None:
    id = json.loads(api.send("POST", V1, f"{ANN}&{TEN}").body)["_id"]
    api.send("POST", path, body.format(id=id), {"content-type": "application/json"})
    freed = api.why(2)["slots"]
    assert [(slot["start"][11:16], slot["before"]["booked"], slot["after"]["booked"]) for slot in freed] == [
        ("10:00", 1, 0)
    ]


def test_a_booking_on_v3_is_explained_with_its_slot_with_and_without_a_fault(api: ExplainingApi) -> None:
    body = json.dumps({"serviceName": "sales", "phoneNumber": "+15550001234", "desiredTime": "2026-03-02T10:00:00Z"})
    for fault in ("", "?__fault={fault: delay, by: 1ms}"):
        assert api.send("POST", f"/callbacks/create{fault}", body, {"content-type": "application/json"}).status == 200
    shown = [slot for id in (1, 2) for slot in api.why(id)["slots"]]
    assert [(slot["before"]["booked"], slot["after"]["booked"]) for slot in shown] == [(0, 1), (1, 2)]


def test_the_paragraph_describes_at_most_five_rules(api: ExplainingApi) -> None:
    rules = ", ".join(f"{{name: r{n}, times: 0, then: {{fault: hang}}}}" for n in range(7))
    api = ExplainingApi(f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{rules}]")
    api.send("GET", V1)
    explanation = api.why()
    assert explanation["paragraph"].endswith(
        f"Rule r4 did not fire: spent: fired 0 of 0 times. The list has 2 more. {CLOCK}"
    )
    assert len(explanation["rules"]) == 7


def test_the_paragraph_describes_rules_that_matched_rather_than_others() -> None:
    others = ", ".join(f"{{name: r{n}, when: {{operation: cancel}}, then: hang}}" for n in range(6))
    sets = (
        "{name: sets, then: {fault: set_state, name: s}}, {name: reads, when: {state: s}, sequence: [throttle, hang]}"
    )
    api = ExplainingApi(
        f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{others}, {sets}]"
    )
    api.send("GET", V1)
    mismatched = " ".join(f"Rule r{n} did not match: operation is find, not cancel." for n in range(3))
    fired = "Rule sets fired: match 1. Rule reads fired: match 1, 1st of 2: throttle."
    assert api.why()["paragraph"].endswith(f" {mismatched} {fired} The list has 3 more. {CLOCK}")


def test_a_mismatched_operation_is_reported_before_a_mismatched_time() -> None:
    rule = "{name: r, when: {operation: find}, during: {daily: 01:00-02:00}, then: {fault: hang}}"
    api = ExplainingApi(f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{rule}]")
    api.send("GET", f"{V1}/availability")
    assert [rule["reason"] for rule in api.why()["rules"]] == ["operation is availability, not find"]


def test_an_explanation_says_which_rules_are_armed_and_which_of_the_scenario(api: ExplainingApi) -> None:
    api.send("POST", "/__admin/rules", '{"name": "mine", "when": {"version": "v3"}, "then": {"fault": "hang"}}')
    api.send("GET", V1)
    assert [(rule["name"], rule["from"]) for rule in api.why()["rules"]][:2] == [
        ("mine", "armed"),
        ("number", "scenario"),
    ]


def test_the_explanation_says_that_the_clock_ran(api: ExplainingApi) -> None:
    api.send("PUT", "/__admin/clock", '{"frozen": false}')
    api.send("GET", V1)
    explanation = api.why()
    assert explanation["clock"]["frozen"] is False
    assert "The clock ran and showed Mon 2 March 2026 08:55" in explanation["paragraph"]


@pytest.mark.parametrize("id", ["0", "2", "x"])
def test_the_explanation_of_an_unknown_request_is_a_404(api: ExplainingApi, id: str) -> None:
    api.send("GET", V1)
    reply = api.send("GET", f"/__admin/requests/{id}/explain")
    message = f"There is no request {id}, {DROPPED}"
    assert (reply.status, json.loads(reply.body)) == (404, {"message": message})


def test_each_session_has_its_own_explanations(api: ExplainingApi) -> None:
    api.send("GET", f"/s/one{V1}")
    assert api.why(session="/s/one")["operation"] == "v1.find"
    assert api.send("GET", "/__admin/requests/1/explain").status == 404


def test_an_immediate_callback_is_explained_with_a_hint_to_an_unread_desired_time(api: ExplainingApi) -> None:
    api.send("POST", V1, f"{ANN}&desiredTime=2026-03-02T10:00:00Z")
    explanation = api.why()
    [hint] = explanation["hints"]
    booked = "The callback was immediate, without a slot."
    assert explanation["paragraph"] == f"Answered with 200. {booked} {RULES} {CLOCK} {hint}"
    would = api.what_if(method="POST", path=V1, body=ANN, headers=FORM)["paragraph"]
    clock = CLOCK.replace("was", "is")
    assert would == f"Would be answered with 200. The callback would be immediate, without a slot. {RULES} {clock}"


@pytest.mark.parametrize("query", ["", "unmasked=true"])
def test_text_that_is_not_utf_8_is_shown_with_replacement_characters(query: str) -> None:
    rule = '{name: r, when: {header: {x-name: "a*"}}, then: {fault: hang}}'
    api = ExplainingApi(f"description: x\nrules: [{rule}]")
    api.send("GET", "/caf\udce9")
    api.send("GET", V1, headers={"x-name": "\udce9"})
    assert "nothing is at /caf\ufffd; the nearest" in api.why(1, query)["paragraph"]
    assert api.why(2, query)["rules"][0]["reason"] == "header x-name is \ufffd, not a*"
