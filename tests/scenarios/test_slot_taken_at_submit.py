from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, MONDAY, NINE, Api

QUARTER_PAST = f"{MONDAY}T09:15:00.000Z"
PROPOSED = {f"{MONDAY}T{time}:00.000Z": 5 for time in ("09:15", "09:30", "09:45", "10:00", "10:15")}
RULE = {"X-Mockgms-Rule": "rivals-were-faster"}
RIVAL = "+15550100"


async def test_rivals_take_the_first_slot_that_a_customer_books(api: Api) -> None:
    before = await api.slots()
    assert await api.book(ANNA, NINE) == words.slot_full(api.version, PROPOSED, RULE)
    assert await api.booked() == [(RIVAL, NINE)] * 5
    assert await api.slots() == {start: free for start, free in before.items() if start != NINE}


async def test_the_next_attempt_at_a_free_slot_succeeds_and_at_the_taken_one_does_not(api: Api) -> None:
    await api.book(ANNA, NINE)
    assert await api.book(ANNA, NINE) == words.slot_full(api.version, PROPOSED)
    assert await api.book(ANNA, QUARTER_PAST) == words.scheduled(api.version)


async def test_each_customer_has_separate_rivals(api: Api) -> None:
    await api.book(ANNA, NINE)
    left = {start: free for start, free in PROPOSED.items() if start != QUARTER_PAST}
    proposed = left | {f"{MONDAY}T10:30:00.000Z": 5}
    assert await api.book(BOB, QUARTER_PAST) == words.slot_full(api.version, proposed, RULE)


async def test_an_immediate_callback_has_no_slot_that_rivals_could_take(api: Api) -> None:
    assert await api.book(ANNA) == words.accepted(api.version)
    assert (await api.book(ANNA, NINE)).headers == RULE
