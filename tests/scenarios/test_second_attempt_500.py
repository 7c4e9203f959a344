from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, Api


async def test_only_the_second_attempt_of_each_customer_fails_with_500(api: Api) -> None:
    accepted = words.accepted(api.version)
    failed = words.server_error(api.version, {"X-Mockgms-Rule": "second-attempt"})
    attempts = (ANNA, BOB, ANNA, ANNA, BOB, ANNA, BOB)
    assert [await api.book(phone) for phone in attempts] == [
        accepted,
        accepted,
        failed,
        accepted,
        failed,
        accepted,
        accepted,
    ]
    assert await api.booked() == [(ANNA, None), (BOB, None), (ANNA, None), (ANNA, None), (BOB, None)]
