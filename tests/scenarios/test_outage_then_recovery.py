from tests.scenarios import words
from tests.scenarios.api import NINE, Api


async def test_the_server_is_down_for_five_minutes_of_the_sessions_clock(api: Api) -> None:
    down = words.server_error(api.version, {"X-Mockgms-Rule": "outage"}, 503, "Service Unavailable")
    assert await api.now() == NINE
    assert (await api.book(), await api.availability()) == (down, down)
    await api.advance("4m59s")
    assert (await api.book(), await api.availability()) == (down, down)
    assert await api.booked() == []


async def test_after_five_minutes_the_server_works_again(api: Api) -> None:
    await api.advance("5m")
    assert await api.book() == words.accepted(api.version)
    assert set((await api.slots()).values()) == {5}
