from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from mockgms.domain.instants import HOUR, MINUTE, Instant
from mockgms.scenario.conditions import DuringCondition, UnlessCondition
from mockgms.scenario.facts import Per
from mockgms.scenario.patterns import Shown
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import StateCondition
from mockgms.scenario.spans import Between, Daily, Since
from mockgms.scenario.text_forms import parse_weekly_span
from tests.scenario.conditions import conditions_on, patterns
from tests.scenario.facts import BOOKING, NOW, Facts

IN_PARIS = "Mon 2026-03-02T10:55:00.000+01:00"


def reasons(
    facts: Facts = BOOKING, now: Instant = NOW, during: tuple[Between | Daily, ...] = (), **when: Any
) -> list[str]:
    """Return why a rule with these conditions does not match a request."""
    return list(Rule("r", (), conditions_on(**when), during=during).mismatches(facts, now))


def test_a_rule_without_conditions_matches_every_request() -> None:
    assert reasons() == []
    assert reasons(Facts("queues", "v1")) == []


@pytest.mark.parametrize(
    "when",
    [
        {"operation": patterns("schedule", "cancel")},
        {"version": patterns("v[12]")},
        {"service": patterns("s*s")},
        {"phone": patterns("+1400*", "+1555*")},
        {"phone": patterns("/555/")},
        {"api_key": patterns("KEY-?")},
        {"desired_time": (parse_weekly_span("Mon 10:00-11:00"),)},
        {"user_data": {"city": patterns("Lyon")}},
        {"header": {"X-Tenant": patterns("acme")}},
        {"query": {"days": patterns("2")}},
    ],
)
def test_a_condition_matches_when_one_of_its_patterns_does(when: dict[str, Any]) -> None:
    assert reasons(**when) == []


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ({"operation": patterns("cancel")}, "operation is schedule, not cancel"),
        ({"version": patterns("v2", "v3")}, "version is v1, not v2 or v3"),
        ({"service": patterns("Sales")}, "service is sales, not Sales"),
        ({"phone": patterns("+1400*")}, "phone is +15551234, not +1400*"),
        ({"phone": patterns("a", "b", "/c/")}, "phone is +15551234, not a, b or /c/"),
        ({"api_key": patterns("KEY")}, "api_key is KEY-1, not KEY"),
        (
            {"desired_time": (parse_weekly_span("Mon-Wed 09:00-10:00"),)},
            f"desired_time is {IN_PARIS}, not Mon,Tue,Wed 09:00-10:00",
        ),
        (
            {"desired_time": (Between(None, NOW), Between(NOW + 2 * HOUR, None))},
            f"desired_time is {IN_PARIS}, not up to 2026-03-02T08:55:00.000Z or from 2026-03-02T10:55:00.000Z on",
        ),
        (
            {"desired_time": (Between(NOW, NOW + HOUR),)},
            f"desired_time is {IN_PARIS}, not from 2026-03-02T08:55:00.000Z up to 2026-03-02T09:55:00.000Z",
        ),
        ({"user_data": {"city": patterns("Nice")}}, "user_data city is Lyon, not Nice"),
        ({"user_data": {"City": patterns("*")}}, "there is no user_data City to match *"),
        ({"header": {"X-TENANT": patterns("other")}}, "header X-TENANT is acme, not other"),
        ({"header": {"X-None": patterns("*")}}, "there is no header X-None to match *"),
        ({"query": {"days": patterns("3")}}, "query days is 1 or 2, not 3"),
        ({"query": {"Days": patterns("*")}}, "there is no query Days to match *"),
    ],
)
def test_a_condition_that_does_not_match_returns_the_reason(when: dict[str, Any], reason: str) -> None:
    assert reasons(**when) == [reason]


@pytest.mark.parametrize("pattern", ["0151*", "+49151*"])
def test_a_condition_on_the_number_matches_it_as_sent_or_with_its_country_code(pattern: str) -> None:
    assert reasons(replace(BOOKING, phone="01515550100", full_phone="+491515550100"), phone=patterns(pattern)) == []


@pytest.mark.parametrize(
    ("sent", "full", "reason"),
    [
        ("0151", "+49151", "phone is 0151 or +49151, not a"),
        ("+49151", "+49151", "phone is +49151, not a"),
        ("0151", None, "phone is 0151, not a"),
        (None, "+49151", "phone is +49151, not a"),
        (None, None, "there is no phone to match a"),
    ],
)
def test_a_reason_shows_the_number_in_each_form_once(sent: str | None, full: str | None, reason: str) -> None:
    assert reasons(replace(BOOKING, phone=sent, full_phone=full), phone=patterns("a")) == [reason]


