import pytest

from tests.scenarios import words
from tests.scenarios.api import Api

pytestmark = pytest.mark.unmeasured

REQUESTS = 1_000
RULE = {"X-Mockgms-Rule": "one-in-five"}


async def query_statuses(api: Api, times: int) -> list[int]:
    return [(await api.availability({"maxTimeSlots": "1"})).status for _ in range(times)]


@pytest.mark.slow
async def test_one_in_five_requests_fails_with_500(api: Api) -> None:
    statuses = await query_statuses(api, REQUESTS)
    assert set(statuses) == {200, 500}
    assert 0.17 < statuses.count(500) / REQUESTS < 0.23


async def test_the_failures_come_in_the_same_order_on_every_run(api: Api) -> None:
    first = await query_statuses(api, 50)
    await api.admin("POST", "/reset")
    assert await query_statuses(api, 50) == first


async def test_bookings_fail_in_the_same_order_as_queries(api: Api) -> None:
    queries = await query_statuses(api, 50)
    await api.admin("POST", "/reset")
    answers = [await api.book() for _ in range(50)]
    failed = words.server_error(api.version, RULE)
    assert answers == [words.accepted(api.version) if status == 200 else failed for status in queries]
    assert len(await api.booked()) == queries.count(200)
