"""Compiled rules, condition by condition, and the cache of their matches."""

from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.instants import HOUR, LATEST, Instant
from mockgms.http.messages import run_to_end
from mockgms.scenario.compiled_rules import NO_RULES, Candidates
from mockgms.scenario.patterns import Pattern, like, parse_phone
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between, Daily
from mockgms.scenario.text_forms import parse_weekly_span
from tests.scenario.conditions import Conditions, conditions_on, patterns
from tests.scenario.facts import BOOKING, NOW, Facts


@dataclass
class Counting:
    """Finds a text that contains another, and counts how often it looks."""

    part: str
    looks: int = field(default=0)

    def search(self, text: str, /) -> bool:
        self.looks += 1
        return self.part in text


def counted(counting: Counting, **settings: Any) -> Candidates:
    """The candidates of a rule for services that contain a text."""
    rule = Rule("r", (), conditions_on(service=(Pattern(f"*{counting.part}?", counting),)), **settings)
    return Candidates([rule], "schedule", "v1")


def matches(prepared: Candidates, facts: Facts, now: Instant = NOW) -> bool:
    """Return whether a rule matches. Both ways to look for it must agree."""
    found = bool(prepared.matches(facts, now))
    assert bool(run_to_end(prepared.matches_in_steps(facts, now))) is found
    return found


NOW_ON = Between(NOW, NOW + HOUR)
DAILY = Daily(time(9, 50), time(10))  # 09:55 in Paris is 08:55 in UTC
WEEKLY = parse_weekly_span("Mon 10:50-11:00")
LATER = Between(NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("rule", "others"),
    [
        (Rule("r", (), conditions_on(service=patterns("s*s"))), [{"service": "Sales"}, {"service": None}]),
        (Rule("r", (), conditions_on(phone=patterns("1", "/555/"))), [{"phone": "+1"}, {"phone": None}]),
        (
            Rule("r", (), conditions_on(api_key=patterns("KEY-?"))),
            [{"api_key": "KEY", "headers": {"x-api-key": "KEY"}}, {"api_key": None, "headers": {}}],
        ),
        (
            Rule("r", (), conditions_on(header={"X-Tenant": patterns("acme")})),
            [{"headers": {"x-tenant": "b"}}, {"headers": {}}, {"headers": {"X-TENANT": "acme"}}],
        ),
        (
            Rule("r", (), conditions_on(query={"days": patterns("2", "3")})),
            [{"query": {"days": ["1"]}}, {"query": {"day": ["2"]}}, {"query": {}}],
        ),
        (
            Rule("r", (), conditions_on(user_data={"city": patterns("Lyon")})),
            [{"user_data": {"city": "Nice"}}, {"user_data": {"town": "Lyon"}}, {"user_data": {}}],
        ),
        (
            Rule("r", (), conditions_on(desired_time=(LATER, WEEKLY))),
            [{"desired": NOW}, {"desired": None}, {"zone": ZoneInfo("UTC")}],
        ),
        (
            Rule("r", (), conditions_on(desired_time=(WEEKLY,))),
            [{"desired": NOW + 2 * HOUR}, {"desired": None}],
        ),
        (
            Rule("r", (), conditions_on(desired_time=(Between(NOW, NOW + 2 * HOUR), Between(NOW + 9 * HOUR)))),
            [{"desired": NOW - 1}, {"desired": NOW + 2 * HOUR}, {"desired": None}],
        ),
        (Rule("r", (), during=(DAILY,)), [{"zone": ZoneInfo("UTC")}]),
        (Rule("r", (), during=(LATER, DAILY)), [{"zone": ZoneInfo("UTC")}]),
        (
            Rule("r", (), conditions_on(service=patterns("sales"), phone=patterns("+1*"))),
            [{"service": "x"}, {"phone": "2"}],
        ),
        (
            Rule("r", (), unless=conditions_on(service=patterns("s*"), phone=patterns("2"))),
            [{"phone": "2"}],
        ),
        (Rule("r", (), unless=conditions_on(header={"X-Tenant": patterns("b")})), [{"headers": {"x-tenant": "b"}}]),
        (Rule("r", (), unless=conditions_on(query={"days": patterns("3")})), [{"query": {"days": ["3"]}}]),
        (Rule("r", (), unless=conditions_on(user_data={"city": patterns("Nice")})), [{"user_data": {"city": "Nice"}}]),
        (Rule("r", (), unless=conditions_on(desired_time=(Between(NOW, NOW + HOUR),))), [{"desired": NOW}]),
    ],
)
def test_earlier_requests_do_not_change_whether_a_condition_matches(rule: Rule, others: list[dict[str, Any]]) -> None:
    prepared = Candidates([rule], "schedule", "v1")
    for changes in [*others, *others]:
        other, in_other_order = replace(BOOKING, **changes), Candidates([rule], "schedule", "v1")
        assert (matches(prepared, BOOKING), matches(prepared, other)) == (True, False)
        assert (matches(in_other_order, other), matches(in_other_order, BOOKING)) == (False, True)
        assert (list(rule.mismatches(BOOKING, NOW)) == [], list(rule.mismatches(other, NOW)) == []) == (True, False)


