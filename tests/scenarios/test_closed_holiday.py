from tests.scenarios import words
from tests.scenarios.api import ANNA, Api

PERIOD = {"start": "2026-12-25T00:00:00Z", "numberOfDays": "3"}
NOON = "2026-12-25T11:00:00.000Z"
PROPOSED = {f"2026-12-28T{time}:00.000Z": 5 for time in ("08:00", "08:15", "08:30", "08:45", "09:00")}


async def test_no_slot_is_free_until_monday(api: Api) -> None:
    answer = await api.availability(PERIOD)
    assert answer == words.nothing_to_show(api.version, "Office closed in the selected period.", 7042, "Europe/Paris")


async def test_slots_on_monday_morning_in_paris_are_proposed(api: Api) -> None:
    assert await api.book(ANNA, NOON) == words.office_closed(api.version, PROPOSED)
    assert await api.book(ANNA, "2026-12-28T08:00:00.000Z") == words.scheduled(api.version)


async def test_an_immediate_callback_is_refused(api: Api) -> None:
    assert await api.book(ANNA) == words.office_closed(api.version, PROPOSED)
    assert await api.booked() == []


async def test_the_clock_is_frozen_on_christmas_day(api: Api) -> None:
    assert await api.admin("GET", "/clock") == {"now": "2026-12-25T09:00:00.000Z", "frozen": True}
