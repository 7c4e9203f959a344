from tests.scenarios import words
from tests.scenarios.api import Answer, Api

RULE = {"X-Mockgms-Rule": "gateway-limit"}


def limits(remaining: int, reset: int) -> dict[str, str]:
    headers = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset": str(reset)}
    return headers | RULE


async def poll(api: Api, key: str) -> Answer:
    return await api.availability(headers={"x-api-key": key})


async def test_ten_requests_pass_and_every_answer_has_the_remaining_number(api: Api) -> None:
    answers = [await poll(api, "KEY-1") for _ in range(10)]
    assert [(answer.status, answer.headers) for answer in answers] == [
        (200, limits(9 - sent, 6 + 6 * sent)) for sent in range(10)
    ]


async def test_the_eleventh_request_is_refused_until_a_token_is_added(api: Api) -> None:
    for _ in range(10):
        await poll(api, "KEY-1")
    refused = words.rate_limited(api.version, 10, {"Retry-After": "6", **limits(0, 60)})
    assert await poll(api, "KEY-1") == refused
    await api.advance("5s")
    assert (await poll(api, "KEY-1")).headers["Retry-After"] == "1"
    await api.advance("1s")
    answer = await poll(api, "KEY-1")
    assert (answer.status, answer.headers) == (200, limits(0, 60))


async def test_bookings_count_too_and_a_refused_one_is_not_made(api: Api) -> None:
    for _ in range(9):
        await poll(api, "KEY-1")
    key = {"x-api-key": "KEY-1"}
    assert await api.book(headers=key) == words.accepted(api.version, limits(0, 60))
    refused = words.rate_limited(api.version, 10, {"Retry-After": "6", **limits(0, 60)})
    assert await api.book(headers=key) == refused
    assert len(await api.booked()) == 1


async def test_each_key_has_its_own_limit(api: Api) -> None:
    for _ in range(11):
        await poll(api, "KEY-1")
    answer = await poll(api, "KEY-2")
    assert (answer.status, answer.headers) == (200, limits(9, 6))
