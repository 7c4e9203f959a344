import gc
import tracemalloc
from collections.abc import Callable

import pytest

from mockgms.domain.slots import Slot
from mockgms.http.body import parse_body
from mockgms.http.headers import raw_headers, size_of_headers
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.engine import RuleList
from mockgms.scenario.rules import Rule
from mockgms.scenario.trials import Trial
from mockgms.session.journal import BYTES, Entry, Journal, JournalBudget, RecordedAnswer
from mockgms.session.trace import Trace


def entry(body: bytes = b"") -> Entry:
    return Entry(0, "GET", "/callbacks/availability", "", {}, body, {})


def answered(body: bytes = b"") -> RecordedAnswer:
    return RecordedAnswer(1, 200, "application/json", (), body, None)


def numbers(journal: Journal) -> list[int]:
    return [kept.number for kept in journal]


def filled(journal: Journal, count: int) -> Journal:
    for _ in range(count):
        journal.add(entry())
    return journal


def test_entries_are_numbered_from_one_and_kept_oldest_first() -> None:
    journal = filled(Journal(), 3)
    assert (numbers(journal), journal.dropped) == ([1, 2, 3], 0)


def test_the_oldest_entries_are_dropped_for_newer_ones_and_counted() -> None:
    journal = filled(Journal(entries=2), 5)
    assert (numbers(journal), journal.dropped) == ([4, 5], 3)


def test_a_large_request_drops_more_entries() -> None:
    journal = filled(Journal(size=40_000), 3)
    journal.add(entry(b"x" * 16_000))
    assert (numbers(journal), journal.dropped) == ([4], 3)


def test_a_large_answer_drops_more_entries() -> None:
    journal = filled(Journal(size=40_000), 3)
    last = entry()
    journal.add(last)
    journal.complete(last, answered(b"x" * 28_000))
    assert (numbers(journal), journal.dropped) == ([3, 4], 2)


def test_the_newest_entry_is_kept_even_if_it_exceeds_the_size() -> None:
    journal = Journal(size=40_000)
    large = entry()
    journal.add(large)
    journal.complete(large, answered(b"x" * 80_000))
    assert (numbers(journal), journal.dropped) == ([1], 0)
    filled(journal, 1)
    assert (numbers(journal), journal.dropped) == ([2], 1)


def test_an_entry_that_was_dropped_before_its_answer_takes_no_room() -> None:
    journal = Journal(entries=1, size=40_000)
    slow = entry()
    journal.add(slow)
    filled(journal, 1)
    journal.complete(slow, answered(b"x" * 80_000))
    filled(journal, 1)
    assert (numbers(journal), journal.dropped, slow.answer) == ([3], 2, answered(b"x" * 80_000))


def test_an_entry_is_found_by_its_number_while_it_is_kept() -> None:
    journal = filled(Journal(entries=2), 3)
    found = [journal.find(number) for number in (-1, 0, 1, 2, 3, 4)]
    assert [one and one.number for one in found] == [None, None, None, 2, 3, None]


def test_nothing_is_found_in_an_empty_journal() -> None:
    assert [Journal().find(number) for number in (-1, 0, 1)] == [None, None, None]


def test_the_numbers_continue_after_the_journal_was_cleared() -> None:
    journal = filled(Journal(entries=2), 3)
    journal.clear()
    assert (numbers(journal), journal.dropped) == ([], 0)
    filled(journal, 3)
    assert (numbers(journal), journal.dropped) == ([5, 6], 1)


def test_an_entry_that_was_cleared_before_its_answer_does_not_return() -> None:
    journal = Journal()
    slow = entry()
    journal.add(slow)
    journal.clear()
    journal.complete(slow, answered())
    assert numbers(journal) == []


def test_the_largest_journal_drops_entries_when_all_journals_exceed_their_budget() -> None:
    budget = JournalBudget(400_000)
    small, large = (filled(Journal(budget=budget), 2), filled(Journal(budget=budget), 9))
    large.add(entry(b"x" * 176_000))
    assert (numbers(small), numbers(large)) == ([1, 2], [6, 7, 8, 9, 10])
    filled(small, 1)
    assert (small.dropped, large.dropped, budget.dropped) == (0, 5, 5)


def test_an_exchange_that_is_larger_than_the_budget_is_not_kept() -> None:
    budget = JournalBudget(10_000)
    journal = Journal(budget=budget)
    journal.add(entry(b"x" * 10_000))
    assert (numbers(journal), journal.dropped, budget.used) == ([], 1, 0)


def test_the_room_of_deleted_or_cleared_journals_is_free_for_others() -> None:
    budget = JournalBudget(120_000)
    cleared = filled(Journal(budget=budget), 10)
    filled(Journal(budget=budget), 10)
    cleared.clear()
    other = filled(Journal(budget=budget), 20)
    assert (len(other), other.dropped, budget.dropped) == (20, 0, 0)


def test_dropped_entries_are_counted_for_all_journals_together() -> None:
    budget = JournalBudget()
    for _ in range(2):
        filled(Journal(entries=1, budget=budget), 3)
    assert budget.dropped == 4


def test_a_copy_is_independent_of_the_original() -> None:
    journal = filled(Journal(entries=2), 3)
    other = journal.copy()
    [_, newest] = journal
    journal.complete(newest, answered())
    filled(other, 1)
    assert (numbers(journal), journal.dropped, newest.answer) == ([2, 3], 1, answered())
    assert (numbers(other), other.dropped, [kept.answer for kept in other]) == ([3, 4], 2, [None, None])


