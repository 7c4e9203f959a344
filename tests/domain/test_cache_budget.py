"""The budget of the caches of calendars."""

import tracemalloc
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.cache_budget import BUDGET, CacheBudget
from mockgms.domain.calendar import AvailabilityQuery, Calendar
from mockgms.domain.instants import DAY, parse_instant
from mockgms.domain.service import Service
from mockgms.domain.slots import Slot

pytestmark = pytest.mark.usefixtures("unmeasured")

NOW = parse_instant("2026-03-02T08:00:00Z")


class Owner:
    """One that counts how often it had to forget."""

    def __init__(self) -> None:
        self.forgot = 0

    def clear_cache(self) -> None:
        self.forgot += 1


def test_when_the_budget_is_spent_all_owners_forget_once() -> None:
    budget, one, other = CacheBudget(100), Owner(), Owner()
    budget.join(one)
    budget.join(other)
    budget.join(one)
    budget.spend(100)
    assert (one.forgot, other.forgot) == (0, 0)
    budget.spend(1)
    assert (one.forgot, other.forgot, budget.spent) == (1, 1, 0)
    budget.spend(101)
    assert (one.forgot, other.forgot) == (1, 1)


def test_an_owner_that_is_gone_is_not_kept_by_the_budget() -> None:
    budget, owner = CacheBudget(100), Owner()
    budget.join(owner)
    del owner
    budget.spend(101)
    assert budget.spent == 0


def render(slot: Slot) -> bytes:
    return b"%d" % slot.start * 5


# Takes seconds: without the budget it would fill 100 MB, slot by slot.
@pytest.mark.slow
def test_calendars_that_answer_for_years_take_a_bounded_part_of_the_memory() -> None:
    zone, largest = ZoneInfo("Asia/Kolkata"), 0
    calendars = [Calendar(Service("sales", timezone=zone, time_bucket=bucket)) for bucket in (5, 10)]
    tracemalloc.start()
    try:
        for calendar in calendars:
            calendar.take(NOW, NOW)  # its days are of its own then
            found = calendar.availability(AvailabilityQuery(Service(), NOW, NOW + 366 * DAY), NOW)
            for key in range(3):
                found.rendered(key, render, b",")
            del found
            largest = max(largest, tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert largest < 64 * 1024 * 1024


def test_a_calendar_answers_alike_after_it_had_to_forget() -> None:
    service = Service("sales")
    calendar, query = Calendar(service), AvailabilityQuery(service, NOW, NOW + 3 * DAY)
    calendar.take(NOW + DAY, NOW)
    before = calendar.availability(query, NOW)
    BUDGET.spend(64 * 1024 * 1024)
    after = calendar.availability(query, NOW)
    assert after is not before
    assert tuple(after.slots) == tuple(before.slots)