def test_reasons_show_values_and_patterns_through_the_given_functions() -> None:
    shown = Shown(lambda what, value: f"value({what}, {value})", lambda what, text: f"pattern({what}, {text})")
    when = conditions_on(
        phone=patterns("1", "2"),
        service=patterns("x"),
        user_data={"city": patterns("Nice")},
        header={"X-Tenant": patterns("other")},
        query={"days": patterns("3")},
    )
    assert list(Rule("r", (), when).mismatches(replace(BOOKING, service=None), NOW, shown)) == [
        "there is no service to match pattern(service, x)",
        "phone is value(phone, +15551234), not pattern(phone, 1) or pattern(phone, 2)",
        "user_data city is value(user_data city, Lyon), not pattern(user_data city, Nice)",
        "header X-Tenant is value(header X-Tenant, acme), not pattern(header X-Tenant, other)",
        "query days is value(query days, 1) or value(query days, 2), not pattern(query days, 3)",
    ]


@pytest.mark.parametrize(("length", "shown"), [(100, "x" * 100), (101, "x" * 100 + "...")])
def test_a_reason_shows_the_first_100_characters_of_a_long_value(length: int, shown: str) -> None:
    assert reasons(replace(BOOKING, phone="x" * length), phone=patterns("a")) == [f"phone is {shown}, not a"]


def test_a_reason_shows_the_first_5_of_many_values() -> None:
    facts = replace(BOOKING, query={"days": [str(number) for number in range(7)]})
    assert reasons(facts, query={"days": patterns("9")}) == ["query days is 0, 1, 2, 3 or 4, not 9"]


def test_daily_spans_follow_the_wall_clock_of_the_zone() -> None:
    assert reasons(during=(Daily(time(9, 50), time(10)),)) == []  # 09:55 in Paris, 08:55 in UTC


@pytest.mark.parametrize(("started", "holds"), [(NOW, True), (NOW - HOUR, False)])
def test_spans_can_count_from_the_start_of_the_session(started: Instant, *, holds: bool) -> None:
    assert DuringCondition((Since(None, HOUR),)).matches(replace(BOOKING, started=started), NOW) is holds


@pytest.mark.parametrize(
    ("span", "end"),
    [(Daily(time(9, 50), time(10)), NOW + 5 * MINUTE), (Since(None, HOUR), NOW + 20 * MINUTE), (Between(NOW), None)],
)
def test_a_span_ends_by_the_zone_of_the_service_and_the_start_of_the_session(
    span: Daily | Since | Between, end: Instant | None
) -> None:
    assert DuringCondition((span,)).end(NOW, replace(BOOKING, started=NOW - 40 * MINUTE)) == end


@pytest.mark.parametrize("name", ["service", "phone", "api_key"])
def test_a_missing_value_matches_no_pattern(name: str) -> None:
    condition: dict[str, Any] = {name: patterns("*")}
    assert reasons(Facts("queues", "v1"), **condition) == [f"there is no {name} to match *"]


def test_a_request_without_a_desired_time_matches_no_span() -> None:
    spans = (Between(), parse_weekly_span("Sun 00:00-24:00"))
    assert reasons(Facts("queues", "v1"), desired_time=spans) == [
        "there is no desired_time to match at any time or Sun 00:00-24:00"
    ]


def test_all_conditions_must_match_and_each_that_does_not_is_named() -> None:
    during = (Daily(time(9), time(9, 5)), Between(NOW + MINUTE, None))
    assert reasons(during=during, phone=patterns("a"), version=patterns("v1"), header={"x-tenant": patterns("b")}) == [
        "it is Mon 2026-03-02T09:55:00.000+01:00, not daily 09:00-09:05 or from 2026-03-02T08:56:00.000Z on",
        "phone is +15551234, not a",
        "header x-tenant is acme, not b",
    ]


def test_a_condition_on_the_session_has_the_same_reason_for_rules_and_explanations() -> None:
    condition, unset, set_before = StateCondition(("busy",)), BOOKING, replace(BOOKING, states=("busy",))
    assert [*condition.explain(unset, NOW)] == [condition.reason(unset, NOW)]
    assert ([*condition.explain(set_before, NOW)], condition.reason(set_before, NOW)) == ([], None)


@pytest.mark.parametrize(
    ("unless", "found"),
    [
        ({"service": patterns("sales"), "phone": patterns("+1*")}, ["`unless` holds: service, phone"]),
        ({"service": patterns("sales"), "phone": patterns("+4*")}, []),
    ],
)
def test_a_rule_does_not_match_if_all_conditions_of_unless_hold(unless: dict[str, Any], found: list[str]) -> None:
    assert list(Rule("r", (), unless=conditions_on(**unless)).mismatches(BOOKING, NOW)) == found


class BusyFromNow(Facts):
    """The facts of a request in a session whose state is set from `NOW` on."""

    def has_state(self, names: Sequence[str], per: Per, scope: str, now: Instant) -> bool:  # noqa: ARG002
        return now >= NOW


@pytest.mark.parametrize(("now", "found"), [(NOW - 1, []), (NOW, ["`unless` holds: state"])])
def test_conditions_of_unless_hold_at_the_time_of_the_request(now: Instant, found: list[str]) -> None:
    condition = UnlessCondition((StateCondition(("busy",)),))
    assert list(condition.explain(BusyFromNow("schedule", "v1"), now)) == found
