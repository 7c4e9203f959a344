"""Rules that are armed and disarmed while the server runs."""

import pytest

from mockgms.domain.allowance import Allowance
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.refusals import OutOfRoom
from mockgms.scenario.engine import MAX_ARMED, Engine, EngineExport, Tally
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.rules import Rule
from tests.scenario.facts import Facts, decide

FACTS = Facts("schedule", "v1", service="sales", phone="5115")
OF_FILE, OTHER = Rule("of-file", (ServerError(500),)), Rule("other", (ServerError(501),))
ARMED, LATER = Rule("armed", (ServerError(502),)), Rule("later", (ServerError(503),))


def fired(engine: Engine, now: int = 0) -> str | None:
    firing = decide(engine, FACTS, now)
    return firing.rule.name if firing else None


def names(engine: Engine) -> list[str]:
    return [tally.rule.name for tally in engine.tallies()]


def test_the_rule_armed_last_is_tried_first() -> None:
    engine = Engine([OF_FILE])
    engine.arm(ARMED)
    assert fired(engine) == "armed"
    engine.arm(LATER)
    assert fired(engine) == "later"
    assert engine.tallies() == [
        Tally(LATER, 1, 1, armed=True, until=None),
        Tally(ARMED, 1, 1, armed=True, until=None),
        Tally(OF_FILE, 0, 0, armed=False, until=None),
    ]


def test_an_expired_rule_neither_fires_nor_counts_until_the_clock_is_set_back() -> None:
    engine = Engine([OF_FILE])
    engine.arm(ARMED, until=10)
    assert [fired(engine, now) for now in (9, 10, 11, 9)] == ["armed", "of-file", "of-file", "armed"]
    assert engine.tallies()[0] == Tally(ARMED, 2, 2, armed=True, until=10)


def test_a_restored_rule_of_the_scenario_fires_again_in_its_old_place() -> None:
    engine = Engine([OF_FILE, OTHER])
    assert fired(engine) == "of-file"
    engine.disarm("of-file")
    assert fired(engine) == "other"
    engine.restore("of-file")
    assert fired(engine) == "of-file"
    assert names(engine) == ["of-file", "other"]
    assert engine.rule_list.rules == (OF_FILE, OTHER)


def test_a_rule_armed_again_starts_at_its_first_match() -> None:
    engine = Engine()
    engine.arm(ARMED)
    assert [engine.fire(ARMED, FACTS).match for _ in range(2)] == [1, 2]
    engine.arm(ARMED)
    assert engine.fire(ARMED, FACTS).match == 1


def test_new_rules_of_the_scenario_keep_armed_rules_first_and_disarmed_rules_out() -> None:
    engine = Engine([OF_FILE, OTHER])
    engine.arm(ARMED, until=10)
    engine.arm(LATER)
    engine.disarm("of-file")
    assert fired(engine) == "later"
    following = engine.with_rules([OF_FILE, OTHER, Rule("new", (ServerError(505),))])
    assert names(following) == ["later", "armed", "other", "new"]
    assert following.tallies()[:2] == [
        Tally(LATER, 1, 1, armed=True, until=None),
        Tally(ARMED, 0, 0, armed=True, until=10),
    ]
    assert following.lists("of-file")


def test_a_rule_of_the_scenario_replaces_an_armed_rule_of_its_name() -> None:
    engine = Engine()
    engine.arm(ARMED)
    assert fired(engine) == "armed"
    assert engine.with_rules([ARMED]).tallies() == [Tally(ARMED, 0, 0, armed=False, until=None)]


def test_a_disarmed_rule_stays_out_while_the_scenario_has_it() -> None:
    engine = Engine([OF_FILE])
    engine.disarm("of-file")
    without = engine.with_rules([OTHER])
    assert (names(without), names(without.with_rules([OF_FILE]))) == (["other"], ["of-file"])


def test_only_a_rule_in_force_can_be_disarmed() -> None:
    engine = Engine([OF_FILE])
    engine.disarm("of-file")
    with pytest.raises(KeyError):
        engine.disarm("of-file")
    assert (engine.candidates["schedule", "v1"].rules, fired(engine)) == ((), None)


def test_an_export_of_other_rules_is_refused() -> None:
    with pytest.raises(InvalidSnapshot) as invalid:
        EngineExport(disarmed=("of-file", "other")).check([OF_FILE])
    assert str(invalid.value) == "disarmed[1] is 'other', which is not a rule of the scenario"


@pytest.mark.parametrize("armed", [(OF_FILE,), (ARMED, ARMED)])
def test_armed_rules_of_an_export_have_distinct_names(armed: tuple[Rule, ...]) -> None:
    with pytest.raises(InvalidSnapshot) as invalid:
        EngineExport(armed=tuple((each, None) for each in armed)).check([OF_FILE])
    last = len(armed) - 1
    assert str(invalid.value) == f"armed[{last}].rule has the name of another rule, {armed[last].name!r}"


def test_a_session_has_at_most_5000_armed_rules_of_which_each_can_be_replaced() -> None:
    allowance = Allowance()
    engine = Engine([OF_FILE], allowance=allowance)
    list(
        engine.restore_state_in_steps(
            EngineExport(armed=tuple((Rule(f"r{number}", ()), None) for number in range(MAX_ARMED)))
        )
    )
    used = allowance.used
    with pytest.raises(OutOfRoom) as refused:
        engine.arm(ARMED)
    assert (refused.value.room, refused.value.limit) == ("rules", 5_000)
    engine.arm(Rule("r7", (), skip=1))
    assert (allowance.used, len(engine.tallies())) == (used, MAX_ARMED + 1)
    engine.disarm("r8")
    engine.arm(ARMED)
    assert fired(engine) == "armed"


def test_a_snapshot_with_more_armed_rules_is_refused() -> None:
    exported = EngineExport(armed=tuple((Rule(f"r{number}", ()), None) for number in range(MAX_ARMED + 1)))
    with pytest.raises(InvalidSnapshot) as invalid:
        exported.check([])
    assert str(invalid.value) == "armed must have at most 5,000 rules"