def test_a_continued_journal_is_empty_and_its_numbers_follow_the_last_one() -> None:
    journal = Journal(entries=2).continued_after(7)
    assert (numbers(journal), journal.dropped, journal.last) == ([], 0, 7)
    filled(journal, 3)
    assert (numbers(journal), journal.dropped, journal.last) == ([9, 10], 1, 10)


def taken_by(make: Callable[[], object]) -> int:
    """Return how many bytes the result of a function takes."""
    gc.collect()
    tracemalloc.start()
    try:
        result = make()
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del result
    return taken


def form(count: int) -> bytes:
    return b"&".join(b"f%06d=%d" % (number, number) for number in range(count))


BODIES = {
    "one long name": b"x" * 100_000 + b"=1",
    "many short names": form(12_000),
    "names in brackets": b"&".join(b"a[%d][b]=1" % number for number in range(10_000)),
    "objects": b'{"a":[' + b",".join([b'{"a":{}}'] * 10_000) + b"]}",
    "numbers": b'{"a":[' + b",".join(b"%d" % (10**6 + number) for number in range(20_000)) + b"]}",
    "wide characters, escaped": b'{"a":"\\ud83d\\ude42' + b"x" * 100_000 + b'"}',
    "wide characters, encoded": b"a=%F0%9F%99%82" + b"x" * 100_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.unmeasured
def test_bodies_count_with_their_parsed_fields(body: bytes) -> None:
    journal = Journal(size=10**9)
    json = body.startswith(b"{")

    def note() -> object:
        request = Request(
            "POST", "/x", "", {"content-type": "application/json" if json else ""}, bytes(bytearray(body))
        )
        parse_body(request, nested=True)
        journal.add(Entry(0, "POST", "/x", "", request.headers, request.body, request.fields))
        return request

    note()  # what is computed only once does not count
    journal.clear()
    taken = taken_by(note)
    assert taken < journal.size < 20 * taken


@pytest.mark.slow
@pytest.mark.parametrize("value", ["x" * 15_000, "x" * 15_000 + "\U0001f642"], ids=["narrow", "wide"])
@pytest.mark.unmeasured
def test_heads_count_with_their_names_and_values(value: str) -> None:
    journal = Journal(size=10**9)

    def note() -> object:
        headers = {f"x-{number}" + "y" * 1_000: value + str(number) for number in range(60)}
        journal.add(Entry(0, "GET", "/x" + value, "q" + value, headers, b"", {}), size_of_headers(raw_headers(headers)))
        return headers

    taken = taken_by(note)
    assert taken < journal.size < 2 * taken


def test_a_hundred_heads_of_a_megabyte_are_not_kept() -> None:
    journal = Journal()
    for number in range(100):
        headers = {f"x-{each}": "x" * 15_000 + str(number) for each in range(60)}
        journal.add(Entry(0, "GET", "/", "", headers, b"", {}), size_of_headers(raw_headers(headers)))
    assert len(journal) < 20
    assert sum(len(value) for kept in journal for value in kept.headers.values()) < BYTES


def test_the_trace_of_an_entry_counts() -> None:
    journal, rule = Journal(size=10**9), Rule("slow", ())
    entry = Entry(0, "GET", "/", "", {}, b"", {}, rule="slow", faults=("delay",) * 1_000)
    journal.add(entry)
    before = journal.size
    entry.trace = Trace(RuleList((rule,) * 1_000, {}, 0, size=50_000), None)
    entry.trace.trials = [Trial(rule, "", 1, 0, "fired")] * 1_000
    entry.trace.operation_log += [("seat", "sales", Slot(0, 1, 1), 1)] * 1_000
    entry.trace.record_refusal(Unreadable("body", "x" * 10_000))
    entry.fields = {True: {}, False: {}}
    entry.body = b"x" * 1_000
    journal.complete(entry, RecordedAnswer(1, 400, "", (("X-Long", "x" * 15_000),), b"y" * 10_000, None))
    grown = journal.size - before
    assert grown > 128_000 + 256_000 + 128_000 + 50_000 + 20_000 + 15_000 + 8_000 + 1_000
    # The rules in force are the same as for the previous entry, which counts them.
    following = Entry(0, "GET", "/", "", {}, b"", {}, trace=Trace(entry.trace.rule_list, None))
    journal.add(following)
    before = journal.size
    journal.complete(following, answered(b"z" * 100))
    assert journal.size - before == 100


def test_the_used_budget_is_the_size_of_all_journals() -> None:
    budget = JournalBudget()
    one, other = (filled(Journal(budget=budget), 3) for _ in range(2))
    assert budget.used == one.size + other.size > 0
    other.clear()
    assert budget.used == one.size
    del one
    assert budget.used == 0


def test_deleted_journals_do_not_take_budget_from_others() -> None:
    budget = JournalBudget(100_000)
    for _ in range(30):  # journals that disappear are still counted for a while
        filled(Journal(budget=budget), 10)
        kept = [filled(Journal(budget=budget), 5) for _ in range(3)]
        kept[0].add(entry(b"x" * 16_000))
        assert budget.used <= budget.size
        assert all(len(journal) > 0 for journal in kept)
