import json

import pytest
from aiohttp import ClientResponse

from tests.scenarios.api import ANNA, DAY, Api


async def check(response: ClientResponse) -> None:
    headers = response.headers["Content-Type"], response.headers["X-Mockgms-Rule"]
    assert (response.status, *headers) == (200, "application/json; charset=utf-8", "broken-body")
    text = await response.text()
    assert text.startswith("{")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


async def test_the_body_of_an_answer_is_not_json(api: Api) -> None:
    await check(await api.list_slots(DAY))


async def test_a_booking_is_made_although_its_answer_is_broken(api: Api) -> None:
    await check(await api.schedule(ANNA))
    assert await api.booked() == [(ANNA, None)]