@pytest.mark.parametrize("spans", [(NOW_ON,), (LATER, NOW_ON), (NOW_ON, DAILY)])
def test_a_rule_is_in_force_only_during_its_spans(spans: tuple[Between | Daily, ...]) -> None:
    prepared = Candidates([Rule("r", (), during=spans)], "schedule", "v1")
    utc = replace(BOOKING, zone=ZoneInfo("UTC"))
    outcomes = [(now - NOW, matches(prepared, utc, now)) for now in (NOW - 1, NOW, NOW + HOUR - 1)]
    assert outcomes == [(-1, False), (0, True), (HOUR - 1, True)]


def test_rules_come_into_force_as_the_clock_is_set_back_and_forward() -> None:
    early = Rule("early", (), during=(Between(end=NOW),))
    late = Rule("late", (), during=(Between(start=NOW, end=NOW + HOUR), Between(start=NOW + 2 * HOUR)))
    times = (NOW + 3 * HOUR, NOW + 2 * HOUR - 1, NOW + HOUR - 1, NOW - 1, NOW - 1, NOW)
    prepared, in_steps = (Candidates([early, late], "schedule", "v1") for _ in range(2))
    for now, names in zip(times, (["late"], [], ["late"], ["early"], ["early"], ["late"]), strict=True):
        assert [rule.name for rule in prepared.matches(BOOKING, now)] == names
        assert [rule.name for rule in run_to_end(in_steps.matches_in_steps(BOOKING, now))] == names


def test_a_rule_can_match_after_one_whose_user_data_do_not() -> None:
    rules = [Rule(city, (), conditions_on(user_data={"city": patterns(city)})) for city in ("Nice", "Lyon")]
    assert [rule.name for rule in Candidates(rules, "schedule", "v1").matches(BOOKING, NOW)] == ["Lyon"]


# The cache


def test_up_to_256_short_queries_with_the_same_headers_are_remembered() -> None:
    prepared, headers, other_headers = Candidates([], "availability", "v1"), {"a": "1"}, {"a": "1"}
    assert prepared.matches(BOOKING, NOW) is NO_RULES
    queries = [("/", str(number)) for number in range(256)]
    for query in queries:
        prepared.remember(query, headers, BOOKING)
    assert [prepared.recall(query, headers, NOW) for query in queries] == [BOOKING] * 256
    assert prepared.recall(queries[0], other_headers, NOW) is None
    prepared.remember(("/", "x" * 1_024), headers, BOOKING)
    assert [prepared.recall(query, headers, NOW) for query in (queries[0], ("/", "x" * 1_024))] == [None, None]
    prepared.remember(queries[0], other_headers, BOOKING)
    assert prepared.recall(queries[0], other_headers, NOW) == BOOKING


@pytest.mark.parametrize("now", [NOW, LATEST])
def test_each_distinct_value_is_compared_once(now: Instant) -> None:
    counting = Counting("b")
    prepared = counted(counting)
    for _ in range(3):
        assert prepared.matches(replace(BOOKING, service="abc"), now)
    assert counting.looks == 1
    assert not prepared.matches(replace(BOOKING, service="acc"), now)
    assert prepared.matches(replace(BOOKING, service="abc"), now)
    assert counting.looks == 2
    assert run_to_end(prepared.matches_in_steps(replace(BOOKING, service="abc"), now))
    assert counting.looks == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"user_data": {"city": "x"}},
        {"query": {}},
        {"desired": NOW},
        {"api_key": "x"},
        {"headers": {}},
        {"phone": "+15550100"},
    ],
)
def test_values_without_a_condition_do_not_make_requests_distinct(changes: dict[str, Any]) -> None:
    counting = Counting("a")
    prepared = counted(counting)
    assert prepared.matches(BOOKING, NOW)
    assert prepared.matches(replace(BOOKING, **changes), NOW)
    assert counting.looks == 1


