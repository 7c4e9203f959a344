from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import parse_instant
from mockgms.scenario.engine import Engine, Firing
from mockgms.scenario.facts import Per
from mockgms.scenario.patterns import parse_pattern
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between
from tests.scenario.conditions import conditions_on
from tests.scenario.facts import Facts, decide

NOW = parse_instant("2026-03-02T08:55:00.000Z")
ANN, BOB = "+15550001", "+15550002"
FACTS = Facts("schedule", "v1", service="sales", phone=ANN)


def rule(name: str = "r", *, phone: str | None = None, **settings: Any) -> Rule:
    """A rule for all requests, or for those of one phone."""
    when = conditions_on() if phone is None else conditions_on(phone=(parse_pattern(phone),))
    return Rule(name, (), when, **settings)


def fired(engine: Engine, phone: str = ANN) -> str | None:
    """Return the name of the rule that fires for a request."""
    firing = decide(engine, Facts("schedule", "v1", service="sales", phone=phone), NOW)
    return None if firing is None else firing.rule.name


def outcomes_by_phone(engine: Engine, phones: Iterable[str]) -> dict[str, list[tuple[str | None, float]]]:
    """Return for each caller the rules that fire, in the order of the requests, each with a draw."""
    outcomes: dict[str, list[tuple[str | None, float]]] = defaultdict(list)
    for phone in phones:
        firing = decide(engine, Facts("schedule", "v1", phone=phone), NOW)
        outcomes[phone].append((None, 0.0) if firing is None else (firing.rule.name, firing.draw("delay")))
    return outcomes


SETTINGS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "phone": st.sampled_from([None, ANN, BOB, "+1555*"]),
        "skip": st.integers(0, 2),
        "times": st.none() | st.integers(0, 2),
        "chance": st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    }
)
RULES = st.lists(SETTINGS, max_size=4).map(
    lambda each: [rule(f"r{number}", per="phone", **settings) for number, settings in enumerate(each)]
)
SEEDS = st.integers(0, 1_000)
CALLERS = st.lists(st.sampled_from([ANN, BOB]), max_size=30)


def test_without_rules_nothing_fires() -> None:
    assert decide(Engine(), FACTS, NOW) is None
    assert not Engine().candidates["schedule", "v1"].rules


def test_the_first_rule_that_matches_fires() -> None:
    engine = Engine([rule("of-bob", phone=BOB), rule("first"), rule("second")])
    assert [fired(engine) for _ in range(3)] == ["first"] * 3


def test_a_rule_never_fires_after_its_times_and_the_next_rule_is_tried() -> None:
    engine = Engine([rule("once", times=1), rule("twice", times=2)])
    assert [fired(engine) for _ in range(20)] == ["once", "twice", "twice", *[None] * 17]


def test_a_rule_skips_the_first_matches() -> None:
    engine = Engine([rule(skip=2, times=1)])
    assert [fired(engine) for _ in range(6)] == [None, None, "r", None, None, None]


def test_a_match_counts_even_without_a_firing_unless_an_earlier_rule_fires() -> None:
    engine = Engine([rule("first", times=2), rule("second", skip=1)])
    assert [fired(engine) for _ in range(5)] == ["first", "first", None, "second", "second"]


def test_a_request_that_does_not_match_is_not_counted() -> None:
    engine = Engine([rule(phone=ANN, skip=1)])
    assert [fired(engine, phone) for phone in (BOB, ANN, BOB, ANN)] == [None, None, None, "r"]


@pytest.mark.parametrize(
    ("per", "outcomes"),
    [("session", [None, "r", None]), ("phone", [None, None, "r"]), ("service", [None, "r", None])],
)
def test_matches_are_counted_for_each_caller(per: Per, outcomes: list[str | None]) -> None:
    engine = Engine([rule(per=per, skip=1, times=1)])
    assert [fired(engine, phone) for phone in (ANN, BOB, ANN)] == outcomes


def test_a_rule_fires_during_its_time_on_the_clock_that_is_given() -> None:
    engine = Engine([rule(during=(Between(NOW, NOW + 2),), skip=1)])
    outcomes = [decide(engine, FACTS, NOW + after) is not None for after in (-1, 0, 1, 2)]
    assert outcomes == [False, False, True, False]


def test_a_chance_of_0_never_fires_and_one_of_1_always() -> None:
    engine = Engine([rule("never", chance=0.0), rule("always")])
    assert {fired(engine) for _ in range(200)} == {"always"}


@given(SEEDS)
def test_a_chance_of_half_fires_on_some_matches_and_the_same_ones_each_time(seed: int) -> None:
    runs = [[fired(engine) for _ in range(64)] for engine in (Engine([rule(chance=0.5)], seed) for _ in range(2))]
    assert runs[0] == runs[1]
    assert 8 < runs[0].count("r") < 56


