"""The state of an engine: exported, restored in another engine, and counted in an allowance."""

from sys import getsizeof
from typing import Any

import pytest

from mockgms.domain.allowance import COUNTER, Allowance, size_of
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.refusals import OutOfRoom
from mockgms.scenario.callers import CallersExport
from mockgms.scenario.counts import CALLER, COUNTS
from mockgms.scenario.engine import Engine, EngineExport, Firing, RuleList, Tally
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.patterns import parse_pattern
from mockgms.scenario.regex import MEMORY
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import After, SlotCondition
from mockgms.scenario.spans import Between
from mockgms.scenario.trials import Trial
from tests.messages import TOO_MANY_STEPS
from tests.scenario.conditions import conditions_on
from tests.scenario.facts import Facts, decide

ANN, BOB = "15550001", "15550002"
WRITTEN = {"name": "armed", "then": {"fault": "hang"}}
FIRST, SECOND = Rule("first", (), per="phone", times=1), Rule("second", (), per="phone", skip=1)
ARMED, LATER = Rule("armed", (), chance=0.0, per="phone", written=WRITTEN), Rule("later", (), chance=0.0)
OF_ARMED = 4_096 + 8 * size_of(WRITTEN)
OF_ANN = CALLER + COUNTS + getsizeof(ANN)


def facts(phone: str = ANN) -> Facts:
    return Facts("schedule", "v1", phone=phone)


def fired(engine: Engine, phone: str = ANN, now: int = 0) -> str | None:
    firing = decide(engine, facts(phone), now)
    return None if firing is None else firing.rule.name


def busy() -> Engine:
    """An engine that has armed, disarmed and counted."""
    engine = Engine([Rule("gone", ()), FIRST, SECOND], 7)
    engine.disarm("gone")
    engine.arm(ARMED, until=10)
    engine.arm(LATER)
    for phone in (ANN, ANN, ANN, BOB):
        fired(engine, phone)
    for phone in (ANN, ANN, BOB):
        engine.fire(FIRST, facts(phone))
    return engine


EXPORT = EngineExport(
    disarmed=("gone",),
    armed=((LATER, None), (ARMED, 10)),
    callers=CallersExport(
        counts=(
            ("later", "", 4, 0, None),
            ("armed", ANN, 3, 0, None),
            ("first", ANN, 3, 1, None),
            ("second", ANN, 2, 1, None),
            ("armed", BOB, 1, 0, None),
            ("first", BOB, 1, 1, None),
        ),
        asked=(("first", ANN, 2), ("first", BOB, 1)),
    ),
)


def test_an_export_has_the_armed_and_disarmed_rules_and_all_counts() -> None:
    assert busy().export_state() == EXPORT
    assert Engine([FIRST]).export_state() == EngineExport()


def test_a_new_engine_continues_from_a_restored_export() -> None:
    other = Engine([Rule("gone", ()), FIRST, SECOND], 7)
    list(other.restore_state_in_steps(EXPORT))
    assert other.export_state() == EXPORT
    assert other.rule_list == RuleList(
        (LATER, ARMED, FIRST, SECOND), {"later": None, "armed": 10}, 7, OF_ARMED + other_size()
    )
    assert other.disarmed() == [Rule("gone", ())]
    assert [fired(other), fired(other, BOB), fired(other, BOB)] == ["second", None, "second"]
    assert [other.fire(FIRST, facts(phone)).match for phone in (ANN, BOB)] == [3, 2]


def test_a_copy_of_an_engine_continues_from_its_state_independently() -> None:
    rule = Rule("late", (), after=After(count=2), per="phone")
    seen = Rule("seen", (), per="phone", when=(SlotCondition(refused_before=True, per="phone"),))
    engine, allowance = Engine([rule, seen]), Allowance()
    engine.arm(ARMED, until=10)
    state, booking = SetState("down"), Facts("schedule", "v1", phone=ANN, slot=60_000)
    fired(engine)
    engine.fire(ARMED, booking)
    engine.set_state("phone", ANN, state, 0)
    engine.record_answer(booking, 409, 0)
    exported = engine.export_state()
    other = Engine([rule, seen], allowance=allowance)
    other.copy_from(engine)
    assert (other.export_state(), other.rule_list, allowance.used) == (exported, engine.rule_list, 0)
    fired(other)
    other.record_answer(booking, 409, 1)
    other.set_state("phone", BOB, state, 1)
    other.disarm("armed")
    assert engine.export_state() == exported


