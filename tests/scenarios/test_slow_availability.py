from statistics import median

import pytest

from mockgms.domain.instants import parse_instant
from tests.scenarios import words
from tests.scenarios.api import MONDAY, Api

pytestmark = pytest.mark.unmeasured

QUERIES = 500
# Like the scenario, but only delays advance the clock.
VIRTUAL = f"""
description: Slow, in no time.
extends: slow-availability
latency: virtual
clock: {{now: {MONDAY}T08:00:00Z, frozen: true}}
"""


@pytest.fixture
async def slow(api: Api) -> Api:
    await api.admin("PUT", "/scenario", VIRTUAL)
    return api


async def time_of_query(api: Api) -> int:
    before = parse_instant(await api.now())
    answer = await api.availability()
    assert (answer.status, answer.headers) == (200, {"X-Mockgms-Rule": "slow-calendar"})
    return parse_instant(await api.now()) - before


@pytest.mark.slow
async def test_half_of_the_queries_take_more_than_800_ms_and_one_in_a_hundred_more_than_3_s(slow: Api) -> None:
    times = [await time_of_query(slow) for _ in range(QUERIES)]
    assert median(times) == pytest.approx(800, rel=0.1)
    assert 1 <= sum(time > 3_000 for time in times) <= QUERIES // 50


async def test_bookings_are_not_delayed(slow: Api) -> None:
    before = await slow.now()
    assert await slow.book() == words.accepted(slow.version)
    assert await slow.now() == before
