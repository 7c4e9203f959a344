"""Warnings about rules, conditions and faults without effect."""

import pytest

from mockgms.scenario.catalog import Catalog
from tests.messages import COMES_FIRST, NOT_ACTED_ON, NOT_BY_USUAL_CLIENTS
from tests.scenario.conftest import warnings_of, warnings_of_rule

QUERY = f"{NOT_BY_USUAL_CLIENTS} {{}} with `availability`"
COVERED = "never fires: its `unless` holds for all requests that match its `when`"
RULES = {
    "when: {caller: {callbacks: {at_least: 2}}}, unless: {caller: {callbacks: {at_least: 1}}}, then: hang": COVERED,
    "when: {caller: {callbacks: {at_most: 1}}}, unless: {caller: {callbacks: {at_most: 2}}}, then: hang": COVERED,
    "when: {caller: {callbacks: {state: QUEUED, today: true}}}, unless: {caller: {callbacks: {}}}, then: hang": COVERED,
    "when: {slot: {free: {at_most: 1}, first_free: true}}, unless: {slot: {free: {at_most: 2}}}, then: hang": COVERED,
    "when: {state: a}, unless: {state: [a, b]}, then: [{fault: set_state, name: a}, hang]": COVERED,
    "then: {fault: delay, by: 0s}": "has a fault without effect: its `delay` is 0s",
    "then: {fault: delay, min: 0s, max: 0s}": "has a fault without effect: its `delay` is 0s",
    "then: [{fault: delay, by: 1s}, {fault: throttle}, {fault: disconnect}]": (
        "has a fault without effect: `disconnect` comes after `throttle`, which already decides the answer"
    ),
    "then: {fault: throttle, retry_after: 5s, form: missing}": (
        "has a `retry_after` that the header Retry-After does not show: its `form` is `missing`"
    ),
    "then: {fault: set_state, name: down}": "sets the state down, which no rule requires",
    "when: {operation: [statistics, bulk_cancel]}, then: {fault: fill_slots}": (
        "has a fault without effect: `fill_slots` needs a service, but `bulk_cancel` or `statistics` has no service"
    ),
    "after: {status: [1xx, 199]}, then: hang": (
        "never fires: no answer has a status below 200, which its `after` requires"
    ),
    "when: {slot: {free: {at_most: 5}}}, then: hang": (
        "has a condition without effect: its `slot` allows any number of free seats"
    ),
    **dict.fromkeys(
        [
            "per: phone, then: hang",
            "per: [session, phone], when: {slot: {first_free: true}}, then: hang",
        ],
        "has a `per` without effect, because it counts nothing: add `times: 1`, for example, or leave it out",
    ),
    "per: phone, then: {fault: rate_limit, limit: 1, per: 1m}": (
        "has a `per` without effect, because it counts nothing: give its `rate_limit` a `key`, or leave it out"
    ),
    "per: [phone, {user_data: userData.email}], times: 1, then: hang": (
        "has a `per` without effect for usual clients: `user_data` looks into their userData: write `email`, "
        "not `userData.email`"
    ),
    "then: {fault: respond, status: 204, body: '${phon}'}": (
        "has a `body` without effect: answers with status 204 have none"
    ),
    "then: {fault: slow_body, every: 0s}": "has a fault without effect: its `every` is 0s",
    "then: {fault: fill_slots, for: 0s}": "has a fault without effect: its `for` is 0s",
    "then: {fault: close_slots, slots: day, for: 0s}": "has a fault without effect: its `for` is 0s",
    "then: [pass, server_error]": "has a fault without effect: `pass` beside `server_error`",
    "then: pass": "has no effect: `pass` keeps requests from later rules, and none follow",
    "sequence: [pass, pass], at_end: repeat": (
        "has no effect: `pass` keeps requests from later rules, and none follow"
    ),
    "phase: after, after: {state: s}, then: {fault: set_state, name: s, clear: true}}, "
    "{name: two, then: [{fault: set_state, name: s}, hang]": (
        "has a `phase` without effect: its state is set before the operation; place it below the rules that must not "
        "see the state yet"
    ),
    "times: 1, for: 10m, then: hang": "has a `for` without effect: it fires only once",
    "sequence: [hang], times: 3": "has a `times` without effect: its sequence ends after one entry",
    "sequence: [hang, hang], times: 3": "has a `times` without effect: its sequence ends after 2 entries",
    "when: {operation: schedule}, per: phone, after: {operation: availability}, then: hang": (
        "fires only for requests without a phone number: usual clients send none with `availability`, and its `after` "
        "counts each one separately"
    ),
    "when: {operation: schedule}, per: [service, {user_data: a}], after: {operation: cancel}, then: hang": (
        "fires only for requests without user data: usual clients send none with `cancel`, and its `after` counts "
        "each one separately"
    ),
    "when: {operation: availability}, per: [service, phone], skip: 1, then: hang": (
        "has a `per` without effect for usual clients: they send no phone number with `availability`"
    ),
    "when: {operation: availability}, then: {fault: rate_limit, limit: 1, per: 1m, key: phone}": (
        "has a `key` without effect for usual clients: they send no phone number with `availability`"
    ),
    "when: {slot: {free: {at_least: 0}}}, per: phone, times: 1, then: hang": (
        "has a condition without effect: its `slot` allows any number of free seats"
    ),
    "unless: {caller: {callbacks: {at_least: 0}}}, then: hang": (
        "has a condition without effect: its `caller` allows any number of callbacks"
    ),
    "when: {operation: schedule}, unless: {operation: cancel}, then: hang": (
        "has an `unless` without effect: its `when` does not hold for `cancel`"
    ),
    "when: {version: v3}, unless: {version: v2, phone: +1*}, then: hang": (
        "has an `unless` without effect: its `when` does not hold for `v2`"
    ),
    "when: {operation: availability}, unless: {phone: +1*}, then: hang": (
        "has an `unless` without effect for usual clients: they send no phone number with `availability`"
    ),
    "when: {operation: cancel}, then: rival": (
        "has a fault without effect for usual clients: `rival` needs a desired time, but they send none with `cancel`"
    ),
    "when: {operation: queue_status}, then: fill_slots": (
        "has a fault without effect for usual clients: `fill_slots` needs a desired time, but they send none with "
        "`queue_status`"
    ),
    "then: {fault: set_state, name: down, clear: true}": "clears the state down, which no rule sets",
    "then: {fault: respond, body: '${phon} $phon ${phon}'}": (
        "sends the text `${phon}` unchanged in its body, did you mean `${phone}`?"
    ),
}
CLEARS = "{fault: set_state, name: a, clear: true}"
FINE = [
    "then: {fault: throttle, form: missing}",
    "then: {fault: throttle, retry_after: 5s, form: http_date}",
    "when: {caller: {callbacks: {at_least: 1}}}, unless: {caller: {callbacks: {at_least: 2}}}, then: hang",
    "when: {caller: {callbacks: {at_most: 2}}}, unless: {caller: {callbacks: {at_most: 1}}}, then: hang",
    "when: {caller: {callbacks: {}}}, unless: {caller: {callbacks: {state: QUEUED}}}, then: hang",
    "when: {slot: {free: {at_most: 1}}}, unless: {slot: {first_free: true}}, then: hang",
    "then: {fault: delay, min: 0s, max: 1s}",
    f"when: {{state: a}}, then: {CLEARS}}}, {{name: two, then: [{{fault: set_state, name: a}}, hang]",
    "after: {state: down}, then: pass}, {name: two, then: [{fault: set_state, name: down}, pass]",
    "times: 1, for: 10m, then: {fault: throttle, retry_after: until_over}",
    "times: 1, for: 10m, after: {operation: cancel}, then: hang",
    "sequence: [hang, hang], at_end: repeat, times: 3",
    "when: {operation: [availability, schedule]}, per: phone, skip: 1, then: hang",
    "when: {operation: availability}, per: [{query: a}, {header: b}, api_key, session, service], skip: 1, then: hang",
    "when: {operation: availability}, then: {fault: rate_limit, limit: 1, per: 1m, key: api_key}",
    "when: {operation: availability}, then: {fault: rate_limit, limit: 1, per: 1m, key: [service, session]}",
    "when: {operation: availability}, then: rival",
    "after: {status: [1xx, 200]}, then: hang",
    *(
        f"per: phone, {keys}"
        for keys in (
            *(f"{key}, then: hang" for key in ("skip: 1", "every: 2", "times: 2", "chance: 50%", "for: 2m")),
            "after: {operation: cancel}, then: hang",
            "when: {slot: {refused_before: true}}, then: hang",
            "unless: {slot: {refused_before: true}}, then: hang",
            "then: {fault: delay, min: 1s, max: 2s}",
            "then: garbage",
            "choose: [{weight: 1, then: hang}, {weight: 1, then: pass}]",
            "sequence: [hang, pass], at_end: repeat",
            "unless: {state: s}, then: [{fault: set_state, name: s}, hang]",
        )
    ),
    "per: [session], then: hang",
    "then: {fault: respond, status: 304}",
    "when: {slot: {free: {at_most: 4}}}, then: hang",
    "when: {slot: {free: {at_most: 5}, first_free: true}}, then: hang",
    "when: {slot: {free: {at_least: 1}}}, then: hang",
    "when: {slot: {refused_before: false}}, then: hang",
    "when: {operation: queue_status}, then: {fault: fill_slots, slots: day}",
    "per: phone, after: {operation: availability}, then: hang",
    "phase: after, sequence: [{fault: set_state, name: s}, hang]}, {name: two, when: {state: s}, then: hang",
    "unless: {operation: [availability, schedule], slot: {free: {at_least: 1}}}, then: hang",
    "when: {version: v1}, unless: {version: [v1, v2], operation: cancel}, then: hang",
    "then: {fault: set_state, name: down}}, {name: two, after: {state: down}, then: {fault: hang}",
    "then: {fault: set_state, name: down}}, {name: two, unless: {state: down}, then: {fault: hang}",
    "when: {operation: [statistics, schedule]}, then: {fault: fill_slots}",
    "then: [{fault: delay, by: 1s}, {fault: throttle}]",
    "then: {fault: respond, body: '${phone} $service ${now} ${anything}'}",
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_condition_or_fault_without_effect_is_a_warning(rule: str) -> None:
    assert warnings_of_rule(rule) == (f"x:4:4: the rule `one` {RULES[rule]}",)


@pytest.mark.parametrize("rule", FINE)
def test_rules_with_an_effect_cause_no_warning(rule: str) -> None:
    assert warnings_of_rule(rule) == ()


NOT_SET = "no rule that can fire sets the state s for the session or for the same `per`"
SETS = "then: {fault: set_state, name: s}"
WAITS = "then: {fault: throttle, retry_after: until_over}"
STATES = {
    f"{{name: a, times: 0, {SETS}}}, {{name: b, when: {{state: s}}, then: hang}}": [
        "`a` never fires: its `times` is 0",
        f"`b` never fires: {NOT_SET}",
    ],
    "{name: a, when: {state: t}, then: {fault: set_state, name: s}}, "
    "{name: b, when: {state: s}, then: [{fault: set_state, name: t}, hang]}": [
        "`a` never fires: no rule that can fire sets the state t for the session or for the same `per`",
        f"`b` never fires: {NOT_SET}",
    ],
    f"{{name: a, per: phone, {SETS}}}, {{name: b, when: {{state: s}}, then: hang}}": [
        "`a` sets the state s, which no rule requires for the same `per`",
        f"`b` never fires: {NOT_SET}",
    ],
    f"{{name: a, per: phone, {SETS}}}, {{name: b, per: {{header: X}}, unless: {{state: s}}, then: hang}}": [
        "`a` sets the state s, which no rule requires for the same `per`",
        f"`b` has an `unless` without effect: {NOT_SET}",
    ],
    f"{{name: a, per: phone, {SETS}}}, {{name: b, per: phone, when: {{state: s}}, then: hang}}": [],
    f"{{name: a, when: {{operation: availability, phone: +1*}}, {SETS}}}, "
    "{name: b, when: {state: s}, then: hang}": [f"`a` {QUERY.format('phone number')}"],
    f"{{name: a, {SETS}}}, {{name: b, per: phone, when: {{state: s}}, then: hang}}": [],
    f"{{name: a, {SETS}}}, {{name: b, per: phone, {SETS[:-1]}, clear: true}}}}, "
    "{name: c, when: {state: s}, then: hang}": ["`b` clears the state s, which no rule sets for the same `per`"],
    "{name: a, choose: [{weight: 0, then: {fault: set_state, name: s}}, {weight: 1, then: hang}], chance: 50%}, "
    "{name: b, when: {state: s}, then: hang}": [
        "`a` never chooses entry 1: its weight is 0",
        f"`b` never fires: {NOT_SET}",
    ],
    "{name: a, times: 1, sequence: [hang, {fault: set_state, name: s}]}, {name: b, when: {state: s}, then: hang}": [
        "`a` never reaches entry 2 of its sequence: its `times` is 1",
        f"`b` never fires: {NOT_SET}",
    ],
    "{name: a, when: {operation: cancel}, then: {fault: set_state, name: s, for: 0s}}, "
    "{name: b, when: {state: s}, then: hang}": [
        "`a` has a fault without effect: its `for` is 0s",
        f"`b` never fires: {NOT_SET}",
    ],
    f"{{name: a, per: {{header: X-User}}, {SETS}}}, "
    "{name: b, per: {header: x-user}, when: {state: s}, then: hang}": [],
    f"{{name: a, {SETS}}}, {{name: b, per: phone, {SETS[:-1]}, for: 1m}}}}, {{name: c, when: {{state: s}}, {WAITS}}}": [
        "`b` sets the state s, which no rule requires for the same `per`",
        "`c` has an `until_over` without effect: no rule sets the state s with `for`",
    ],
    f"{{name: a, {SETS[:-1]}, for: 1m}}}}, {{name: b, {SETS}}}, {{name: c, when: {{state: s}}, {WAITS}}}": [],
    f"{{name: a, {SETS}}}, {{name: c, when: {{state: s}}, for: 1m, {WAITS}}}": [],
    f"{{name: a, {SETS}}}, {{name: c, when: {{state: s}}, during: {{daily: 09:00-10:00}}, {WAITS}}}": [],
    f"{{name: a, {SETS}}}, {{name: c, when: {{state: s}}, after: {{within: 1m}}, {WAITS}}}": [],
    # The last of these rules is known first.
    "{name: a, when: {state: [t, u]}, then: hang}, {name: b, when: {state: s}, then: {fault: set_state, name: t}}, "
    "{name: c, when: {state: s}, after: {state: [s, t]}, then: {fault: set_state, name: u}}, "
    f"{{name: d, {SETS}}}": [],
}


@pytest.mark.parametrize("rules", STATES)
def test_a_state_that_is_never_set_or_never_required_is_a_warning(rules: str) -> None:
    found = Catalog([]).parse(f"description: x\nrules: [{rules}]\n", "x").warnings
    assert [warning.message.partition("the rule ")[2] for warning in found] == STATES[rules]


@pytest.mark.parametrize(
    ("hours", "slots", "is_known"),
    [
        ("office_hours: [Mon-Fri 09:00-17:00]", "Sat 09:00-17:00", True),
        ("office_hours: [Mon-Fri 09:00-17:00]", "Mon-Sun 17:00-09:00", True),
        ("office_hours: [Mon-Fri 09:00-17:00]", "Sun 22:00-09:01", False),
        ("office_hours: [Sun 22:00-02:00]", "Mon 01:00-03:00", False),
        ("office_hours: [Mon-Fri 09:00-17:00], extra_hours: [2026-03-07 09:00-12:00]", "Sat 09:00-17:00", False),
    ],
)
def test_slots_outside_of_all_office_hours_cannot_be_closed(hours: str, slots: str, is_known: bool) -> None:
    text = f"""\
description: x
services: {{"*": {{{hours}}}}}
rules: [{{name: one, then: {{fault: close_slots, slots: "{slots}"}}}}]
"""
    expected = "the rule `one` has a fault without effect: no service is open in the hours of its `close_slots`"
    assert warnings_of(Catalog([]).parse(text, "x")) == ((f"x:3:9: {expected}",) if is_known else ())


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
        f"x:6:5: the rule `d` never fires: `c` (x:5:5) {COMES_FIRST}",
        f"x:7:5: the rule `e` {NOT_BY_USUAL_CLIENTS} phone number with `availability`",
        f"x:9:11: {NOT_ACTED_ON} `_other`",
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
