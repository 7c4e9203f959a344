"""The memory budget that the caches of all calendars share."""

import tracemalloc
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.cache_budget import BUDGET, CacheBudget
from mockgms.domain.calendar import AvailabilityQuery, Calendar
from mockgms.domain.instants import DAY, parse_instant
from mockgms.domain.service import Service
from mockgms.domain.slots import Slot

pytestmark = pytest.mark.unmeasured

NOW = parse_instant("2026-03-02T08:00:00Z")


class Owner:
    """An owner of a cache that counts how often it is cleared."""

    def __init__(self) -> None:
        self.cleared = 0

    def clear_cache(self) -> None:
        self.cleared += 1


def test_when_the_budget_is_spent_each_cache_is_cleared_once() -> None:
    budget, one, other = CacheBudget(100), Owner(), Owner()
    budget.join(one)
    budget.join(other)
    budget.join(one)
    budget.spend(100)
    assert (one.cleared, other.cleared) == (0, 0)
    budget.spend(1)
    assert (one.cleared, other.cleared, budget.spent) == (1, 1, 0)
    budget.spend(101)
    assert (one.cleared, other.cleared) == (1, 1)


def test_the_budget_does_not_keep_a_deleted_owner_alive() -> None:
    budget, owner = CacheBudget(100), Owner()
    budget.join(owner)
    del owner
    budget.spend(101)
    assert budget.spent == 0


def render(slot: Slot) -> bytes:
    return b"%d" % slot.start * 5


# Takes seconds: without the budget it would fill 100 MB, slot by slot.
@pytest.mark.slow
def test_the_caches_of_calendars_take_at_most_64_mib() -> None:
    zone, largest = ZoneInfo("Asia/Kolkata"), 0
    calendars = [Calendar(Service("sales", timezone=zone, time_bucket=bucket)) for bucket in (5, 10)]
    tracemalloc.start()
    try:
        for calendar in calendars:
            calendar.take(NOW, NOW)  # then its days are not shared
            found = calendar.availability(AvailabilityQuery(Service(), NOW, NOW + 366 * DAY), NOW)
            for key in range(3):
                found.rendered(key, render, b",")
            del found
            largest = max(largest, tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert largest < 64 * 1024 * 1024


def test_a_calendar_answers_the_same_after_its_cache_is_cleared() -> None:
    service = Service("sales")
    calendar, query = Calendar(service), AvailabilityQuery(service, NOW, NOW + 3 * DAY)
    calendar.take(NOW + DAY, NOW)
    before = calendar.availability(query, NOW)
    BUDGET.spend(64 * 1024 * 1024)
    after = calendar.availability(query, NOW)
    assert after is not before
    assert tuple(after.slots) == tuple(before.slots)
