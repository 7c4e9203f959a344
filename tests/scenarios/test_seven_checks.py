"""Seven checks that general mock servers fail, and an eighth: two runs are the same to the byte."""

import asyncio
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TypeAlias

import pytest
from aiohttp import ClientResponse
from pytest_aiohttp.plugin import AiohttpClient

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import Client, LiveServer, dispatcher_of
from tests.scenarios import words
from tests.scenarios.api import ANNA, BOB, DAY, MONDAY, NINE, Api

ROUNDS = 30
CUSTOMERS = [f"+141555501{number:02d}" for number in range(20)]
START = {"now": f"{MONDAY}T08:00:00.000Z", "frozen": True}
FROZEN = f"""
description: For a check.
seed: 7
clock: {{now: {MONDAY}T08:00:00Z, frozen: true}}
services: {{"*": {{capacity: 1}}}}
"""
COIN = """
rules:
  - {name: coin, when: {operation: schedule}, per: phone, chance: 50%, then: {fault: server_error}}
"""
LIMIT = """
rules:
  - {name: limit, then: {fault: rate_limit, limit: 2, per: 10s}}
"""
# One rule of each kind that depends on chance.
STORMY = """
latency: virtual
rules:
  - {name: slow, when: {operation: schedule}, chance: 50%, then: {fault: delay, median: 800ms, p99: 3s}}
  - {name: failing, per: phone, chance: 50%, then: [{fault: delay, min: 1s, max: 1h}, {fault: throttle}]}
  - {name: noise, when: {operation: availability}, chance: 50%, then: {fault: garbage}}
  - {name: limit, then: {fault: rate_limit, limit: 5, per: 1m}}
"""

Raw: TypeAlias = tuple[int, tuple[tuple[bytes, bytes], ...], bytes]  # status, headers, body


@pytest.fixture
def scenario() -> Scenario:
    return Catalog().parse(FROZEN)


async def flips(api: Api, *phones: str) -> dict[str, list[bool]]:
    """Book for the phones in this order, and return for each phone which attempts failed."""
    failed: dict[str, list[bool]] = {phone: [] for phone in phones}
    for phone in phones:
        failed[phone].append((await api.book(phone)).status == 500)
    return failed


async def test_1_a_seeded_sequence_is_mixed_and_the_same_after_a_reset(api: Api) -> None:
    await api.admin("PUT", "/scenario", FROZEN + COIN)
    first = await flips(api, *[ANNA] * 20)
    assert 5 <= sum(first[ANNA]) <= 15
    await api.admin("POST", "/reset")
    assert await flips(api, *[ANNA] * 20) == first


async def test_1_the_sequence_of_a_caller_does_not_depend_on_other_callers(api: Api) -> None:
    await api.admin("PUT", "/scenario", FROZEN + COIN)
    in_turn = await flips(api, *[ANNA, BOB] * 20)
    await api.admin("POST", "/reset")
    assert await flips(api, *[BOB] * 20, *[ANNA] * 20) == in_turn
    assert in_turn[ANNA] != in_turn[BOB]


async def test_2_successful_answers_have_the_headers_of_limits(api: Api) -> None:
    await api.admin("PUT", "/scenario", FROZEN + LIMIT)
    headers = {"X-RateLimit-Limit": "2", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "5"}
    assert await api.book() == words.accepted(api.version, headers | {"X-Mockgms-Rule": "limit"})


@pytest.mark.parametrize("form", ["seconds", "http_date"])
async def test_3_retry_after_is_measured_on_the_frozen_clock(api: Api, form: str) -> None:
    throttle = f"{{fault: throttle, retry_after: 30, form: {form}}}"
    await api.admin("PUT", "/scenario", f"{FROZEN}\nrules: [{{name: throttle, then: {throttle}}}]")
    answer = await api.schedule()
    date, retry_after = answer.headers["Date"], answer.headers["Retry-After"]
    assert (answer.status, date) == (429, "Mon, 02 Mar 2026 08:00:00 GMT")
    if form == "http_date":
        assert parsedate_to_datetime(retry_after) - parsedate_to_datetime(date) == timedelta(seconds=30)
    else:
        assert retry_after == "30"


async def test_4_a_rate_window_follows_the_clock(api: Api) -> None:
    await api.admin("PUT", "/scenario", FROZEN + LIMIT)

    async def passed() -> list[bool]:
        return [(await api.availability()).status == 200 for _ in range(3)]

    assert await passed() == [True, True, False]
    assert await passed() == [False, False, False]
    await api.advance("5s")
    assert await passed() == [True, False, False]
    await api.advance("1h")
    assert await passed() == [True, True, False]


async def test_5_a_reset_restores_the_state_of_the_file_including_the_clock(api: Api) -> None:
    await api.admin("PUT", "/scenario", FROZEN + LIMIT)

    async def book_three() -> list[object]:
        answers = [await raw(await api.schedule(ANNA, NINE)) for _ in range(3)]
        return [answers, await api.booked()]

    first = await book_three()
    await api.admin("PUT", "/clock", {"now": "2031-01-01T00:00:00Z", "frozen": False})
    await api.admin("POST", "/reset")
    assert await api.admin("GET", "/clock") == START
    assert await api.booked() == []
    assert await book_three() == first


async def test_6_two_sessions_share_no_state_no_limit_and_no_clock(api: Api, client: Client) -> None:
    one, two = type(api)(client, "one"), type(api)(client, "two")
    for session in (one, two):
        await session.admin("PUT", "/scenario", FROZEN + LIMIT)
    for _ in range(3):
        await one.book(ANNA, NINE)
    await one.advance("2h")
    assert (await two.book(BOB, NINE)).status == 200
    assert await one.booked() == [(ANNA, NINE)]
    assert await two.booked() == [(BOB, NINE)]
    assert await two.admin("GET", "/clock") == START


@pytest.mark.slow
async def test_7_one_of_20_simultaneous_bookings_of_a_seat_succeeds_in_each_of_30_rounds(api: Api) -> None:
    proposed = {f"{MONDAY}T{time}:00.000Z": 1 for time in ("09:15", "09:30", "09:45", "10:00", "10:15")}
    for _ in range(ROUNDS):
        await api.admin("POST", "/reset")
        answers = await asyncio.gather(*(api.book(phone, NINE) for phone in CUSTOMERS))
        winners = [phone for phone, answer in zip(CUSTOMERS, answers, strict=True) if answer.status == 200]
        assert sorted(answers, key=lambda answer: answer.status) == [
            words.scheduled(api.version),
            *[words.slot_full(api.version, proposed)] * 19,
        ]
        assert await api.booked() == [(winner, NINE) for winner in winners]


async def test_two_runs_with_the_same_seed_and_requests_give_the_same_bytes(
    api: Api, aiohttp_client: AiohttpClient
) -> None:
    runs = []
    for _ in range(2):
        client: Client = await aiohttp_client(LiveServer(dispatcher_of(Catalog().parse(FROZEN + STORMY))))
        runs.append(await stormy_story(type(api)(client)))
    assert runs[0] == runs[1]
    assert {dict(headers)[b"X-Mockgms-Rule"] for _, headers, _ in runs[0]} == {b"slow", b"failing", b"noise", b"limit"}


async def stormy_story(api: Api) -> list[Raw]:
    answers = []
    for number in range(40):
        answers.append(await raw(await api.schedule(CUSTOMERS[number % 4], NINE if number % 5 else None)))
        answers.append(await raw(await api.list_slots(DAY)))
    return answers


async def raw(response: ClientResponse) -> Raw:
    """Return every byte of an answer except those of HTTP/1.1."""
    return response.status, response.raw_headers, await response.read()
