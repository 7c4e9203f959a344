from tests.scenarios import words
from tests.scenarios.api import ANNA, Api

LONG = {"start": "2026-01-31T00:00:00Z", "numberOfDays": "60"}
LAST = "2026-03-03T19:30:00.000Z"
TOO_LATE = "2026-03-04T08:00:00.000Z"


async def test_the_free_slots_begin_in_february_and_end_in_march(api: Api) -> None:
    slots = await api.slots(LONG)
    assert (min(slots), max(slots)) == ("2026-02-01T08:00:00.000Z", LAST)
    assert list(slots.values()) == [5] * 24 * 31


async def test_no_slot_is_left_in_january(api: Api) -> None:
    slots = await api.slots({"start": "2026-01-31T00:00:00Z", "end": "2026-02-01T08:30:00Z"})
    assert slots == {"2026-02-01T08:00:00.000Z": 5}


async def test_the_last_day_can_be_booked_and_the_next_not(api: Api) -> None:
    assert await api.book(ANNA, LAST) == words.scheduled(api.version)
    assert await api.book(ANNA, TOO_LATE) == words.beyond_horizon(api.version, TOO_LATE)


async def test_the_clock_is_frozen_late_on_the_last_day_of_january(api: Api) -> None:
    assert await api.admin("GET", "/clock") == {"now": "2026-01-31T22:00:00.000Z", "frozen": True}