def test_a_rule_fires_on_the_matches_whose_draw_of_chance_is_below_its_chance() -> None:
    each = rule(chance=0.5)
    engine = Engine([each], 7)
    draws = [Firing(each, "", match, 7).draw("chance") for match in range(1, 65)]
    assert [fired(engine) == "r" for _ in draws] == [drawn < 0.5 for drawn in draws]
    assert [fired(Engine([rule(chance=chance)], 7)) for chance in (draws[0], draws[0] + 0.001)] == [None, "r"]


def test_another_seed_gives_another_sequence() -> None:
    one, other = (Engine([rule(chance=0.5)], seed) for seed in (7, 8))
    assert [fired(one) for _ in range(64)] != [fired(other) for _ in range(64)]


def test_a_missed_chance_does_not_count_as_a_firing() -> None:
    engine = Engine([rule(chance=0.5, times=3)], 7)
    outcomes = [fired(engine) for _ in range(64)]
    assert outcomes.count("r") == 3
    assert outcomes[:3] != ["r"] * 3


@given(RULES, SEEDS, CALLERS, st.randoms(use_true_random=False))
def test_the_firings_for_a_caller_do_not_depend_on_the_order_of_callers(
    rules: list[Rule], seed: int, callers: list[str], random: Any
) -> None:
    shuffled = random.sample(callers, len(callers))
    assert outcomes_by_phone(Engine(rules, seed), callers) == outcomes_by_phone(Engine(rules, seed), shuffled)


@given(RULES, SEEDS, CALLERS)
def test_later_rules_do_not_change_which_rule_fires_first(rules: list[Rule], seed: int, callers: list[str]) -> None:
    alone = [Engine([each], seed) for each in rules]
    together = Engine(rules, seed)
    for phone in callers:
        # A rule is tried, and counts, exactly when none before it has fired.
        assert fired(together, phone) == next((name for engine in alone if (name := fired(engine, phone))), None)


@given(RULES, SEEDS, CALLERS)
def test_a_rule_fires_at_most_its_times_for_a_caller_and_never_on_skipped_matches(
    rules: list[Rule], seed: int, callers: list[str]
) -> None:
    outcomes = outcomes_by_phone(Engine(rules, seed), callers)
    for each in rules:
        for firings in outcomes.values():
            turns = [turn for turn, (name, _) in enumerate(firings) if name == each.name]
            assert each.times is None or len(turns) <= each.times
            assert all(turn >= each.skip for turn in turns)


def test_a_firing_has_its_caller_and_its_turn() -> None:
    each = rule(per="phone", skip=1)
    engine = Engine([each], 7)
    decide(engine, FACTS, NOW)
    assert decide(engine, FACTS, NOW) == Firing(each, ANN[1:], 2, 7)


def test_a_firing_draws_another_number_for_each_purpose_turn_caller_rule_and_seed() -> None:
    firings = [
        Firing(rule(), ANN, 1, 7),
        Firing(rule(), ANN, 2, 7),
        Firing(rule(), BOB, 1, 7),
        Firing(rule("other"), ANN, 1, 7),
        Firing(rule(), ANN, 1, 8),
    ]
    draws = [firing.draw(purpose) for firing in firings for purpose in ("delay", "garbage")]
    assert len(set(draws)) == len(draws)
    assert draws == [firing.draw(purpose) for firing in firings for purpose in ("delay", "garbage")]


def test_a_rule_is_a_candidate_only_for_its_operations_and_versions() -> None:
    when = conditions_on(operation=(parse_pattern("s*"),), version=(parse_pattern("v1"),), phone=(parse_pattern(BOB),))
    engine = Engine([Rule("r", (), when)])
    routes = [("schedule", "v1"), ("schedule", "v3"), ("cancel", "v1")]
    assert [bool(engine.candidates[each].rules) for each in routes] == [True, False, False]


def test_a_rule_is_found_by_its_name() -> None:
    each = rule("mine")
    assert Engine([each]).named("mine") is each
    assert Engine([each]).named("other") is None


def test_a_rule_that_a_request_names_always_fires_and_its_counts_stay() -> None:
    each = rule(phone=BOB, per="phone", skip=9, times=1, chance=0.0)
    engine = Engine([each, rule("next", times=1)], 7)
    assert [engine.fire(each, FACTS) for _ in range(2)] == [Firing(each, ANN[1:], match, 7) for match in (1, 2)]
    assert [fired(engine), fired(engine)] == ["next", None]


def test_new_rules_keep_the_counts_of_rules_with_the_same_name() -> None:
    engine = Engine([rule("kept", times=1), rule("dropped")], 7)
    assert [fired(engine), fired(engine)] == ["kept", "dropped"]
    engine.fire(rule("kept"), FACTS)
    other = engine.with_rules([rule("kept", times=2), rule("new")])
    assert other.fire(rule("kept"), FACTS).match == 2
    assert [fired(other), fired(other), fired(other)] == ["kept", "new", "new"]
    again = other.with_rules([rule("dropped", times=1)])
    assert [fired(again), fired(again)] == ["dropped", None]