@pytest.mark.parametrize(("pattern", "looks"), [("+1400*", 3), ("+14005550100", 2), ("+1[3-4]00*", 32), ("*7", 32)])
def test_numbers_with_a_prefix_that_no_pattern_has_are_not_distinct(pattern: str, looks: int) -> None:
    counting = Counting("a")
    by_service = Rule("service", (), conditions_on(service=(Pattern("*a?", counting),)))
    by_phone = Rule("phone", (), conditions_on(phone=(parse_phone(pattern),)))
    prepared = Candidates([by_service, by_phone], "schedule", "v1")
    phones = [None, *(f"+1{number}" for number in range(200, 229)), "+14005550100", "+14005550199"]
    for phone in phones:
        expected = ["service"] + ["phone"] * (
            phone is not None and by_phone.when[0].matches(replace(BOOKING, phone=phone), NOW)
        )
        assert [rule.name for rule in prepared.matches(replace(BOOKING, phone=phone), NOW)] == expected
    assert counting.looks == looks


@pytest.mark.parametrize(
    ("written", "looks"),
    [
        (["/[3-4]005550/"], 3),
        (["/14005550100/"], 2),
        (["/(?:a?){700}b/", "/(?:a?){700}c/"], 32),  # too complex to be joined
        (["/^400/"], 3),  # its digits are searched anywhere
        (["/^.14[0-9]0/"], 3),  # too few digits: the expression itself is searched
        ([f"/^4005{number}/" for number in range(50, 66)], 3),
        ([f"/^4005{number}/" for number in range(50, 67)], 1),  # too many expressions: they are joined
        ([f"/{number}{'9' * (819 - 1)}/" for number in range(1, 5)] + [f"/5{'9' * 819}/"], 1),  # 4,096 characters
        ([f"/{number}{'9' * (819 - 1)}/" for number in range(1, 5)] + [f"/5{'9' * 820}/"], 32),
    ],
)
def test_numbers_that_no_expression_can_match_are_not_distinct(written: list[str], looks: int) -> None:
    counting = Counting("a")
    by_service = Rule("service", (), conditions_on(service=(Pattern("*a?", counting),)))
    by_phone = Rule("phone", (), conditions_on(phone=tuple(map(parse_phone, written))))
    prepared = Candidates([by_service, by_phone], "schedule", "v1")
    for phone in [None, *(f"+1{number}" for number in range(200, 229)), "+14005550100", "+14005550199"]:
        facts = replace(BOOKING, phone=phone)
        expected = [by_service] if list(by_phone.mismatches(facts, NOW)) else [by_service, by_phone]
        assert prepared.matches(facts, NOW) == expected
    assert counting.looks == looks


def test_numbers_match_with_their_country_code_and_others_are_not_distinct() -> None:
    counting = Counting("a")
    by_service = Rule("service", (), conditions_on(service=(Pattern("*a?", counting),)))
    by_phone = Rule("phone", (), conditions_on(phone=(parse_phone("+49151*"),)))
    prepared, only_by_phone = (Candidates(rules, "schedule", "v1") for rules in ([by_service, by_phone], [by_phone]))
    for sent, full, found in (
        (None, None, []),
        ("0151", "+49151", ["phone"]),
        ("0160", "+49160", []),
        ("0170", "+49170", []),
        ("0151", "+49151", ["phone"]),
    ):
        facts = replace(BOOKING, phone=sent, full_phone=full)
        assert [rule.name for rule in prepared.matches(facts, NOW)] == ["service", *found]
        assert [rule.name for rule in only_by_phone.matches(facts, NOW)] == found
    assert counting.looks == 2


def test_matches_are_cached_while_the_same_rules_are_in_force() -> None:
    counting = Counting("a")
    prepared = counted(counting, during=(Between(NOW, NOW + HOUR), Between(NOW + 2 * HOUR)))
    looks = []
    for now in (NOW, NOW, NOW + HOUR - 1, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW):
        assert prepared.matches(BOOKING, now)
        looks.append(counting.looks)
    assert looks == [1, 1, 1, 2, 2, 3]


