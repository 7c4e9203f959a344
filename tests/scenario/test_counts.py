"""The counts of rules for each caller: which are kept, what they add up to, and the room that they take."""

import tracemalloc

import pytest

from mockgms.domain.allowance import Allowance
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.refusals import OutOfRoom
from mockgms.scenario.counts import CALLER, COUNTS, CallerCounts, Counts

ANN, BOB, CAT = "15550001", "15550002", "15550003"
ROOM_OF_CALLER = CALLER + ANN.__sizeof__()


def match(counts: Counts, rule: str, who: str) -> None:
    """Count a match of a rule for a caller, as the engine does."""
    row = counts.find(who)
    of_caller = row.get(rule) or counts.start(rule, who, row)
    of_caller.matches += 1
    counts.total(rule).matches += 1


def kept(counts: Counts) -> list[tuple[str, str, int]]:
    return [(rule, who, each.matches) for rule, who, each in counts.items()]


def exported(counts: Counts) -> tuple[list[tuple[str, str, int, int, int | None]], list[tuple[str, int, int]]]:
    items = [(rule, who, each.matches, each.firings, each.first_fired) for rule, who, each in counts.items()]
    return items, list(counts.dropped())


def test_the_counts_of_the_last_callers_are_kept() -> None:
    counts = Counts(Allowance(), max_callers=2)
    for rule, who in (("a", ANN), ("b", ANN), ("a", BOB), ("a", ANN), ("a", CAT)):
        match(counts, rule, who)
    assert kept(counts) == [("a", ANN, 2), ("b", ANN, 1), ("a", CAT, 1)]
    assert counts.find(BOB) == {}


def test_totals_include_callers_that_are_no_longer_kept() -> None:
    counts = Counts(Allowance(), max_callers=1)
    for who in (ANN, BOB, CAT):
        match(counts, "a", who)
    counts.total("a").firings += 2
    assert (counts.totals["a"].matches, counts.totals["a"].firings) == (3, 2)
    assert list(counts.dropped()) == [("a", 2, 2)]


def test_counts_without_a_caller_are_kept_however_many_callers_follow() -> None:
    counts = Counts(Allowance(), max_callers=2)
    for who in ("", ANN, BOB, CAT):
        match(counts, "a", who)
    assert kept(counts) == [("a", "", 1), ("a", BOB, 1), ("a", CAT, 1)]


def test_a_caller_takes_room_until_it_is_no_longer_kept() -> None:
    allowance = Allowance()
    counts = Counts(allowance, max_callers=1)
    used = []
    for rule, who in (("a", ANN), ("b", ANN), ("a", BOB), ("a", "")):
        match(counts, rule, who)
        used.append(allowance.used)
    assert used == [ROOM_OF_CALLER + COUNTS * count for count in (1, 2, 1, 2)]


def test_removed_rules_free_their_room_and_that_of_callers_without_counts() -> None:
    allowance = Allowance()
    counts = Counts(allowance)
    for rule, who in (("a", ANN), ("b", ANN), ("a", BOB), ("a", "")):
        match(counts, rule, who)
    counts.remove(["a", "other"])
    assert (kept(counts), list(counts.totals)) == ([("b", ANN, 1)], ["b"])
    assert allowance.used == ROOM_OF_CALLER + COUNTS
    counts.remove(["b"])
    assert (kept(counts), allowance.used) == ([], 0)


def test_without_room_nothing_is_counted() -> None:
    allowance = Allowance(ROOM_OF_CALLER + COUNTS)
    counts = Counts(allowance, max_callers=1)
    match(counts, "a", ANN)
    for rule, who in (("b", ANN), ("a", BOB), ("a", "")):
        with pytest.raises(OutOfRoom):
            match(counts, rule, who)
    assert (kept(counts), allowance.used) == ([("a", ANN, 1)], ROOM_OF_CALLER + COUNTS)


def test_a_copy_changes_independently() -> None:
    counts, copy = Counts(Allowance(), max_callers=2), Counts(Allowance(), max_callers=2)
    for who in ("", ANN, BOB, CAT):
        match(counts, "a", who)
    before = exported(counts)
    copy.copy_from(counts)
    assert exported(copy) == before
    for who in ("", BOB, ANN):
        match(copy, "a", who)
    assert exported(counts) == before
    assert exported(copy) == ([("a", "", 2, 0, None), ("a", BOB, 2, 0, None), ("a", ANN, 1, 0, None)], [("a", 2, 0)])


def test_the_counts_of_some_rules_are_taken_over_with_their_room() -> None:
    allowance = Allowance()
    counts, other = Counts(allowance), Counts(allowance)
    for rule, who in (("a", ANN), ("b", ANN), ("b", BOB), ("a", "")):
        match(counts, rule, who)
    other.take_from(counts, ["a", "new"])
    assert (kept(other), other.totals["a"].matches, list(other.totals)) == ([("a", "", 1), ("a", ANN, 1)], 2, ["a"])
    assert allowance.used == ROOM_OF_CALLER + 2 * COUNTS


def test_restored_counts_are_those_that_were_exported() -> None:
    counts, restored = Counts(Allowance(), max_callers=1), Counts(Allowance(), max_callers=1)
    for who in ("", ANN, BOB):
        match(counts, "a", who)
    counts.find(BOB)["a"].first_fired = 5
    list(restored.restore_in_steps(*exported(counts)))
    assert exported(restored) == exported(counts)
    assert restored.totals == counts.totals


@pytest.mark.parametrize("who", ["", ANN])
def test_counts_that_occur_twice_are_not_restored(who: str) -> None:
    message = r"counts\[2\] is for the rule 'a' and a caller that have counts already"
    kept = [("a", who, 2, 1, None), ("b", who, 2, 1, None), ("a", who, 2, 1, None)]
    with pytest.raises(InvalidSnapshot, match=message):
        list(Counts(Allowance()).restore_in_steps(kept, []))


@pytest.mark.parametrize("count", [1, 5, 6, 11, 30])
def test_counts_take_no_more_memory_than_they_are_counted_for(count: int) -> None:
    rules = [f"rule-{number}" for number in range(count)]
    allowance = Allowance()
    counts = Counts(allowance)
    tracemalloc.start()
    try:
        for number in range(2_000):
            who = f"+1555{number:07d}"
            for rule in rules:
                match(counts, rule, who)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < allowance.used < 2 * taken


def test_new_counts_are_zero() -> None:
    counts = Counts(Allowance())
    assert counts.start("a", ANN, counts.find(ANN)) == CallerCounts(0, 0, None)
    assert counts.totals == {}
