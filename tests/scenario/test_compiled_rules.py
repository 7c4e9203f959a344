from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import HOUR, Instant
from mockgms.http.messages import run_to_end
from mockgms.scenario.compiled_rules import NO_RULES, Candidates
from mockgms.scenario.patterns import Pattern, like, parse_pattern, parse_phone
from mockgms.scenario.regex import LinearRegex, needed_digits
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between
from tests.scenario.conditions import Conditions, conditions_on
from tests.scenario.facts import NOW, Facts
from tests.scenario.requests import DURING, FACTS, INSTANTS, ONE_CONDITION, RULES, SOME_PATTERNS, TEXTS

RULE_OF_ONE = Rule("r", (), conditions_on(phone=(parse_phone("4999"),)))


def lookup(rules: list[Rule], facts: Facts, now: Instant) -> list[Rule]:
    """Return the rules that match a request, as the compiled lookup finds them."""
    return list(Candidates(rules, facts.operation, facts.version).matches(facts, now))


@pytest.mark.slow
@given(st.lists(RULES | st.builds(Rule, st.just("r"), st.just(()), ONE_CONDITION, during=DURING)), FACTS, INSTANTS)
def test_the_lookup_finds_exactly_the_rules_without_a_mismatch(rules: list[Rule], facts: Facts, now: Instant) -> None:
    assert lookup(rules, facts, now) == [rule for rule in rules if not list(rule.mismatches(facts, now))]


@pytest.mark.slow
@given(st.lists(RULES, max_size=4), st.lists(FACTS, max_size=8))
def test_earlier_requests_do_not_change_what_the_lookup_finds(rules: list[Rule], requests: list[Facts]) -> None:
    alike = [replace(facts, operation="schedule", version="v1") for facts in requests]
    prepared = Candidates(rules, "schedule", "v1")
    for facts in [*alike, *alike]:
        assert prepared.matches(facts, NOW) == [rule for rule in rules if not list(rule.mismatches(facts, NOW))]


@pytest.mark.slow
@given(st.lists(RULES, max_size=4), st.lists(FACTS, min_size=1, max_size=4), st.data())
def test_a_query_is_recalled_only_when_no_rule_matches_it(
    rules: list[Rule], queries: list[Facts], data: st.DataObject
) -> None:
    prepared = Candidates(rules, "availability", "v1")
    alike = [replace(facts, operation="availability", version="v1") for facts in queries]
    for facts, now in data.draw(st.lists(st.tuples(st.sampled_from(alike), INSTANTS), max_size=12)):
        target = (facts.query_text, repr(facts))
        known = prepared.recall(target, facts.headers, now)
        if known is None and prepared.matches(facts, now) is NO_RULES:
            prepared.remember(target, facts.headers, facts)
        if known is not None:
            assert known == facts
            assert [rule for rule in rules if not list(rule.mismatches(facts, now))] == []


@given(SOME_PATTERNS, TEXTS)
def test_compiled_patterns_match_exactly_when_one_of_them_does(patterns: tuple[Pattern, ...], text: str) -> None:
    assert bool(like(patterns)(text)) == any(pattern.fits(text) for pattern in patterns)


@pytest.mark.parametrize(
    ("written", "fitting", "other"),
    [
        (["sales"], ["sales"], ["Sales", "sales ", "presales", ""]),
        (["+1400*"], ["+1400", "+14005551234"], ["+1401", "1400"]),
        (["+1400*", "a*"], ["+14005", "a"], ["b"]),
        (["*"], ["", "anything\nat all"], []),
        (["/555/"], ["15551234"], ["1234"]),
        (["/5/*"], ["/5/", "/5/6"], ["5"]),
        (["a?c", "a", "b*"], ["abc", "a", "bc"], ["ac", "c"]),
        (["+14[02]*"], ["+140", "+1425"], ["+141"]),
    ],
)
def test_compiled_patterns_match_literals_prefixes_globs_and_regular_expressions(
    written: list[str], fitting: list[str], other: list[str]
) -> None:
    test = like([parse_pattern(text) for text in written])
    assert all(test(text) for text in fitting)
    assert not any(test(text) for text in other)