def test_matches_found_in_steps_are_cached_while_the_same_rules_are_in_force() -> None:
    counting = Counting("a")
    prepared = counted(counting, during=(Between(NOW, NOW + HOUR), Between(NOW + 2 * HOUR)))
    looks = []
    for now in (NOW, NOW, NOW + HOUR - 1, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW):
        assert run_to_end(prepared.matches_in_steps(BOOKING, now))
        looks.append(counting.looks)
    assert looks == [1, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(("length", "looks"), [(1_024, 1), (1_025, 2)])
def test_matches_of_texts_over_1_024_characters_are_not_cached(length: int, looks: int) -> None:
    counting = Counting("a")
    prepared = counted(counting)
    facts = Facts("schedule", "v1", service="a" * length)
    assert [bool(prepared.matches(facts, NOW)) for _ in range(2)] == [True, True]
    assert counting.looks == looks


@pytest.mark.slow
@pytest.mark.parametrize(("others", "looks"), [(4_095, 4_096), (4_096, 4_098)])
def test_the_cache_holds_4_096_distinct_requests_and_is_emptied_by_one_more(others: int, looks: int) -> None:
    counting = Counting("a")
    prepared = counted(counting)
    first = replace(BOOKING, service="a first")
    assert prepared.matches(first, NOW)
    for number in range(others):
        prepared.matches(replace(BOOKING, service=f"a{number}"), NOW)
    assert prepared.matches(first, NOW)
    assert counting.looks == looks


def test_matches_found_in_steps_while_the_clock_moves_are_right_and_not_cached() -> None:
    counting = Counting("a")
    prepared = counted(counting, during=(Between(NOW, NOW + HOUR),))
    steps = prepared.matches_in_steps(BOOKING, NOW)
    passing = next(steps)()
    assert prepared.matches(BOOKING, NOW + HOUR) == []  # another request, when the rule is over
    found = steps.send(passing)()
    with pytest.raises(StopIteration) as end:
        steps.send(found)
    assert [rule.name for rule in end.value.value] == ["r"]
    assert prepared.matches(BOOKING, NOW + HOUR) == []


def test_exact_texts_and_prefixes_are_matched_without_a_search() -> None:
    text, beginning, other = Counting("a"), Counting("b"), Counting("c")
    test = like([Pattern("a", text), Pattern("b*", beginning), Pattern("*c?", other)])
    assert [bool(test(each)) for each in ("a", "bx", "xcx", "x")] == [True, True, True, False]
    assert [each.looks for each in (text, beginning, other)] == [0, 0, 2]


@pytest.mark.parametrize(
    ("written", "fitting", "other"),
    [
        (["a", "b*"], ["a", "bc"], ["c", "ab"]),
        (["a", "/c/"], ["a", "xc"], ["b"]),
        (["/a/", "/b/"], ["xa", "xb"], ["c"]),
        (["b*", "/c/"], ["bx", "xc"], ["a"]),
        (["a?*"], ["abc", "ab"], ["a", "b"]),
    ],
)
def test_patterns_of_several_kinds_match_together(written: list[str], fitting: list[str], other: list[str]) -> None:
    test = like(patterns(*written))
    assert [text for text in [*fitting, *other] if test(text)] == fitting


# Lookups that may take long


@pytest.mark.parametrize(
    ("when", "asks"),
    [
        (conditions_on(), False),
        (conditions_on(phone=patterns("1")), False),
        (conditions_on(header={"X-A": patterns("1")}), True),
        (conditions_on(api_key=patterns("1")), True),
    ],
)
def test_headers_are_read_when_a_rule_has_a_condition_on_one(when: Conditions, *, asks: bool) -> None:
    assert Candidates([Rule("r", (), when)], "schedule", "v1").asks_headers is asks


def queried(count: int, written: str = "text") -> Conditions:
    return conditions_on(query={f"k{number}": patterns(written) for number in range(count)})


GIVEN, NOTHING = conditions_on(user_data={"k": patterns("text")}), conditions_on(phone=patterns("1"))
SEEN = conditions_on(phone=(Pattern("/x/", Counting("x"), 50),))


@pytest.mark.parametrize(
    ("whens", "size", "is_long"),
    [
        ([GIVEN], 1_000_000, False),
        ([GIVEN], 1_000_001, True),
        ([GIVEN, GIVEN], 500_001, True),
        ([queried(61)], 16_384, False),
        ([queried(62)], 16_384, True),
        ([queried(62)], 16_000, False),
        ([queried(31), queried(31)], 16_384, True),
        ([queried(5, "x*")], 16_384, False),
        ([queried(6, "x*")], 16_384, True),
        ([SEEN], 20_000, False),
        ([SEEN], 20_001, False),  # no more than 16,384 characters of a text are looked at
        ([SEEN, SEEN], 10_000, False),
        ([SEEN, SEEN], 10_001, True),
        ([SEEN, SEEN, NOTHING], 10_001, True),
    ],
)
def test_the_work_of_all_rules_is_added_up(whens: list[Conditions], size: int, *, is_long: bool) -> None:
    rules = [Rule(f"r{number}", (), when) for number, when in enumerate(whens)]
    assert Candidates(rules, "schedule", "v1").may_take_long(size) is is_long


@pytest.mark.parametrize(("size", "is_long"), [(1_000_000, False), (1_000_001, True)])
def test_the_work_of_unless_is_that_of_its_conditions(size: int, *, is_long: bool) -> None:
    assert Candidates([Rule("r", (), unless=GIVEN)], "schedule", "v1").may_take_long(size) is is_long


@pytest.mark.parametrize(("when", "is_fast"), [(NOTHING, True), (GIVEN, False), (SEEN, True), (queried(62), False)])
def test_a_lookup_is_fast_if_no_request_takes_long(when: Conditions, *, is_fast: bool) -> None:
    assert Candidates([Rule("r", (), when)], "schedule", "v1").is_fast is is_fast
