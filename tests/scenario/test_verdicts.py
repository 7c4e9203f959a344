from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.scenario.engine import Engine
from mockgms.scenario.patterns import Shown
from mockgms.scenario.rules import Rule
from mockgms.scenario.trials import Trial
from mockgms.scenario.verdicts import Verdict, unconcerned, untried, verdicts
from tests.scenario import requests
from tests.scenario.conditions import conditions_on, patterns
from tests.scenario.facts import NOW, Facts, decide

FACTS = Facts("schedule", "v1", phone="+15550001")
OTHER = Rule("other", (), conditions_on(phone=patterns("+1400*")))


def decided(*rules: Rule, times: int = 1, facts: Facts = FACTS) -> list[Verdict]:
    """Return the verdicts on the last of several equal requests."""
    engine = Engine(rules, 7)
    trials: list[Trial] = []
    for _ in range(times):
        trials = []
        decide(engine, facts, NOW, trials)
    return list(verdicts(engine.rule_list, facts, NOW, trials))


def test_the_first_condition_that_fails_is_the_reason() -> None:
    rule = replace(OTHER, when=conditions_on(phone=patterns("+1400*"), api_key=patterns("+1400*")))
    assert decided(rule) == [Verdict(rule, "mismatched", "phone is +15550001, not +1400*")]


def test_a_rule_that_fires_hides_those_after_it_that_match() -> None:
    first, second = Rule("first", ()), Rule("second", ())
    assert decided(first, second, OTHER, times=3) == [
        Verdict(first, "fired", "fired: match 3", 3),
        Verdict(second, "hidden", "hidden: the earlier rule first answered first"),
        Verdict(OTHER, "mismatched", "phone is +15550001, not +1400*"),
    ]


@pytest.mark.parametrize(
    ("times", "outcome", "reason"),
    [
        (1, "skipping", "still skipping: match 1 of 2"),
        (2, "skipping", "still skipping: match 2 of 2"),
        (3, "fired", "fired: match 3"),
        (4, "spent", "spent: fired 1 of 1 times"),
    ],
)
def test_the_verdict_on_a_matching_rule_says_whether_and_why_it_does_not_fire(
    times: int, outcome: str, reason: str
) -> None:
    rule = Rule("r", (), skip=2, times=1)
    assert decided(rule, times=times) == [(rule, outcome, reason, times, None)]


@pytest.mark.parametrize(
    ("chance", "outcome", "reason"),
    [
        (0.2, "chance", "chance 20 %: drew 0.58"),
        (0.125, "chance", "chance 12.5 %: drew 0.58"),
        (0.6, "fired", "fired: match 1, chance 60 %: drew 0.58"),
    ],
)
def test_the_verdict_on_a_chance_shows_the_draw(chance: float, outcome: str, reason: str) -> None:
    rule = Rule("r", (), chance=chance)
    [(judged, *others, drawn)] = decided(rule)
    assert (judged, *others) == (rule, outcome, reason, 1)
    assert drawn == pytest.approx(0.58, abs=0.005)


def test_an_armed_rule_has_expired_after_its_end() -> None:
    engine = Engine([])
    armed = Rule("armed", ())
    engine.arm(armed, NOW)
    assert list(verdicts(engine.rule_list, FACTS, NOW, [])) == [
        Verdict(armed, "expired", "expired: it was armed until 2026-03-02T08:55:00.000Z")
    ]


def test_each_rule_that_was_not_tried_gets_the_reason() -> None:
    assert list(untried(Engine([OTHER]).rule_list, "no route")) == [Verdict(OTHER, "untried", "not tried: no route")]


def test_each_rule_for_other_operations_or_versions_gets_the_reason() -> None:
    find, v3 = conditions_on(operation=patterns("find")), conditions_on(version=patterns("v3"))
    both = conditions_on(operation=patterns("s*"), version=patterns("v3"))
    rules = [Rule("a", (), find), Rule("b", (), v3), Rule("c", (), both)]
    assert [verdict.reason for verdict in unconcerned(Engine(rules).rule_list, "schedule", "v1")] == [
        "operation is schedule, not find",
        "version is v1, not v3",
        "version is v1, not v3",
    ]


def test_a_rule_list_does_not_change_when_rules_are_armed_and_disarmed() -> None:
    engine = Engine([OTHER])
    rule_list = engine.rule_list
    engine.arm(Rule("armed", ()))
    engine.disarm("other")
    assert (rule_list.rules, dict(rule_list.until)) == ((OTHER,), {})
    assert ([rule.name for rule in engine.rule_list.rules], dict(engine.rule_list.until)) == (
        ["armed"],
        {"armed": None},
    )


def test_values_and_patterns_are_shown_through_the_given_functions() -> None:
    shown = Shown(lambda what, text: f"<{what} {text}>", lambda what, written: f"<{what} like {written}>")
    [verdict] = verdicts(Engine([OTHER]).rule_list, FACTS, NOW, [], shown)
    assert verdict.reason == "phone is <phone +15550001>, not <phone like +1400*>"


SETTINGS = st.fixed_dictionaries(
    {
        "skip": st.integers(0, 2),
        "times": st.none() | st.integers(0, 2),
        "chance": st.sampled_from([0.0, 0.5, 1.0]),
        "when": requests.ONE_CONDITION,
        "during": requests.DURING,
    }
)


@pytest.mark.slow
@given(st.lists(SETTINGS, max_size=4), requests.FACTS, st.integers(1, 4))
def test_the_verdicts_name_the_rule_that_fires(settings: list[dict[str, object]], facts: Facts, times: int) -> None:
    engine = Engine([Rule(f"r{n}", (), **each) for n, each in enumerate(settings)])  # type: ignore[arg-type]  # any
    for _ in range(times):
        trials: list[Trial] = []
        firing = decide(engine, facts, NOW, trials)
        fired = [each.rule for each in verdicts(engine.rule_list, facts, NOW, trials) if each.outcome == "fired"]
        assert fired == ([] if firing is None else [firing.rule])
