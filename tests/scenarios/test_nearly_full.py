from tests.scenarios.api import Api

WEEK = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-09T08:00:00Z"}
SLOTS = 5 * 16 + 8  # of 3 seats


async def test_nine_of_ten_seats_of_the_coming_week_are_taken(api: Api) -> None:
    slots = await api.slots(WEEK)
    assert sum(slots.values()) == SLOTS * 3 - round(SLOTS * 3 * 0.9)
    assert len(await api.booked()) == round(SLOTS * 3 * 0.9)


async def test_the_week_after_is_free(api: Api) -> None:
    slots = await api.slots({"start": "2026-03-09T08:00:00Z", "numberOfDays": "1"})
    assert list(slots.values()) == [3] * 16


async def test_the_customers_are_the_same_at_every_start(api: Api) -> None:
    async def customers() -> object:
        await api.availability()
        return [(each["phone"], each["slot"], each["properties"]) for each in await api.admin("GET", "/callbacks")]

    first = await customers()
    clock = await api.admin("GET", "/clock")
    await api.admin("POST", "/reset")
    await api.admin("PUT", "/clock", clock)
    assert await customers() == first
