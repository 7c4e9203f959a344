import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgms.domain.allowance import Allowance
from mockgms.domain.refusals import OutOfRoom
from mockgms.scenario.condition import Condition
from mockgms.scenario.counts import CALLER, COUNTS
from mockgms.scenario.courses import Choice, Faults, Steps
from mockgms.scenario.coverage import Coverage
from mockgms.scenario.engine import Engine
from mockgms.scenario.facts import Per
from mockgms.scenario.faults.connection import Hang
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import parse_pattern
from mockgms.scenario.recent import MAX_KEYS
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import After, StateCondition
from mockgms.scenario.trials import Trial
from tests.scenario.conditions import conditions_on
from tests.scenario.facts import NOW, Facts, decide
from tests.scenario.plain_trials import AskingFacts, PlainEngine

SEED = 7
FAULTS: st.SearchStrategy[Faults] = st.sampled_from(
    [
        (Hang(),),
        (),
        (SetState("a"),),
        (SetState("b", lasting=2),),
        (SetState("a", clear=True), SetState("b")),
        (SetState("b"), Hang()),
    ]
)
PERS: st.SearchStrategy[Per] = st.sampled_from(["session", "phone", ("phone", "service")])
AFTERS = st.builds(
    After,
    st.just(conditions_on(operation=(parse_pattern("cancel"),))),
    st.sampled_from([(), (range(200, 300),)]),
    st.integers(1, 2),
    st.none() | st.integers(1, 3),
)
COURSES = st.builds(Steps, st.tuples(FAULTS, FAULTS), st.sampled_from(["stop", "repeat", "last"])) | st.builds(
    Choice, st.tuples(FAULTS, FAULTS), st.just((1.0, 2.0))
)


def conditions(per: Per) -> st.SearchStrategy[tuple[Condition, ...]]:
    """Conditions on the operation, the phone number and the states of a rule's caller."""
    states = st.sampled_from([("a",), ("b", "c"), ("c",)]).map(lambda names: (StateCondition(names).with_per(per),))
    of_request = st.sampled_from([conditions_on(phone=(parse_pattern("*1"),)), ()])
    return st.builds(lambda one, other: (*one, *other), of_request, st.just(()) | states)


@st.composite
def rules(draw: st.DrawFn, name: str) -> Rule:
    """Rules of all kinds, each with at most two settings."""
    per = draw(PERS)
    possible: dict[str, st.SearchStrategy[Any]] = {
        "skip": st.integers(1, 2),
        "times": st.integers(0, 1),
        "chance": st.just(0.5),
        "unless": conditions(per),
        "every": st.just(2),
        "after": AFTERS,
        "lasting": st.just(2),
        "course": COURSES,
    }
    chosen = draw(st.lists(st.sampled_from(sorted(possible)), max_size=2, unique=True))
    drawn = {setting: draw(possible[setting]) for setting in chosen}
    return Rule(name, draw(FAULTS), draw(conditions(per)), per, **drawn)


RULES = st.integers(0, 6).flatmap(lambda count: st.tuples(*(rules(f"r{number}") for number in range(count))))
REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(["request", "request", "request", "set", "restore", "reload"]),
        st.sampled_from(["+15550001", "+15550002"]),
        st.sampled_from(["schedule", "schedule", "cancel"]),
        st.sampled_from([200, 409]),
        st.integers(0, 2),
    ),
    max_size=20,
)


def same_answer(engine: Engine, plain: PlainEngine, facts: Facts, status: int, now: int) -> None:
    """Send a request to both engines, and compare the trials and the rule that fires."""
    asking, trials = AskingFacts(**vars(facts), engine=engine), list[Trial]()
    firing = decide(engine, asking, now, trials)
    expected = plain.decide(facts, now)
    assert trials == expected
    fired = [
        (trial.rule.name, trial.caller, trial.match, trial.entry) for trial in expected if trial.outcome == "fired"
    ]
    assert fired == ([] if firing is None else [(firing.rule.name, firing.caller, firing.match, firing.entry)])
    if engine.needs_answer(f"v1.{facts.operation}", status):
        engine.record_answer(asking, status, now)
    plain.record_answer(facts, status, now)


@pytest.mark.slow
@settings(max_examples=300)
@given(RULES, REQUESTS)
def test_rules_are_tried_as_by_the_plain_code(given_rules: tuple[Rule, ...], requests: list[Any]) -> None:
    coverage = Coverage(Scenario("", ""))
    engine, plain, now = Engine(given_rules, SEED, coverage), PlainEngine(given_rules, SEED), NOW
    for kind, phone, operation, status, later in requests:
        now += later
        match kind:
            case "request":
                same_answer(engine, plain, Facts(operation, "v1", "sales", phone), status, now)
            case "set":
                for each in (engine, plain):
                    each.set_state("phone", phone.strip("+"), SetState("c"), now)
            case "restore":
                exported, engine = engine.export_state(), Engine(given_rules, SEED, coverage)
                list(engine.restore_state_in_steps(exported))
            case _:
                engine = engine.with_rules(given_rules)
    counts, events, states = engine.export_state().callers.counts, engine.export_state().callers.events, plain.states
    assert {(name, who): (*rest,) for name, who, *rest in counts} == plain.counts
    assert {(name, who): rest for name, who, *rest in events} == {
        key: [tuple(each.times), each.completed] for key, each in plain.events.items()
    }
    assert {(name, scope, who): end for name, scope, who, end in engine.export_state().callers.states} == states
    for tally in engine.tallies():
        of_rule = [count for (name, _), count in plain.counts.items() if name == tally.rule.name]
        assert (tally.matches, tally.firings) == (sum(each[0] for each in of_rule), sum(each[1] for each in of_rule))
    covered = {each.name: (each.matches, each.firings) for each in coverage}
    assert covered == {} or covered == {each.rule.name: (each.matches, each.firings) for each in engine.tallies()}