@pytest.mark.parametrize(
    ("when", "prepared"),
    [
        ({}, True),
        ({"operation": "schedule"}, True),
        ({"operation": "sched*", "version": "v1"}, True),
        ({"operation": "cancel"}, False),
        ({"operation": "schedule", "version": "v3"}, False),
    ],
)
def test_rules_of_other_operations_and_versions_are_left_out_beforehand(when: dict[str, str], prepared: bool) -> None:
    conditions: dict[str, Any] = {name: (parse_pattern(written),) for name, written in when.items()}
    assert bool(Candidates([Rule("r", (), conditions_on(**conditions))], "schedule", "v1").rules) is prepared


def test_rules_are_tried_in_their_order() -> None:
    rules = [Rule(name, (), conditions_on(phone=(parse_pattern("5*"),))) for name in "bca"]
    assert [rule.name for rule in lookup(rules, Facts("schedule", "v1", phone="5115"), NOW)] == ["b", "c", "a"]


def test_a_full_cache_of_callers_does_not_change_what_the_lookup_finds() -> None:
    prepared = Candidates([Rule("r", (), conditions_on(phone=(parse_pattern("*5"),)))], "schedule", "v1")
    requests = [Facts("schedule", "v1", phone=str(number)) for number in (*range(5_000), 5, 6)]  # more than it keeps
    fired = [facts.phone for facts in requests if list(prepared.matches(facts, NOW))]
    assert fired == [*(str(number) for number in range(5, 5_000, 10)), "5"]


def test_moving_the_clock_changes_which_rules_are_in_force() -> None:
    early = Rule("early", (), during=(Between(end=NOW),))
    late = Rule("late", (), during=(Between(start=NOW, end=NOW + HOUR), Between(start=NOW + 2 * HOUR)))
    prepared = Candidates([early, late], "schedule", "v1")
    facts = Facts("schedule", "v1")
    times = (NOW - 1, NOW, NOW + HOUR - 1, NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW - HOUR, NOW + HOUR)
    assert [[rule.name for rule in prepared.matches(facts, now)] for now in times] == [
        ["early"],
        ["late"],
        ["late"],
        [],
        ["late"],
        ["late"],
        ["early"],
        [],
    ]


@pytest.mark.parametrize(("desired", "matches"), [(NOW - 1, False), (NOW, True), (NOW + HOUR, False), (None, False)])
def test_a_desired_time_matches_within_the_period_of_a_condition(desired: Instant | None, matches: bool) -> None:
    rule = Rule("r", (), conditions_on(desired_time=(Between(start=NOW, end=NOW + HOUR),)))
    assert bool(lookup([rule], Facts("schedule", "v1", desired=desired), NOW)) is matches


@pytest.mark.parametrize(
    ("query", "matches"),
    [({"a": ["1"], "b": ["0", "2"]}, True), ({"a": ["1"], "b": ["0"]}, False), ({"b": ["2"]}, False), ({}, False)],
)
def test_each_parameter_of_a_condition_needs_a_matching_value(query: dict[str, list[str]], matches: bool) -> None:
    rule = Rule("r", (), conditions_on(query={"a": (parse_pattern("1"),), "b": (parse_pattern("2"),)}))
    assert bool(lookup([rule], Facts("schedule", "v1", query=query), NOW)) is matches


def test_each_of_5000_callers_is_matched_on_its_own_number() -> None:
    prepared = Candidates([RULE_OF_ONE], "schedule", "v1")
    for number in range(5_000):
        facts = Facts("schedule", "v1", phone=str(number))
        assert list(prepared.matches(facts, 0)) == ([RULE_OF_ONE] if number == 4_999 else [])


def test_long_texts_are_matched() -> None:
    prepared = Candidates([Rule("r", (), conditions_on(service=(parse_pattern("*b"),)))], "schedule", "v1")
    services = ["a" * 2_000 + last for last in "abab"]
    assert [bool(prepared.matches(Facts("schedule", "v1", service), NOW)) for service in services] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.slow
@given(st.lists(RULES, max_size=4), st.lists(FACTS, max_size=4))
def test_a_lookup_in_steps_finds_the_same_rules(rules: list[Rule], requests: list[Facts]) -> None:
    alike = [replace(facts, operation="schedule", version="v1") for facts in requests]
    prepared = Candidates(rules, "schedule", "v1")
    for facts in [*alike, *alike]:
        assert run_to_end(prepared.matches_in_steps(facts, NOW)) == prepared.matches(facts, NOW)


