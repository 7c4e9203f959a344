import tracemalloc
from collections.abc import Iterable

from mockgms.scenario.courses import Steps
from mockgms.scenario.coverage import Coverage, CoverageBudget, RuleCounts
from mockgms.scenario.engine import Engine
from mockgms.scenario.faults.connection import Hang
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import parse_pattern
from mockgms.scenario.rules import Rule
from tests.scenario.conditions import conditions_on
from tests.scenario.facts import Facts, decide

FACTS = Facts("schedule", "v1")
ONCE, OTHER = Rule("once", (), times=1), Rule("other", (), conditions_on(operation=(parse_pattern("find"),)))
FILE = Scenario("file", "For a test.", rules=(ONCE, OTHER), hidden={"other": "once"})


def test_the_counts_of_a_rule_say_how_far_it_was_reached() -> None:
    assert RuleCounts("a", "file").reach == "never_reached"
    assert RuleCounts("a", "file", hidden_by="b").reach == "hidden"
    assert RuleCounts("a", "file", hidden_by="b", matches=1).reach == "matched"
    assert RuleCounts("a", "file", hidden_by="b", matches=2, firings=1).reach == "fired"


def test_matches_and_firings_are_counted_over_several_engines() -> None:
    coverage = Coverage(FILE)
    for _ in range(2):
        engine = Engine(FILE.rules, 0, coverage)
        decide(engine, FACTS, 0)
        decide(engine, FACTS, 0)
    assert coverage.rules() == [RuleCounts("once", "file", None, 4, 2), RuleCounts("other", "file", "once")]


def test_a_scenario_without_requests_is_left_out_if_another_has_some() -> None:
    coverage = Coverage(FILE)
    assert coverage.rules() == [RuleCounts("once", "file"), RuleCounts("other", "file", "once")]
    coverage.switch_to(Scenario("second", "For a test.", rules=(OTHER,)))
    decide(Engine([OTHER], 0, coverage), FACTS, 0)
    assert coverage.rules() == [RuleCounts("other", "second")]


def test_a_rule_that_a_request_names_does_not_count() -> None:
    coverage = Coverage(FILE)
    Engine(FILE.rules, 0, coverage).fire(ONCE, FACTS)
    assert coverage.rules() == [RuleCounts("once", "file"), RuleCounts("other", "file", "once")]


def test_an_armed_rule_counts_separately_even_after_it_is_disarmed_or_armed_again() -> None:
    coverage = Coverage(FILE)
    engine = Engine(FILE.rules, 0, coverage)
    for _ in range(2):
        engine.arm(Rule("mine", ()))
        decide(engine, FACTS, 0)
    engine.disarm("mine")
    decide(engine, FACTS, 0)
    assert coverage.rules() == [
        RuleCounts("mine", None, None, 2, 2),
        RuleCounts("once", "file", None, 1, 1),
        RuleCounts("other", "file", "once"),
    ]


def test_an_armed_rule_keeps_its_counts_in_another_version_of_the_scenario() -> None:
    coverage = Coverage(FILE)
    engine = Engine(FILE.rules, 0, coverage)
    engine.arm(Rule("mine", (), times=1))
    decide(engine, FACTS, 0)
    version = Scenario("file", "For a test.", rules=(OTHER,))
    coverage.switch_to(version)
    decide(engine.with_rules(version.rules), FACTS, 0)
    assert coverage.rules() == [
        RuleCounts("mine", None, None, 2, 1),
        RuleCounts("once", "file"),
        RuleCounts("other", "file"),
    ]


def test_the_counts_of_several_coverages_are_added() -> None:
    whole = Coverage(FILE)
    for _ in range(2):
        one = Coverage(FILE)
        decide(Engine(FILE.rules, 0, one), FACTS, 0)
        whole.add(one)
    assert whole.rules() == [RuleCounts("once", "file", None, 2, 2), RuleCounts("other", "file", "once")]