def other_size() -> int:
    """The bytes of the rule `later`, which has no written form."""
    return 4_096 + 8 * size_of({})


def test_a_restored_export_counts_in_the_allowance() -> None:
    allowance, other = Allowance(), Allowance()
    list(Engine([Rule("gone", ()), FIRST, SECOND], allowance=allowance).restore_state_in_steps(EXPORT))
    of_counts = 6 * COUNTS + 2 * CALLER + getsizeof(ANN) + getsizeof(BOB)
    of_callers = of_counts + 2 * COUNTER + getsizeof(ANN) + getsizeof(BOB)
    assert allowance.used == OF_ARMED + other_size() + of_callers
    other.size = of_callers - 1
    engine = Engine([FIRST, SECOND], allowance=other)
    with pytest.raises(OutOfRoom):
        list(engine.restore_state_in_steps(EngineExport(callers=EXPORT.callers)))


def test_an_export_of_the_given_rules_is_valid() -> None:
    EXPORT.check([Rule("gone", ()), FIRST, SECOND])


def test_armed_rules_of_an_export_have_no_more_patterns_than_a_scenario() -> None:
    when = conditions_on(user_data={"k": (parse_pattern(f"*{'x' * 990}*"),) * 51})
    with pytest.raises(InvalidSnapshot) as invalid:
        EngineExport(armed=((Rule("many", (), when), None),)).check([FIRST])
    assert str(invalid.value) == f"armed exceeds a limit: {TOO_MANY_STEPS}"


def test_an_armed_rule_counts_by_its_written_form_and_its_regular_expressions() -> None:
    allowance = Allowance()
    engine = Engine(allowance=allowance)
    when = conditions_on(phone=(parse_pattern("/1/"), parse_pattern("/2/"), parse_pattern("3*")))
    engine.arm(ARMED)
    engine.arm(Rule("of-regexes", (), when))
    assert engine.rule_list.size == allowance.used == OF_ARMED + other_size() + 2 * MEMORY
    engine.disarm("of-regexes")
    assert engine.rule_list.size == allowance.used == OF_ARMED
    engine.arm(ARMED)
    assert engine.rule_list.size == allowance.used == OF_ARMED
    engine.disarm("armed")
    assert engine.rule_list.size == allowance.used == 0


def test_a_disarmed_rule_of_the_scenario_takes_no_allowance() -> None:
    allowance = Allowance()
    Engine([FIRST], allowance=allowance).disarm("first")
    assert allowance.used == 0


def test_a_rule_without_room_in_the_allowance_is_not_armed() -> None:
    allowance = Allowance(2 * OF_ARMED - 1)
    engine = Engine(allowance=allowance)
    engine.arm(ARMED, until=5)
    with pytest.raises(OutOfRoom):
        engine.arm(ARMED, until=9)
    assert engine.tallies() == [Tally(ARMED, 0, 0, armed=True, until=5)]
    assert allowance.used == OF_ARMED


def test_a_rule_that_is_armed_replaces_the_armed_one_of_its_name() -> None:
    engine = Engine()
    engine.arm(ARMED, until=5)
    engine.arm(LATER)
    other = Rule("armed", (), skip=1)
    engine.arm(other, until=9)
    assert engine.tallies() == [Tally(other, 0, 0, armed=True, until=9), Tally(LATER, 0, 0, armed=True, until=None)]