@pytest.mark.parametrize(
    ("when", "size", "is_long"),
    [
        (conditions_on(user_data={"k": (parse_pattern("/x[xy]{90}z/"),)}), 16_000, True),
        (conditions_on(user_data={"k": (parse_pattern("/x[xy]{90}z/"),)}), 1_000, False),
        (conditions_on(query={"k": tuple(parse_pattern(f"{n}*") for n in range(1_000))}), 16_000, True),
        (conditions_on(user_data={"k": (parse_pattern("text"),)}), 1_000_001, True),
    ],
)
def test_whether_a_lookup_may_take_long_depends_on_patterns_and_size(
    when: Conditions, size: int, *, is_long: bool
) -> None:
    candidates = Candidates([Rule("r", (), when)], "schedule", "v1")
    assert candidates.may_take_long(size) is is_long
    assert not candidates.may_take_long(candidates.fast_size)


def test_a_rule_for_a_prefix_never_takes_long() -> None:
    candidates = Candidates([Rule("r", (), conditions_on(phone=(parse_pattern("+1555*"),)))], "schedule", "v1")
    assert not candidates.may_take_long(10**9)


@pytest.mark.parametrize(
    "written",
    [
        ["/^4.*0$/", "/^5/", "+6*"],
        ["/(?i)^4/"],
        ["/(?P<a>^4)/", "/(?P<a>^5)/"],  # two groups of the same name
        [f"/^{number}{'0?' * 20}/" for number in range(400, 600)],  # too long for one expression
        [r"/\Q45/", r"/\Q66\E/"],  # what is quoted would go on in the second expression
        [r"/^(\+?1)?45[0-9]?51\d$/", "/555$/", "/1?450?0?0?/"],
        [r"/^(\+?1)?450\d?$/", "/555$/"],  # all need digits, which are searched instead
    ],
    ids=["several", "one", "same group", "long", "quoted", "short", "digits"],
)
def test_several_regular_expressions_for_numbers_match_like_each_alone(written: list[str]) -> None:
    rules = [Rule(each, (), conditions_on(phone=(parse_phone(each),))) for each in written]
    prepared = Candidates(rules, "schedule", "v1")
    for number in ["450", "451", "500", "555", "66", "7", None, "450", "+14505", "14500", "5550", "4510512"]:
        facts = Facts("schedule", "v1", phone=number)
        assert prepared.matches(facts, NOW) == [rule for rule in rules if not list(rule.mismatches(facts, NOW))]


USUAL_PARTS = [
    "1",
    "12",
    "7",
    r"\d",
    "[0-9]",
    "[^1]",
    "?",
    "*",
    "+?",
    "{2}",
    "{0,1}",
    "(",
    "(?:",
    ")",
    "|",
    "^",
    "$",
    r"\+",
]
ODD_PARTS = [
    ".",
    "{,2}",
    r"\Q",
    r"\E",
    r"\x31",
    "(?i)",
    "(?P<a>",
    "[)]",
    "[(1]",
    "{",
    "[]1]",
    "[^]",
    r"[\d]",
    r"\b",
    "a",
]
PARTS = st.sampled_from(USUAL_PARTS) | st.sampled_from(ODD_PARTS)


@pytest.mark.slow
@given(st.lists(PARTS, max_size=10).map("".join), st.text("0127a+", max_size=10))
def test_every_text_that_an_expression_matches_has_the_digits_that_it_needs(written: str, text: str) -> None:
    try:
        expression = LinearRegex(written)
    except ValueError:
        return
    assert needed_digits(written) in text or not expression.search(text)


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        (r"^(\+?1)?40055501\d\d$", "40055501"),
        ("^1?555$", "555"),
        ("12(345678)?90", "12"),
        ("123[45]6", "123"),
        ("9[ab]123$", "123"),
        ("123{0}", "12"),
        ("1234|5", ""),
        ("(1234|5)66", "66"),
        (r"\Q123", ""),
        (r"\x41123", ""),
        ("(?i)123", ""),
        ("[^]123[^]", ""),
        ("[^4]123", "123"),
        ("", ""),
    ],
)
def test_an_expression_needs_the_longest_digits_outside_its_groups(written: str, digits: str) -> None:
    assert needed_digits(written) == digits
