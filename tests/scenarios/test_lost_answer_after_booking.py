import pytest
from aiohttp import ClientError

from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, MONDAY, NINE, Api

PROPOSED = {f"{MONDAY}T{time}:00.000Z": 1 for time in ("09:15", "09:30", "09:45", "10:00", "10:15")}


async def lose(api: Api, phone: str, at: str | None = None) -> None:
    with pytest.raises(ClientError):
        await api.book(phone, at)


async def test_the_booking_is_made_but_its_answer_is_lost(api: Api) -> None:
    await lose(api, ANNA, NINE)
    assert await api.booked() == [(ANNA, NINE)]


async def test_a_client_that_tries_again_is_refused_because_of_its_own_booking(api: Api) -> None:
    await lose(api, ANNA, NINE)
    assert await api.book(ANNA, NINE) == words.slot_full(api.version, PROPOSED)


async def test_a_client_that_tries_an_immediate_booking_again_has_booked_twice(api: Api) -> None:
    await lose(api, ANNA)
    assert await api.book(ANNA) == words.accepted(api.version)
    assert await api.booked() == [(ANNA, None), (ANNA, None)]


async def test_each_customer_loses_one_answer(api: Api) -> None:
    await lose(api, ANNA)
    await lose(api, BOB)
    assert await api.book(BOB) == words.accepted(api.version)
