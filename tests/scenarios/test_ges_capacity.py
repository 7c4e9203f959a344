from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, MONDAY, NINE, Api

PROPOSED = {f"{MONDAY}T{time}:00.000Z": 1 for time in ("09:15", "09:30", "09:45", "10:00", "10:15")}


async def test_a_full_slot_is_429_on_v3_and_400_on_v1_with_proposals_on_both(api: Api) -> None:
    assert await api.book(ANNA, NINE) == words.scheduled(api.version)
    status = {"v1": 400, "v3": 429}[api.version]
    assert await api.book(BOB, NINE) == words.slot_full(api.version, PROPOSED, status=status)