def test_each_caller_of_a_rule_counts_once_for_matches_and_once_for_requests_that_name_it() -> None:
    allowance = Allowance()
    engine = Engine([FIRST], allowance=allowance)
    assert [fired(engine), fired(engine)] == ["first", None]
    assert allowance.used == OF_ANN
    assert [engine.fire(FIRST, facts()).match for _ in range(3)] == [1, 2, 3]
    assert allowance.used == OF_ANN + COUNTER + getsizeof(ANN)
    engine.disarm("first")
    assert (allowance.used, engine.export_state()) == (0, EngineExport(disarmed=("first",)))


def test_a_caller_without_room_in_the_allowance_is_not_counted() -> None:
    for room, attempt in ((OF_ANN, fired), (COUNTER + getsizeof(ANN), lambda engine: engine.fire(FIRST, facts()))):
        engine = Engine([FIRST], allowance=Allowance(room - 1))
        with pytest.raises(OutOfRoom):
            attempt(engine)
        assert engine.export_state() == EngineExport()


def test_only_the_counts_of_a_disarmed_rule_are_forgotten() -> None:
    engine = busy()
    engine.disarm("first")
    assert engine.export_state() == EngineExport(
        disarmed=("gone", "first"),
        armed=EXPORT.armed,
        callers=CallersExport(tuple(each for each in EXPORT.callers.counts if each[0] != "first")),
    )


def test_tallies_sum_all_callers_in_the_order_in_which_rules_are_tried() -> None:
    assert busy().tallies() == [
        Tally(LATER, 4, 0, armed=True, until=None),
        Tally(ARMED, 4, 0, armed=True, until=10),
        Tally(FIRST, 4, 2, armed=False, until=None),
        Tally(SECOND, 2, 1, armed=False, until=None),
    ]


def test_an_engine_with_new_rules_does_not_count_twice_in_the_allowance() -> None:
    allowance = Allowance()
    engine = Engine([FIRST, SECOND], 7, allowance=allowance)
    engine.arm(ARMED, until=10)
    assert [fired(engine), fired(engine)] == ["first", None]
    used = allowance.used
    other = engine.with_rules([FIRST, SECOND])
    assert (allowance.used, other.export_state(), other.rule_list) == (used, engine.export_state(), engine.rule_list)
    assert decide(other, facts(), 0) == Firing(SECOND, ANN, 2, 7)


def test_the_rule_list_has_the_rules_in_force() -> None:
    assert Engine().rule_list == RuleList((), {}, 0, 0)
    assert Engine([FIRST], 3).rule_list == RuleList((FIRST,), {}, 3, 0)


def test_a_rule_that_does_not_fire_is_reported_with_its_turn_and_the_next_is_tried() -> None:
    engine = Engine([Rule("over", (), during=(Between(None, 5),)), Rule("skips", (), skip=1), FIRST])
    rules = {rule.name: rule for rule in engine.rule_list.rules}
    all_turns: list[Any] = []
    for now in (0, 6, 6):
        trials: list[Any] = []
        decide(engine, facts(), now, trials)
        all_turns.append(trials)
    assert all_turns == [
        [Trial(rules["over"], "", 1, 0, "fired")],
        [Trial(rules["skips"], "", 1, 0, "skipping"), Trial(FIRST, ANN, 1, 0, "fired")],
        [Trial(rules["skips"], "", 2, 0, "fired")],
    ]


def test_a_restored_rule_returns_to_its_old_place_behind_armed_rules() -> None:
    engine = Engine([FIRST, SECOND, Rule("third", ())])
    engine.disarm("second")
    engine.disarm("first")
    engine.arm(ARMED)
    engine.restore("second")
    assert [rule.name for rule in engine.rule_list.rules] == ["armed", "second", "third"]
    assert engine.disarmed() == [FIRST]
    with pytest.raises(KeyError):
        engine.restore("armed")
    with pytest.raises(KeyError):
        engine.restore("none")


def test_a_disarmed_rule_still_belongs_to_the_scenario() -> None:
    engine = Engine([FIRST])
    engine.arm(ARMED)
    engine.disarm("first")
    assert [engine.lists(name) for name in ("first", "armed", "none")] == [True, False, False]
    assert [engine.named(name) for name in ("first", "armed", "none")] == [None, ARMED, None]