WAITING = Rule("waiting", (Hang(),), (StateCondition(("a",)),))
SETTING = Rule("setting", (SetState("a"),), conditions_on(phone=(parse_pattern("1"),)))


def outcomes(engine: Engine, phone: str) -> list[str]:
    """Return the outcome of each rule that is tried for a request of a number."""
    trials: list[Trial] = []
    decide(engine, AskingFacts("schedule", "v1", phone=phone, engine=engine), NOW, trials)
    return [trial.outcome for trial in trials]


def test_a_state_of_an_earlier_rule_applies_to_later_rules_within_the_same_request() -> None:
    engine = Engine([SETTING, WAITING])
    assert outcomes(engine, "2") == ["mismatched"]
    assert outcomes(engine, "1") == ["passed_on", "fired"]
    assert outcomes(engine, "2") == ["fired"]


def test_a_state_of_a_later_rule_applies_to_earlier_rules_from_the_next_request_on() -> None:
    engine = Engine([WAITING, SETTING])
    assert outcomes(engine, "1") == ["mismatched", "passed_on"]
    assert outcomes(engine, "1") == ["fired"]


def test_a_rule_that_a_state_has_put_in_force_stays_so_in_a_new_engine() -> None:
    engine = Engine([SETTING, WAITING])
    assert outcomes(engine, "1") == ["passed_on", "fired"]
    restored = Engine([SETTING, WAITING])
    list(restored.restore_state_in_steps(engine.export_state()))
    for other in (engine.with_rules([SETTING, WAITING]), restored):
        assert outcomes(other, "2") == ["fired"]


def test_a_rule_that_a_request_has_put_in_force_stays_so_in_a_new_engine() -> None:
    rule = Rule("after", (Hang(),), conditions_on(operation=(parse_pattern("schedule"),)), after=After())
    engine = Engine([rule])
    assert outcomes(engine, "1") == ["mismatched"]
    engine.record_answer(Facts("cancel", "v1"), 200, NOW)
    restored = Engine([rule])
    list(restored.restore_state_in_steps(engine.export_state()))
    for other in (engine, engine.with_rules([rule]), restored):
        assert outcomes(other, "1") == ["fired"]


@pytest.mark.unmeasured
def test_a_caller_of_a_rule_is_not_forgotten_while_it_sends_requests() -> None:
    engine = Engine([Rule("r", (), per="phone", skip=3)])
    for number in range(MAX_KEYS + 1):
        decide(engine, Facts("schedule", "v1", phone=str(number)), NOW)
        if number == MAX_KEYS // 2 + 1:
            decide(engine, Facts("schedule", "v1", phone="0"), NOW)
    counts = engine.export_state().callers.counts
    assert ("r", "0", 2, 0, None) in counts
    assert ("r", "1", 1, 0, None) not in counts


def test_rules_behind_one_without_room_are_not_tried() -> None:
    room = Allowance(CALLER + 100 + 3 * COUNTS)
    counted = [Rule(f"r{number}", (), per="phone", skip=1) for number in range(9)]
    engine, trials = Engine([*counted, WAITING], allowance=room), list[Trial]()
    with pytest.raises(OutOfRoom):
        decide(engine, AskingFacts("schedule", "v1", phone="1", engine=engine), NOW, trials)
    assert [trial.rule.name for trial in trials] == ["r0", "r1", "r2"]
    assert {trial.outcome for trial in trials} == {"skipping"}


def test_the_turn_of_a_rule_without_room_for_its_state_is_kept() -> None:
    room = Allowance(COUNTS + 100)
    engine, trials = Engine([SETTING, WAITING], allowance=room), list[Trial]()
    with pytest.raises(OutOfRoom):
        decide(engine, AskingFacts("schedule", "v1", phone="1", engine=engine), NOW, trials)
    assert [(trial.rule.name, trial.outcome) for trial in trials] == [("setting", "passed_on")]


@pytest.mark.unmeasured
def test_many_different_lists_of_rules_do_not_fill_the_memory() -> None:
    many = [Rule(f"r{number}", (), skip=1_000) for number in range(400)]
    engine = Engine(many)
    assert engine.candidates["schedule", "v1"].rules
    for tried in (many, many[:200]):
        engine.decide(tried, Facts("schedule", "v1"), NOW)  # their counts and functions
    tracemalloc.start()
    try:
        for number in range(200):
            engine.decide(many[number:], Facts("schedule", "v1"), NOW)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
