from tests.scenarios import words
from tests.scenarios.api import ANNA, NINE, Api

TUESDAY = "2026-03-03"
PROPOSED = {f"{TUESDAY}T09:{minute}:00.000Z": 3 for minute in ("00", "15", "30", "45")} | {
    f"{TUESDAY}T10:00:00.000Z": 3
}


async def test_the_first_day_has_no_free_slot(api: Api) -> None:
    answer = await api.availability()
    assert answer == words.nothing_to_show(api.version, "No time slot is free in the selected period.", 7041)


async def test_the_next_day_has_only_free_slots(api: Api) -> None:
    slots = await api.slots({"start": f"{TUESDAY}T00:00:00Z"})
    assert list(slots.values()) == [3] * 32
    assert (min(slots), max(slots)) == (f"{TUESDAY}T09:00:00.000Z", f"{TUESDAY}T16:45:00.000Z")


async def test_a_booking_on_the_first_day_is_refused_with_proposals_on_the_next(api: Api) -> None:
    assert await api.book(ANNA, NINE) == words.slot_full(api.version, PROPOSED)
    assert await api.book(ANNA, next(iter(PROPOSED))) == words.scheduled(api.version)


async def test_the_customers_hold_every_seat_of_the_first_day(api: Api) -> None:
    await api.availability()
    slots = [slot for _, slot in await api.booked()]
    assert len(slots) == 32 * 3
    assert all(slots.count(slot) == 3 for slot in slots)
