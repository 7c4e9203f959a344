"""Warnings about rules that never fire, and about no others."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import HOUR, parse_instant
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import Pattern
from mockgms.scenario.unreachable_rules import _covers
from tests.messages import FIRES_NEVER
from tests.scenario.conftest import warnings_of
from tests.scenario.facts import Facts

Parse = Callable[[str], Scenario]

NINE = "2026-03-02T09:00:00Z"
HANG = "then: {fault: hang}"


def test_a_rule_whose_own_keys_never_let_it_fire_is_a_warning_with_a_place(parse: Parse) -> None:
    scenario = parse(f"""\
        rules:
          - {{name: a, times: 0, {HANG}}}
          - {{name: b, chance: 0, {HANG}}}
          - {{name: c, chance: 1%, times: 1, {HANG}}}
    """)
    assert warnings_of(scenario) == (
        f"text:3:5: the rule `a` {FIRES_NEVER}",
        "text:4:5: the rule `b` never fires: its `chance` is 0%",
    )


OVER = "fires only if the clock is set back: its `during` is over when the clock starts"
ONLY_IF_MOVED = "fires only if the clock is moved: the clock is frozen outside of its `during`"
FROZEN, RUNNING = ("{now: 2026-03-02T08:55:00Z, frozen: %s}" % frozen for frozen in ("true", "false"))  # noqa: UP031


@pytest.mark.parametrize(
    ("clock", "during", "why"),
    [
        (FROZEN, "{to: 2026-03-02T08:55:00Z}", OVER),
        (RUNNING, "{to: 2026-03-02T08:55:00Z}", OVER),
        (FROZEN, "{from: 2026-03-02T09:00:00Z}", ONLY_IF_MOVED),
        (RUNNING, "{from: 2026-03-02T09:00:00Z}", None),
        (FROZEN, "{to: 2026-03-02T08:55:01Z}", None),
        (FROZEN, "[{to: 2026-03-02T08:55:00Z}, {from: 2026-03-02T08:55:00Z}]", None),
        (FROZEN, "{daily: 08:00-09:00}", None),
        (FROZEN, "{daily: 09:00-10:00}", ONLY_IF_MOVED),
        (RUNNING, "{daily: 09:00-10:00}", None),
        ("{frozen: true}", "{to: 2026-03-02T08:55:00Z}", None),
        (FROZEN, "", None),
    ],
)
def test_a_rule_whose_time_the_clock_does_not_reach_is_a_warning(
    clock: str, during: str, why: str | None, parse: Parse
) -> None:
    scenario = parse(f"clock: {clock}\nrules: [{{name: a, during: {during}, {HANG}}}]")
    assert warnings_of(scenario) == ((f"text:3:9: the rule `a` {why}",) if why else ())


SETS, CLEARS = "then: {fault: set_state, name: s}", "then: {fault: set_state, name: s, clear: true}"
IN_STATE = "when: {operation: schedule, state: s}"


@pytest.mark.parametrize(
    ("rules", "is_hidden"),
    [
        ([f"first, {SETS}", f"a, {IN_STATE}, {HANG}", f"b, {IN_STATE}, chance: 1%, {HANG}"], True),
        ([f"first, {SETS}", f"a, unless: {{state: s}}, {HANG}", f"b, unless: {{state: s}}, {HANG}"], True),
        # A rule between them sets or clears the state for the same request.
        ([f"a, {IN_STATE}, {HANG}", f"between, {SETS}", f"b, {IN_STATE}, {HANG}"], False),
        (
            [f"first, {SETS}", f"a, unless: {{state: s}}, {HANG}", f"x, {CLEARS}", f"b, unless: {{state: s}}, {HANG}"],
            False,
        ),
        (
            [
                f"a, when: {{operation: schedule, slot: {{free: {{at_most: 2}}}}}}, {HANG}",
                "between, then: {fault: set_state, name: s}, unless: {state: s}",
                f"b, per: phone, when: {{operation: schedule, slot: {{free: {{at_most: 1}}}}}}, {HANG}",
            ],
            True,
        ),
        (
            [
                f"a, when: {{operation: schedule, slot: {{refused_before: true}}}}, {HANG}",
                f"b, per: phone, when: {{operation: schedule, slot: {{refused_before: true}}}}, {HANG}",
            ],
            False,
        ),
        (
            [
                f"a, when: {{operation: schedule, caller: {{callbacks: {{at_least: 1}}}}}}, {HANG}",
                f"b, when: {{operation: schedule, caller: {{callbacks: {{at_least: 2}}}}}}, {HANG}",
            ],
            True,
        ),
        ([f"a, during: {{daily: 00:00-24:00}}, {HANG}", f"b, {HANG}"], True),
        ([f"a, during: {{daily: 09:00-12:00}}, {HANG}", f"b, during: {{weekly: Sun 10:00-11:00}}, {HANG}"], True),
    ],
)
def test_a_rule_is_hidden_by_an_earlier_one_with_wider_conditions_on_the_session(
    rules: list[str], is_hidden: bool, parse: Parse
) -> None:
    scenario = parse("rules:\n" + "".join(f"  - {{name: {rule}}}\n" for rule in rules))
    assert scenario.hidden == ({"b": "a"} if is_hidden else {})


@pytest.mark.parametrize("provisioned", ["provision", "refuse"])
def test_a_daily_time_can_be_in_the_zone_of_any_service(provisioned: str, parse: Parse) -> None:
    scenario = parse(f"""\
        clock: {FROZEN}
        unknown_services: {provisioned}
        services: {{sales: {{timezone: Asia/Tokyo}}}}
        rules:
          - {{name: a, during: {{daily: 17:00-18:00}}, {HANG}}}
          - {{name: b, during: {{daily: 18:00-19:00}}, {HANG}}}
    """)
    assert warnings_of(scenario) == (f"text:7:5: the rule `b` {ONLY_IF_MOVED}",)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", ""),
        ("", "when: {operation: schedule}"),
        ("when: {operation: '*'}", ""),
        ("when: {operation: [find, schedule]}", "when: {operation: schedule}"),
        ("when: {version: [v1, v2, v3]}", ""),
        ("when: {version: 'v*'}", "when: {version: '/[13]/'}"),
        ("when: {phone: '*'}", "when: {phone: /^15/}"),
        ("when: {phone: '+1*'}", "when: {phone: '+1555*'}"),
        ("when: {phone: '+1*'}", "when: {phone: ['+15551234', '+1777?']}"),
        ("when: {phone: ['+1*', '+2*']}", "when: {phone: ['+1555*', '+2555*']}"),
        ("when: {phone: /^.15/}", "when: {phone: '+1555'}"),
        ("when: {phone: /^.15/}", "when: {phone: /^.15/, service: sales}"),
        ("when: {header: {X-A: '*'}}", "when: {header: {x-a: b, x-c: d}}"),
        ("when: {desired_time: Mon-Fri 09:00-12:00}", "when: {desired_time: [Mon 09:00-10:00, Tue 10:00-12:00]}"),
        ("when: {desired_time: {from: 2026-03-02T09:00:00Z}}", "when: {desired_time: {from: 2026-03-02T09:00:01Z}}"),
        (
            "when: {desired_time: {to: 2026-03-02T09:00:00Z}}",
            "when: {desired_time: {from: 2026-03-01T09:00:00Z, to: 2026-03-02T09:00:00Z}}",
        ),
        ("unless: {phone: '+1*'}", "unless: {phone: '+1*'}"),
        ("during: {daily: 09:00-10:00}", "during: {daily: 09:00-10:00}"),
        ("during: {from: 2026-03-02T09:00:00Z}", "during: {from: 2026-03-02T09:00:00Z, to: 2026-03-02T10:00:00Z}"),
    ],
)
def test_a_rule_that_an_earlier_one_hides_is_a_warning(first: str, second: str, parse: Parse) -> None:
    text = f"rules:\n  - name: a\n    {HANG}\n    {first}\n  - name: b\n    {HANG}\n    skip: 1\n    {second}\n"
    assert warnings_of(parse(text)) == (
        "text:6:5: the rule `b` never fires: `a` (text:3:5) comes first and matches all of its requests",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("skip: 1", ""),
        ("times: 1", ""),
        ("chance: 99%", ""),
        ("during: {daily: 09:00-10:00}", ""),
        ("during: {daily: 09:00-10:00}", "during: {daily: 09:00-11:00}"),
        ("during: {from: 2026-03-02T09:00:00Z}", "during: {daily: 09:00-11:00}"),
        ("unless: {phone: '+1*'}", ""),
        ("unless: {phone: '+1*'}", "unless: {phone: '+2*'}"),
        ("when: {operation: schedule}", ""),
        ("when: {operation: schedule}", "when: {operation: [find, schedule]}"),
        ("when: {version: v3}", "when: {version: 'v*'}"),
        ("when: {phone: '*'}", ""),
        ("when: {phone: '+1555*'}", "when: {phone: '+1*'}"),
        ("when: {phone: '+1*'}", "when: {phone: ['+1555*', '+2555*']}"),
        ("when: {phone: '+1*'}", "when: {phone: /^.1/}"),
        ("when: {phone: '+1?5*'}", "when: {phone: '+145*'}"),
        ("when: {phone: '+1?'}", "when: {phone: '+1*'}"),
        ("when: {service: sales}", "when: {phone: '+1*'}"),
        ("when: {query: {a: '*'}}", "when: {query: {b: c}}"),
        ("when: {user_data: {a: b}}", "when: {user_data: {a: c}}"),
        ("when: {desired_time: Mon-Fri 09:00-12:00}", "when: {desired_time: Sat 09:00-10:00}"),
        ("when: {desired_time: Mon-Fri 09:00-12:00}", "when: {desired_time: Mon 08:00-12:00}"),
        ("when: {desired_time: Mon-Fri 09:00-12:00}", "when: {desired_time: Mon 09:00-12:01}"),
        ("when: {desired_time: Mon-Fri 09:00-12:00}", "when: {desired_time: {from: 2026-03-02T09:00:00Z}}"),
        ("when: {desired_time: Mon-Fri 09:00-12:00}", ""),
        ("when: {desired_time: {from: 2026-03-02T09:00:00Z}}", "when: {desired_time: {to: 2026-03-02T09:00:00Z}}"),
        ("when: {desired_time: {to: 2026-03-02T09:00:00Z}}", "when: {desired_time: {from: 2026-03-01T09:00:00Z}}"),
    ],
)
def test_a_rule_that_may_fire_causes_no_warning(first: str, second: str, parse: Parse) -> None:
    text = f"rules:\n  - name: a\n    {HANG}\n    {first}\n  - name: b\n    {HANG}\n    {second}\n"
    assert parse(text).warnings == ()


PATTERNS = st.lists(
    st.sampled_from(["*", "1*", "12*", "12", "1", "1?", "[12]*", "/1/", "/^12/"]), min_size=1, max_size=2
)
TIMES = st.sampled_from(["Mon 09:00-12:00", "Mon-Tue 08:00-12:00", "Sun 22:00-10:00", {"from": NINE}, {"to": NINE}])
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "operation": st.sampled_from(["*", "schedule", "/e/"]),
        "phone": PATTERNS,
        "service": PATTERNS,
        "header": st.dictionaries(st.sampled_from(["a", "b"]), PATTERNS, min_size=1),
        "desired_time": TIMES,
    },
)
VALUES = st.sampled_from(["", "1", "12", "123", "2", "21"])
FACTS = st.builds(
    Facts,
    operation=st.sampled_from(["schedule", "cancel", "find"]),
    version=st.just("v3"),
    phone=st.none() | VALUES,
    service=st.none() | VALUES,
    headers=st.dictionaries(st.sampled_from(["a", "b"]), VALUES),
    desired=st.none() | st.integers(-30, 30).map(lambda hours: parse_instant(NINE) + hours * HOUR),
)


@pytest.mark.slow
@given(CONDITIONS, CONDITIONS, st.lists(FACTS, min_size=5, max_size=20))
def test_a_rule_that_hides_another_matches_all_requests_that_the_other_matches(
    first: dict[str, object], second: dict[str, object], requests: list[Facts]
) -> None:
    rules = [{"name": name, "when": when, "then": {"fault": "hang"}} for name, when in (("a", first), ("b", second))]
    scenario = Catalog().parse(json.dumps({"description": "x", "rules": rules}))
    hiding, hidden = scenario.rules
    if scenario.warnings:
        for facts in requests:
            assert [*hidden.mismatches(facts, 0)] or not [*hiding.mismatches(facts, 0)]


def test_the_scenario_lists_the_hidden_rules_and_the_rules_that_hide_them(parse: Parse) -> None:
    scenario = parse(f"rules: [{{name: a, {HANG}}}, {{name: b, times: 0, {HANG}}}, {{name: c, {HANG}}}]")
    assert scenario.hidden == {"b": "a", "c": "a"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "when",
    [
        {"phone": "+1555{n}"},
        {"phone": "+1555{n:03}*"},
        {"phone": "/^{n}$/"},
        {"header": {"x-test": "{n}"}},
        {"service": ["a{n}", "b{n}"]},
    ],
)
@pytest.mark.unmeasured
def test_rules_of_a_long_file_are_compared_a_bounded_number_of_times(when: dict[str, Any], parse: Parse) -> None:
    text = json.dumps(when)
    rules = [{"name": f"r{n}", "when": text.replace("{n}", str(n)).replace("{n:03}", f"{n:03}")} for n in range(500)]
    written = ", ".join(f"{{name: {each['name']}, when: {each['when']}, {HANG}}}" for each in rules)
    with patch("mockgms.scenario.unreachable_rules._covers", wraps=_covers) as compared:
        assert parse(f"rules: [{written}]").warnings == ()
    assert compared.call_count <= 100 * 500


@pytest.mark.unmeasured
def test_the_patterns_of_a_list_that_rules_share_are_not_compared_with_each_other(parse: Parse) -> None:
    shared = ", ".join(f"+1555{n}*" for n in range(100))
    written = ", ".join(f"{{name: r{n}, when: {{phone: [{shared}, '+1{n}']}}, {HANG}}}" for n in range(10))
    with patch.object(Pattern, "includes", autospec=True, side_effect=Pattern.includes) as compared:
        assert parse(f"rules: [{written}]").warnings == ()
    # Only the last pattern of a rule is compared with those of another. If all were, it would be 100 times as many.
    assert compared.call_count <= 2 * 10 * 9 * 101


def test_only_the_first_100_rules_without_a_text_condition_are_compared(parse: Parse) -> None:
    written = ", ".join(f"{{name: r{n}, when: {{query: {{a: /^{n}$/}}}}, {HANG}}}" for n in [*range(101), 99, 100])
    rules = f"rules: [{written}]".replace("r99, when", "rx, when", 1).replace("r100, when", "ry, when", 1)
    assert [warning.partition("the rule ")[2] for warning in warnings_of(parse(rules))] == [
        "`r99` never fires: `rx` (text:2:6127) comes first and matches all of its requests"
    ]


@pytest.mark.parametrize(
    ("earlier", "later", "is_hidden"),
    [
        ("header: {X-A: a}", "header: {x-b: b, x-a: a}", True),
        ("header: {X-A: [a, b*]}", "header: {x-a: [b1, a]}", True),
        ("header: {X-A: [a, b*]}", "header: {x-a: [b1, c]}", False),
        ("header: {X-A: a*}", "user_data: {x-a: a1}", False),
        ("query: {q: a}, user_data: {u: '*'}", "user_data: {u: x}, query: {q: a}", True),
        ("query: {q: a}, user_data: {u: v}", "query: {q: a}", False),
        ("query: {q: '/a/', r: b}", "query: {q: '/a/', r: b}", True),
        ("query: {q: '*'}", "query: {q: '/a/'}", True),
    ],
)
def test_a_rule_is_hidden_by_an_earlier_one_with_the_same_or_fewer_named_texts(
    earlier: str, later: str, is_hidden: bool, parse: Parse
) -> None:
    others = "".join(f"{{name: o{n}, when: {{header: {{X-A: o{n}}}}}, {HANG}}}, " for n in range(101))
    rules = f"rules: [{others}{{name: a, when: {{{earlier}}}, {HANG}}}, {{name: b, when: {{{later}}}, {HANG}}}]"
    assert parse(rules).hidden == ({"b": "a"} if is_hidden else {})


@pytest.mark.parametrize(
    ("rules", "hidden_by"),
    [
        ("{operation: schedule}, {operation: cancel}, {operation: [schedule, cancel], phone: +1*}", "r0, r1"),
        ("{version: v1}, {version: v2}, {version: v3}, {}", "r0, r1, r2"),
        # v2 has no operation cancel.
        ("{version: v1}, {version: v3}, {operation: cancel}", "r0, r1"),
        ("{operation: schedule}, {operation: [schedule, cancel]}", None),
        ("{operation: schedule}, {operation: cancel, phone: +1*}, {operation: [schedule, cancel]}", None),
        ("{version: v1}, {version: v3, state: s}, {operation: cancel}", None),
    ],
)
def test_a_rule_can_be_hidden_by_several_earlier_ones_together(rules: str, hidden_by: str | None) -> None:
    conditions = rules.replace("}, {", "}|{").split("|")
    lines = [f"  - {{name: r{n}, when: {when}, then: hang}}" for n, when in enumerate(conditions)]
    sets = "  - {name: sets, then: [{fault: set_state, name: s}, hang]}"
    scenario = Catalog([]).parse("\n".join(["description: x", "rules:", *lines, sets]), "x")
    last = f"r{len(lines) - 1}"
    assert scenario.hidden.get(last) == hidden_by
    places = " and ".join(f"`{name}` (x:{3 + int(name[1:])}:5)" for name in (hidden_by or "").split(", ") if name)
    expected = [f"the rule `{last}` never fires: {places} come first and match all of its requests"] if places else []
    assert [warning.message for warning in scenario.warnings if f"`{last}` never" in warning.message] == expected
