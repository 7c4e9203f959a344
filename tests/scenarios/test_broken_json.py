import json

import pytest
from aiohttp import ClientResponse

from tests.scenarios.api import ANNA, DAY, Api


async def check(response: ClientResponse) -> None:
    told = response.headers["Content-Type"], response.headers["X-Mockgms-Rule"]
    assert (response.status, *told) == (200, "application/json; charset=utf-8", "broken-body")
    text = await response.text()
    assert text.startswith("{")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


async def test_no_body_is_json(api: Api) -> None:
    await check(await api.list_slots(DAY))


async def test_bookings_are_made_all_the_same(api: Api) -> None:
    await check(await api.schedule(ANNA))
    assert await api.booked() == [(ANNA, None)]
