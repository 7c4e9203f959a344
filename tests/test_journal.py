from mockgms.journal import Answered, Entry, Journal, Shelf


def entry(body: bytes = b"") -> Entry:
    return Entry(0, "GET", "/callbacks/availability", "", {}, body, {})


def answered(body: bytes = b"") -> Answered:
    return Answered(1, 200, "application/json", (), body, None)


def numbers(journal: Journal) -> list[int]:
    return [kept.number for kept in journal]


def filled(journal: Journal, count: int) -> Journal:
    for _ in range(count):
        journal.open(entry())
    return journal


def test_entries_are_numbered_from_one_and_kept_oldest_first() -> None:
    journal = filled(Journal(), 3)
    assert (numbers(journal), journal.dropped) == ([1, 2, 3], 0)


def test_the_oldest_make_room_for_newer_ones_and_are_counted() -> None:
    journal = filled(Journal(entries=2), 5)
    assert (numbers(journal), journal.dropped) == ([4, 5], 3)


def test_large_requests_make_more_room() -> None:
    journal = filled(Journal(size=40_000), 3)
    journal.open(entry(b"x" * 16_000))
    assert (numbers(journal), journal.dropped) == ([4], 3)


def test_large_answers_make_more_room() -> None:
    journal = filled(Journal(size=40_000), 3)
    last = entry()
    journal.open(last)
    journal.close(last, answered(b"x" * 28_000))
    assert (numbers(journal), journal.dropped) == ([3, 4], 2)


def test_the_newest_is_kept_whatever_its_size() -> None:
    journal = Journal(size=40_000)
    large = entry()
    journal.open(large)
    journal.close(large, answered(b"x" * 80_000))
    assert (numbers(journal), journal.dropped) == ([1], 0)
    filled(journal, 1)
    assert (numbers(journal), journal.dropped) == ([2], 1)


def test_an_entry_that_was_dropped_before_its_answer_came_takes_no_room_any_more() -> None:
    journal = Journal(entries=1, size=40_000)
    slow = entry()
    journal.open(slow)
    filled(journal, 1)
    journal.close(slow, answered(b"x" * 80_000))
    filled(journal, 1)
    assert (numbers(journal), journal.dropped, slow.answer) == ([3], 2, answered(b"x" * 80_000))


def test_an_entry_is_found_by_its_number_while_it_is_kept() -> None:
    journal = filled(Journal(entries=2), 3)
    found = [journal.find(number) for number in (-1, 0, 1, 2, 3, 4)]
    assert [one and one.number for one in found] == [None, None, None, 2, 3, None]


def test_nothing_is_found_in_an_empty_journal() -> None:
    assert [Journal().find(number) for number in (-1, 0, 1)] == [None, None, None]


def test_after_it_was_cleared_the_numbers_go_on() -> None:
    journal = filled(Journal(entries=2), 3)
    journal.clear()
    assert (numbers(journal), journal.dropped) == ([], 0)
    filled(journal, 3)
    assert (numbers(journal), journal.dropped) == ([5, 6], 1)


def test_an_entry_that_was_cleared_before_its_answer_came_stays_forgotten() -> None:
    journal = Journal()
    slow = entry()
    journal.open(slow)
    journal.clear()
    journal.close(slow, answered())
    assert numbers(journal) == []


def test_the_largest_of_all_journals_gives_way_when_there_is_too_little_room_for_all() -> None:
    shelf = Shelf(400_000)
    small, large = (filled(Journal(shelf=shelf), 2), filled(Journal(shelf=shelf), 9))
    large.open(entry(b"x" * 176_000))
    assert (numbers(small), numbers(large)) == ([1, 2], [6, 7, 8, 9, 10])
    filled(small, 1)
    assert (small.dropped, large.dropped, shelf.dropped) == (0, 5, 5)


def test_one_exchange_that_is_larger_than_all_the_room_is_not_kept() -> None:
    shelf = Shelf(10_000)
    journal = Journal(shelf=shelf)
    journal.open(entry(b"x" * 10_000))
    assert (numbers(journal), journal.dropped, shelf.used) == ([], 1, 0)


def test_journals_that_are_gone_or_empty_leave_their_room_to_others() -> None:
    shelf = Shelf(120_000)
    cleared = filled(Journal(shelf=shelf), 10)
    filled(Journal(shelf=shelf), 10)
    cleared.clear()
    other = filled(Journal(shelf=shelf), 20)
    assert (len(other), other.dropped, shelf.dropped) == (20, 0, 0)


def test_the_entries_that_had_to_make_room_are_counted_for_all_journals() -> None:
    shelf = Shelf()
    for _ in range(2):
        filled(Journal(entries=1, shelf=shelf), 3)
    assert shelf.dropped == 4


def test_a_copy_goes_on_by_itself() -> None:
    journal = filled(Journal(entries=2), 3)
    other = journal.copied()
    [_, newest] = journal
    journal.close(newest, answered())
    filled(other, 1)
    assert (numbers(journal), journal.dropped, newest.answer) == ([2, 3], 1, answered())
    assert (numbers(other), other.dropped, [kept.answer for kept in other]) == ([3, 4], 2, [None, None])


def test_a_renewed_one_is_empty_and_its_numbers_go_on_after_the_last() -> None:
    journal = Journal(entries=2).renewed(7)
    assert (numbers(journal), journal.dropped, journal.last) == ([], 0, 7)
    filled(journal, 3)
    assert (numbers(journal), journal.dropped, journal.last) == ([9, 10], 1, 10)
