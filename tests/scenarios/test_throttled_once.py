from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, DAY, Api

RULE = {"X-Mockgms-Rule": "first-attempt-throttled"}


async def test_the_first_attempt_of_each_customer_is_throttled_and_the_next_accepted(api: Api) -> None:
    throttled = words.throttled(api.version, 5, 300, RULE)
    accepted = words.accepted(api.version)
    assert [await api.book(phone) for phone in (ANNA, BOB, ANNA, BOB, ANNA)] == [
        throttled,
        throttled,
        accepted,
        accepted,
        accepted,
    ]
    assert await api.booked() == [(ANNA, None), (BOB, None), (ANNA, None)]


async def test_availability_is_never_throttled(api: Api) -> None:
    answer = await api.availability(DAY)
    assert (answer.status, answer.headers) == (200, {})