def test_rules_over_the_limit_are_dropped_and_counted() -> None:
    coverage = Coverage(FILE, limit=2)
    engine = Engine(FILE.rules, 0, coverage)
    decide(engine, FACTS, 0)
    for name in ("a", "b"):
        engine.arm(Rule(name, ()))
    assert ([covered.name for covered in coverage.rules()], coverage.dropped) == (["once", "other"], 2)
    coverage.switch_to(Scenario("next", "For a test.", rules=(ONCE,)))
    decide(Engine([ONCE], 0, coverage), FACTS, 0)
    names = [(covered.scenario, covered.name) for covered in coverage.rules()]
    assert (names, coverage.dropped) == ([("file", "other"), ("next", "once")], 3)
    whole = Coverage(FILE)
    whole.add(coverage)
    assert whole.dropped == 3


def rule_of(name: str, entries: int) -> Rule:
    """Return a rule with a sequence of this many entries."""
    return Rule(name, (), course=Steps(((Hang(),),) * entries))


def test_the_entries_of_rules_count_towards_the_limit() -> None:
    coverage = Coverage(Scenario("empty", "For a test."), limit=6)
    for name, entries in (("a", 3), ("b", 1), ("c", 2), ("c", 4), ("c", 1), ("d", 2)):
        coverage.arm(rule_of(name, entries))
    names = [(covered.name, len(covered.entries)) for covered in coverage]
    assert (names, coverage.dropped) == ([("c", 1), ("d", 2)], 2)


def test_a_rule_with_more_entries_than_the_limit_is_kept_until_the_next_rule() -> None:
    coverage = Coverage(Scenario("empty", "For a test."), limit=2)
    for name in ("a", "b"):
        coverage.arm(rule_of(name, 5))
    assert ([covered.name for covered in coverage], coverage.dropped) == (["b"], 1)


def armed_in(coverage: Coverage, names: Iterable[str]) -> list[str]:
    """Arm rules one after the other in a coverage, and return the names that it has kept."""
    engine = Engine((), 0, coverage)
    for name in names:
        engine.arm(Rule(name, ()))
        engine.disarm(name)
    return [counts.name for counts in coverage]


def test_beyond_the_limit_of_all_coverages_the_largest_drops_its_older_half() -> None:
    budget = CoverageBudget(size=8 * 512)
    small, large = Coverage(FILE), Coverage(FILE)
    for each in (small, large):
        each.join(budget)
    assert armed_in(small, ["a", "b"]) == ["a", "b"]
    assert armed_in(large, "cdefgh") == [*"cdefgh"]
    assert armed_in(small, ["i"]) == ["a", "b", "i"]
    assert ([counts.name for counts in large], large.dropped, small.dropped) == ([*"fgh"], 3, 0)


def test_a_coverage_drops_armed_rules_before_those_of_its_scenario() -> None:
    coverage = Coverage(FILE)
    decide(Engine(FILE.rules, 0, coverage), FACTS, 0)
    armed_in(coverage, "ab")
    coverage.drop_half()
    assert [counts.name for counts in coverage] == ["once", "other"]
    coverage.drop_half()
    assert [counts.name for counts in coverage] == ["other"]


def test_a_coverage_that_joins_others_makes_room_for_what_it_has() -> None:
    budget = CoverageBudget(size=3 * 512)
    coverage = Coverage(FILE)
    armed_in(coverage, "abcd")
    coverage.join(budget)
    assert ([counts.name for counts in coverage], budget.used) == (["c", "d"], 2 * 512)


def test_a_deleted_coverage_leaves_its_room_to_others() -> None:
    budget = CoverageBudget(size=3 * 512)
    deleted = Coverage(FILE)
    deleted.join(budget)
    armed_in(deleted, "abc")
    del deleted
    coverage = Coverage(FILE)
    coverage.join(budget)
    assert armed_in(coverage, "def") == ["d", "e", "f"]


def test_the_counts_of_a_rule_take_as_many_bytes_as_are_counted() -> None:
    coverage = Coverage(FILE)
    faults = (Hang(),) * 50
    rules = [Rule(f"{number}".rjust(100, "r"), (), course=Steps((faults,) * 10)) for number in range(200)]
    tracemalloc.start()
    for each in rules:
        coverage.arm(each)
        coverage.disarm(each.name)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < coverage.size < 2 * taken


def test_a_disarmed_rule_leaves_only_its_counts() -> None:
    coverage = Coverage(FILE, limit=2)
    assert armed_in(coverage, "abc") == ["b", "c"]
    assert coverage.in_force == {}
