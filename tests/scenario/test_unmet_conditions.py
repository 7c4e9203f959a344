"""Warnings about rules whose conditions no request meets."""

import pytest

from mockgms.scenario.catalog import Catalog
from tests.scenario.conftest import warnings_of, warnings_of_rule

QUERY = "never fires for usual clients: they send no {} with `availability`"
SPACE = "never fires: no header has a value with a space at its beginning or end, which the pattern of `{}` requires"
RULES = {
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
    "when: {user_data: {a: b, userData.level: gold}}, then: hang": (
        "never fires for usual clients: `user_data` looks into their userData: write `level`, not `userData.level`"
    ),
    "when: {header: {X User: a}}, then: hang": "never fires: no header can have the name 'x user'",
    "when: {header: {X-A: [' a', 'a* ']}}, then: hang": SPACE.format("header: x-a"),
    r'when: {header: {X-A: "\ta"}}, then: hang': SPACE.format("header: x-a"),
    r'when: {header: {X-A: ["*\n*", "a\x7f"]}}, then: hang': (
        "never fires: no header has a value with a control character, which the pattern of `header: x-a` requires"
    ),
    "when: {api_key: [' key']}, then: hang": SPACE.format("api_key"),
    "when: {operation: availability, caller: {callbacks: {at_least: 1}}}, then: hang": QUERY.format("phone number"),
    "when: {operation: availability, slot: {first_free: true}}, then: hang": QUERY.format("desired time"),
    "when: {version: v2, phone: +1555*}, then: hang": (
        "never fires for usual clients: they send no phone number with `availability` or `estimated_wait_time`"
    ),
    "when: {operation: statistics, service: sales}, then: hang": (
        "never fires for usual clients: they send no service with `statistics`"
    ),
    "when: {operation: cancel, desired_time: Mon 09:00-10:00}, then: hang": (
        "never fires for usual clients: they send no desired time with `cancel`"
    ),
    "after: {operation: cancel, user_data: {a: b}}, then: hang": (
        "never fires for usual clients: they send no user data with `cancel`, which its `after` requires"
    ),
    "when: {slot: {free: {at_most: 0}, first_free: true}}, then: hang": (
        "never fires: a slot without a free seat is not the first free one, which its `slot` requires"
    ),
    "when: {slot: {free: {at_least: 6}}}, then: hang": (
        "never fires: no slot has the 6 seats that its `slot` requires, but at most 5"
    ),
}
FINE = [
    r'when: {header: {X-A: [" a", a], X-B: "a b\tc", X-C: "[\na]*", X-D: "/ a/"}}, then: hang',
    "when: {slot: {free: {at_least: 5, at_most: 5}, first_free: true}}, then: hang",
    "when: {slot: {refused_before: false}}, then: hang",
    "when: {header: {X-User: a}, user_data: {userDatas.level: b}}, then: hang",
    "when: {operation: [availability, schedule], phone: +1555*}, then: {fault: hang}",
    "when: {operation: availability, service: sales}, then: {fault: hang}",
    "when: {version: v2}, then: {fault: hang}",
    "when: {api_key: [other, 'k*']}, then: {fault: hang}",
    "when: {phone: '+1 555*'}, then: {fault: hang}",
    "when: {phone: ['/1 5/', +1555*]}, then: {fault: hang}",
    "when: {phone: '/5[ -]5|1-5/'}, then: {fault: hang}",
    "when: {phone: '/^555.?01/'}, then: {fault: hang}",
    "when: {phone: '/(1-)?5/'}, then: {fault: hang}",
    "when: {phone: +1 (555) 010-*}, then: {fault: hang}",
    "when: {phone: '/1 ?5/'}, then: {fault: hang}",
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_whose_conditions_no_request_meets_is_a_warning(rule: str) -> None:
    assert warnings_of_rule(rule) == (f"x:4:4: the rule `one` {RULES[rule]}",)


@pytest.mark.parametrize("rule", FINE)
def test_conditions_that_a_request_can_meet_cause_no_warning(rule: str) -> None:
    assert warnings_of_rule(rule) == ()


@pytest.mark.parametrize(
    ("pattern", "removed"),
    [
        ("/555 01/", "spaces"),
        (r"/555\s01/", "spaces"),
        ("/555-01/", "dashes"),
        (r"/555\-01/", "dashes"),
        (r"/555\.01/", "dots"),
        (r"/^\(555\)/", "brackets"),
        ("/^tel:/", "`tel:`"),
        ("tel:+1555*", "`tel:`"),
    ],
)
def test_a_phone_pattern_with_characters_that_numbers_are_stripped_of_is_a_warning(pattern: str, removed: str) -> None:
    message = f"never fires: phone numbers are compared without {removed}, but the pattern of its `phone` has one"
    assert warnings_of_rule(f"when: {{phone: '{pattern}'}}, then: hang") == (f"x:4:4: the rule `one` {message}",)


@pytest.mark.parametrize(
    "pattern", [r"/[]-]?555/", "/[[:digit:]-]+/", r"/[\]-]?555/", "/[^]-]555/", "/tel:?555/", r"/555\Q-\E?01/"]
)
def test_a_pattern_that_numbers_can_match_causes_no_warning(pattern: str) -> None:
    assert warnings_of_rule(f"when: {{phone: '{pattern}'}}, then: hang") == ()


@pytest.mark.parametrize("service", ["sales", "[slaes, sal*]", "/^s/"])
def test_a_service_that_a_scenario_neither_lists_nor_provisions_is_a_warning(service: str) -> None:
    text = f"""\
description: x
unknown_services: refuse
services: {{sales: {{}}}}
rules: [{{name: one, when: {{service: {service}}}, then: hang}}]
"""
    reason = "they ask for no service that its `service` matches, because the scenario lists none"
    expected = f"x:4:9: the rule `one` never fires for usual clients: {reason}"
    assert Catalog([]).parse(text, "x").warnings == ()
    other = text.replace("sales: {}", "support: {}").replace("/^s/", "/^sa/")
    assert warnings_of(Catalog([]).parse(other, "x")) == (expected,)
    assert Catalog([]).parse(text.replace("refuse", "provision").replace("sales: {}", ""), "x").warnings == ()


def test_services_are_compared_with_the_first_patterns_of_a_long_scenario_only() -> None:
    """So that ten thousand services and a thousand patterns do not take ten million comparisons."""
    services = ", ".join(f"s{number}: {{}}" for number in range(2_000))
    patterns = [*(f"'*x{number}'" for number in range(60)), *(f"y{number}" for number in range(60))]
    rules = ", ".join(
        f"{{name: r{number}, when: {{service: {each}}}, then: hang}}" for number, each in enumerate(patterns)
    )
    text = f"description: x\nunknown_services: refuse\nservices: {{{services}}}\nrules: [{rules}]\n"
    assert len(Catalog([]).parse(text, "x").warnings) == 50 + 60


def test_no_slot_has_more_seats_than_the_largest_capacity_of_a_service() -> None:
    text = """\
description: x
unknown_services: refuse
services: {sales: {capacity: [{hours: Mon-Fri 09:00-12:00, seats: 7}]}}
rules: [{name: one, when: {slot: {free: {at_least: SEATS}}}, then: hang}]
"""
    assert Catalog([]).parse(text.replace("SEATS", "7"), "x").warnings == ()
    [warning] = Catalog([]).parse(text.replace("SEATS", "8"), "x").warnings
    assert warning.message.endswith("no slot has the 8 seats that its `slot` requires, but at most 7")


def test_any_key_is_accepted_without_api_keys_or_with_basic_authentication() -> None:
    rule = "when: {api_key: other}, then: {fault: hang}"
    assert warnings_of_rule(rule, "{}") == ()
    assert warnings_of_rule(rule, "{api_keys: [key], basic: {username: a, password: b}}") == ()
