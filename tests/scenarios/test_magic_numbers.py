import asyncio

import pytest
from aiohttp import ClientError

from tests.scenarios import words
from tests.scenarios.api import ANNA, MONDAY, NINE, Api

PATIENCE = 0.05  # seconds after which a client that is never answered gives up
PROPOSED = {f"{MONDAY}T{time}:00.000Z": 5 for time in ("09:15", "09:30", "09:45", "10:00", "10:15")}


def rule(code: int) -> dict[str, str]:
    return {"X-Mockgms-Rule": f"magic-{code}"}


@pytest.mark.parametrize("phone", ["+14005550100", "+1 (400) 555-01 99", "4005550142"])
async def test_400_is_a_slot_conflict_in_any_spelling_of_the_number(api: Api, phone: str) -> None:
    assert await api.book(phone, NINE) == words.slot_full(api.version, PROPOSED, rule(400))


async def test_422_is_a_closed_office(api: Api) -> None:
    assert await api.book("+14225550100", NINE) == words.office_closed(api.version, PROPOSED, rule(422))


async def test_429_is_a_throttle(api: Api) -> None:
    assert await api.book("+14295550100", NINE) == words.throttled(api.version, 30, 300, rule(429))


async def test_500_and_503_are_server_errors(api: Api) -> None:
    assert await api.book("+15005550100") == words.server_error(api.version, rule(500))
    unavailable = words.server_error(api.version, rule(503), 503, "Service Unavailable")
    assert await api.book("+15035550100") == unavailable


async def test_408_is_never_answered(api: Api) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(api.book("+14085550100"), PATIENCE)
    assert await api.booked() == []


async def test_499_loses_the_connection(api: Api) -> None:
    with pytest.raises(ClientError):
        await api.book("+14995550100")
    assert await api.booked() == []


@pytest.mark.parametrize("phone", [ANNA, "+494005550100", "+14005551234", "+1400555010"])
async def test_other_numbers_can_be_booked(api: Api, phone: str) -> None:
    assert await api.book(phone, NINE) == words.scheduled(api.version)
