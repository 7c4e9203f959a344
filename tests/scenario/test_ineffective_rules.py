"""Warnings about rules, conditions and faults without effect."""

import pytest

from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.ineffective_rules import OPERATIONS_OF
from tests.scenario.conftest import warnings_of

QUERY = "never fires for usual clients: they send no {} with `availability`"
RULES = {
    "then: {fault: delay, by: 0s}": "has a fault without effect: its `delay` is 0s",
    "then: {fault: delay, min: 0s, max: 0s}": "has a fault without effect: its `delay` is 0s",
    "after: {version: [v2, v3], operation: queues}, then: {fault: hang}": (
        "never fires: `v2` or `v3` has no operation `queues`, which its `after` requires"
    ),
    "when: {operation: availability, phone: +1555*}, then: {fault: hang}": QUERY.format("phone number"),
    "when: {operation: availability, desired_time: Mon 09:00-10:00}, then: {fault: hang}": QUERY.format("desired time"),
    "when: {operation: availability, user_data: {a: b}}, then: {fault: hang}": QUERY.format("user data"),
    "when: {version: v2, operation: [schedule, cancel]}, then: {fault: hang}": (
        "never fires: `v2` has no operation `cancel` or `schedule`"
    ),
    "when: {api_key: [other, x*]}, then: {fault: hang}": (
        "never fires: `auth` accepts none of the keys of its condition `api_key`"
    ),
    r"when: {phone: '/\+1 555/'}, then: {fault: hang}": (
        "never fires: phone numbers are compared without spaces, but the pattern of its `phone` has one"
    ),
    "then: [{fault: delay, by: 1s}, {fault: throttle}, {fault: disconnect}]": (
        "has a fault without effect: `disconnect` comes after `throttle`, which already decides the answer"
    ),
    "then: {fault: set_state, name: down}": "sets the state down, which no rule requires",
    "when: {operation: [statistics, bulk_cancel]}, then: {fault: fill_slots}": (
        "has a fault without effect: `fill_slots` needs a service, but `bulk_cancel` or `statistics` has no service"
    ),
    "then: {fault: respond, body: '${phon} $phon ${phon}'}": (
        "sends the text `${phon}` unchanged in its body, did you mean `${phone}`?"
    ),
}
FINE = [
    "then: {fault: delay, min: 0s, max: 1s}",
    "then: {fault: set_state, name: down, clear: true}",
    "then: {fault: set_state, name: down}}, {name: two, after: {state: down}, then: {fault: hang}",
    "then: {fault: set_state, name: down}}, {name: two, unless: {state: down}, then: {fault: hang}",
    "when: {operation: [statistics, schedule]}, then: {fault: fill_slots}",
    "when: {operation: [availability, schedule], phone: +1555*}, then: {fault: hang}",
    "when: {operation: availability, service: sales}, then: {fault: hang}",
    "when: {version: v2}, then: {fault: hang}",
    "when: {api_key: [other, 'k*']}, then: {fault: hang}",
    "when: {phone: '+1 555*'}, then: {fault: hang}",
    "when: {phone: ['/1 5/', +1555*]}, then: {fault: hang}",
    "when: {phone: '/1 ?5/'}, then: {fault: hang}",
    "then: [{fault: delay, by: 1s}, {fault: throttle}]",
    "then: {fault: respond, body: '${phone} $service ${now} ${anything}'}",
]


def warnings(rule: str, auth: str = "{api_keys: [key]}") -> tuple[str, ...]:
    return warnings_of(Catalog([]).parse(f"description: x\nauth: {auth}\nrules:\n  [{{name: one, {rule}}}]\n", "x"))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_condition_or_fault_without_effect_is_a_warning(rule: str) -> None:
    assert warnings(rule) == (f"x:4:4: the rule `one` {RULES[rule]}",)


@pytest.mark.parametrize("rule", FINE)
def test_rules_with_an_effect_cause_no_warning(rule: str) -> None:
    assert warnings(rule) == ()


def test_any_key_is_accepted_without_api_keys_or_with_basic_authentication() -> None:
    rule = "when: {api_key: other}, then: {fault: hang}"
    assert warnings(rule, "{}") == ()
    assert warnings(rule, "{api_keys: [key], basic: {username: a, password: b}}") == ()


def test_the_operations_of_each_version_match_the_routes_of_the_apis() -> None:
    routes = {route.operation_and_version for api in (GMS, GES) for route in api.routes}
    assert {version: {name for name, its in routes if its == version} for version in OPERATIONS_OF} == OPERATIONS_OF


def test_no_shipped_scenario_has_a_warning() -> None:
    catalog = Catalog()
    assert {name: catalog.named(name).warnings for name, _ in catalog.names() if catalog.named(name).warnings} == {}


def test_warnings_are_sorted_by_line_without_repetition() -> None:
    text = """\
description: x
rules:
  - {name: a, when: {operation: availability, phone: +1555*}, times: 0, then: {fault: hang}}
  - {name: b, when: {version: v2, operation: cancel}, then: [server_error, hang]}
  - {name: c, choose: [{weight: 0, then: hang}, {weight: 1, then: hang}]}
  - {name: d, then: {fault: hang}}
  - {name: e, when: {operation: availability, phone: +1555*}, then: {fault: hang}}
services:
  sales: {_other: "1"}
"""
    assert warnings_of(Catalog([]).parse(text, "x")) == (
        "x:3:5: the rule `a` never fires: its `times` is 0",
        "x:4:5: the rule `b` never fires: `v2` has no operation `cancel`",
        "x:5:5: the rule `c` never chooses entry 1: its weight is 0",
        "x:6:5: the rule `d` never fires: `c` (x:5:5) comes first and matches all of its requests",
        "x:7:5: the rule `e` never fires for usual clients: they send no phone number with `availability`",
        "x:9:11: 1 option of GMS that mockgms does not act on: `_other`",
    )


def test_examples_that_move_the_clock_show_that_a_rule_fires_later() -> None:
    text = """\
description: x
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
rules: [{name: a, during: {daily: 09:00-10:00}, then: {fault: hang}}]
examples: [{name: e, steps: [{request: GET /callbacks/availability/sales, ADVANCE}]}]
"""
    assert Catalog([]).parse(text.replace("ADVANCE", "advance: 5m"), "x").warnings == ()
    assert len(Catalog([]).parse(text.replace("ADVANCE", "expect: {status: 200}"), "x").warnings) == 1
