from collections.abc import Mapping

from tests.messages import IMPOSSIBLE, PREMIUM
from tests.scenarios.api import MONDAY, Answer, Api

MARY = "+14152370808"  # a possible number
CALLBACK = "com.genesyslab.gsg.services.callback.exceptions.CallbackException"


def refused(api: Api, status: Mapping[str, int], exception: str, gms: str, ges: tuple[int, str]) -> Answer:
    """Return a refusal; that of v1 has the two members of GMS 8.5.1."""
    code, message = ges
    bodies = {
        "v1": {"exception": f"{CALLBACK}{exception}", "message": gms},
        "v3": {"status": {"code": code, "message": message, "corrId": "ID"}},
    }
    return Answer(status[api.version], bodies[api.version], {})


async def test_slots_last_five_minutes_and_have_100_seats(api: Api) -> None:
    slots = await api.slots({"start": f"{MONDAY}T10:00:00Z", "end": f"{MONDAY}T10:15:00Z"})
    assert slots == {f"{MONDAY}T10:{minute}:00.000Z": 100 for minute in ("00", "05", "10")}


async def test_an_impossible_number_is_refused(api: Api) -> None:
    assert await api.book("12345") == refused(
        api,
        {"v1": 400, "v3": 400},
        "Number",
        f"Customer Number [12345] {IMPOSSIBLE}",
        (7036, "A callback to 12345 is not possible."),
    )


async def test_a_premium_number_is_refused(api: Api) -> None:
    assert await api.book("+19002370808") == refused(
        api,
        {"v1": 400, "v3": 400},
        "Number",
        f"Customer Number [+19002370808] {PREMIUM}",
        (7037, "A callback to the premium number +19002370808 is refused."),
    )


async def test_a_number_with_two_waiting_callbacks_is_refused(api: Api) -> None:
    for _ in range(2):
        assert (await api.book(MARY)).status == 200
    assert await api.book(MARY) == refused(
        api,
        {"v1": 503, "v3": 429},
        "ServiceUnavailable",
        f"Callback for _customer_number={MARY} rejected because it is in the queue of sales already.",
        (7041, f"Too many requests at this time: {MARY} already waits for sales."),
    )
