from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, NINE, Api


async def test_retry_after_counts_down_until_the_next_callback_is_accepted(api: Api) -> None:
    assert await api.book(ANNA) == words.accepted(api.version)
    assert await api.book(BOB) == words.throttled(api.version, 30, 30)
    await api.advance("20s")
    assert await api.book(BOB) == words.throttled(api.version, 10, 30)
    await api.advance("9s")
    assert await api.book(BOB) == words.throttled(api.version, 1, 30)
    await api.advance("1s")
    assert await api.book(BOB) == words.accepted(api.version)
    assert await api.booked() == [(ANNA, None), (BOB, None)]


async def test_callbacks_for_a_later_time_are_always_accepted(api: Api) -> None:
    assert await api.book(ANNA) == words.accepted(api.version)
    assert await api.book(BOB, NINE) == words.scheduled(api.version)
    assert await api.book(ANNA, NINE) == words.scheduled(api.version)
