import pytest

from tests.live import Client
from tests.scenarios import words
from tests.scenarios.api import ANNA, NINE, Api


async def test_every_quarter_of_an_hour_of_a_weekend_has_five_free_seats(api: Api) -> None:
    slots = await api.slots({"start": "2026-03-07T00:00:00Z", "numberOfDays": "2"})  # a weekend
    assert slots == {
        f"2026-03-{day:02d}T{hour:02d}:{minute:02d}:00.000Z": 5
        for day in (7, 8)
        for hour in range(24)
        for minute in (0, 15, 30, 45)
    }


async def test_the_sixth_booking_of_a_slot_is_refused(api: Api) -> None:
    answers = [await api.book(ANNA, NINE) for _ in range(6)]
    proposed = {NINE.replace("09:00", time): 5 for time in ("09:15", "09:30", "09:45", "10:00", "10:15")}
    assert answers == [*[words.scheduled(api.version)] * 5, words.slot_full(api.version, proposed)]


@pytest.mark.parametrize("name", ["support", "a name with spaces"])
async def test_any_service_name_is_accepted(api: Api, client: Client, name: str) -> None:
    service = type(api)(client, service=name)
    assert list((await service.slots({})).values()) == [5] * 96
    assert await service.book() == words.accepted(api.version)


async def test_a_magic_number_causes_its_error(api: Api) -> None:
    assert await api.book("+15005550100") == words.server_error(api.version, {"X-Mockgms-Rule": "magic-500"})
