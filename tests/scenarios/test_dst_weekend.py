from tests.live import Client
from tests.scenarios import words
from tests.scenarios.api import ANNA, V3, Api

SUNDAY = {"start": "2026-03-29T00:00:00", "numberOfDays": "1", "timezone": "Europe/Paris"}


async def test_the_sunday_has_23_hours(api: Api) -> None:
    slots = await api.slots(SUNDAY)
    assert slots == {f"2026-03-{day}:00:00.000Z": 5 for day in ("28T23", *(f"29T{hour:02d}" for hour in range(22)))}


async def test_no_slot_is_in_the_hour_that_does_not_exist(client: Client) -> None:
    answer = await V3(client).availability(SUNDAY)
    assert [slot["localTime"] for slot in answer.body["data"]["slots"][:3]] == [
        "2026-03-29T00:00:00.000+01:00",
        "2026-03-29T01:00:00.000+01:00",
        "2026-03-29T03:00:00.000+02:00",
    ]


async def test_the_slots_around_the_change_can_be_booked(api: Api) -> None:
    assert await api.book(ANNA, "2026-03-29T01:30:00+01:00") == words.scheduled(api.version)
    assert await api.book(ANNA, "2026-03-29T03:00:00+02:00") == words.scheduled(api.version)
    assert await api.booked() == [(ANNA, "2026-03-29T00:00:00.000Z"), (ANNA, "2026-03-29T01:00:00.000Z")]


async def test_the_clock_is_frozen_at_noon_in_paris_on_saturday(api: Api) -> None:
    assert await api.admin("GET", "/clock") == {"now": "2026-03-28T11:00:00.000Z", "frozen": True}
