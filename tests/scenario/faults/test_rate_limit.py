from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import HOUR, MINUTE, SECOND, Instant
from mockgms.domain.refusals import RateLimited
from mockgms.scenario.faults.rate_limit import Bucket, RateLimit
from tests.scenario.facts import Facts
from tests.scenario.faults.recording import NOW, Recording

SETTINGS = st.tuples(st.integers(1, 20), st.integers(1, HOUR), st.integers(1, 20))  # limit, per, burst
MOVES = st.lists(st.integers(-HOUR, HOUR) | st.just(0), min_size=1, max_size=60)  # of the clock, before each request


class Caller:
    """A client of a session with a rate limit."""

    def __init__(self, fault: RateLimit, memory: MutableMapping[str, Any], facts: Facts) -> None:
        self._fault = fault
        self._memory = memory
        self._facts = facts
        self.headers: dict[object, object] = {}

    async def passes(self, now: Instant = NOW) -> bool:
        recording = Recording(self._facts, now=now, memory=self._memory)
        try:
            await self._fault.apply(recording)
        except RateLimited as refusal:
            self.refused = vars(refusal)
            return False
        finally:
            self.headers = {name: value for _, name, value in recording.done}
        return True


def caller(fault: RateLimit, memory: MutableMapping[str, Any] | None = None, **facts: str) -> Caller:
    """Return a client with a limit. Clients that share the memory share the session."""
    values: dict[str, Any] = facts
    return Caller(fault, {} if memory is None else memory, Facts("schedule", "v1", **values))


def limits(remaining: str, reset: str) -> dict[object, object]:
    """The headers of a limit of 2."""
    return {"X-RateLimit-Limit": "2", "X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": reset}


async def test_every_answer_has_the_limit_the_remaining_requests_and_the_reset() -> None:
    ann = caller(RateLimit(2, MINUTE))
    assert await ann.passes()
    assert ann.headers == limits("1", "30")
    assert await ann.passes()
    assert ann.headers == limits("0", "60")
    assert not await ann.passes()
    assert ann.headers == limits("0", "60")
    assert ann.refused == {"retry_after": 30 * SECOND, "limit": 2}


async def test_the_bucket_fills_only_as_the_clock_advances() -> None:
    ann = caller(RateLimit(2, MINUTE))
    assert [await ann.passes() for _ in range(4)] == [True, True, False, False]
    assert not await ann.passes(NOW + 30 * SECOND - 1)
    assert ann.refused == {"retry_after": 1, "limit": 2}
    assert await ann.passes(NOW + 30 * SECOND)
    assert not await ann.passes(NOW + 30 * SECOND)
    assert [await ann.passes(NOW + HOUR) for _ in range(3)] == [True, True, False]  # it never holds more than its burst


async def test_the_reset_is_in_whole_seconds_and_never_too_early() -> None:
    ann = caller(RateLimit(2, MINUTE))
    assert await ann.passes()
    assert await ann.passes(NOW + 1)
    assert ann.headers == limits("0", "60")  # rounded up from 59.999 s


async def test_a_burst_can_be_smaller_or_larger_than_the_limit() -> None:
    small, large = caller(RateLimit(2, MINUTE, burst=1)), caller(RateLimit(2, MINUTE, burst=3))
    assert [await small.passes() for _ in range(3)] == [True, False, False]
    assert [await large.passes() for _ in range(5)] == [True, True, True, False, False]


async def test_a_clock_that_is_set_back_neither_fills_the_bucket_nor_blocks_it() -> None:
    ann = caller(RateLimit(1, MINUTE))
    assert await ann.passes()
    assert not await ann.passes(NOW - HOUR)
    assert ann.refused["retry_after"] == MINUTE
    assert await ann.passes(NOW - HOUR + MINUTE)


@pytest.mark.parametrize("key", ["phone", "api_key", "service"])
async def test_each_value_of_the_key_has_its_own_limit(key: str) -> None:
    limited_by: Any = key
    fault, memory = RateLimit(1, MINUTE, key=limited_by), dict[str, Any]()
    ann, bob = caller(fault, memory, **{key: "ann"}), caller(fault, memory, **{key: "bob"})
    assert await ann.passes()
    assert not await ann.passes()
    assert await bob.passes()


async def test_by_default_the_whole_session_shares_one_limit() -> None:
    fault, memory = RateLimit(1, MINUTE), dict[str, Any]()
    assert await caller(fault, memory, phone="ann").passes()
    assert not await caller(fault, memory, phone="bob").passes()
    assert await caller(fault, phone="bob").passes()  # in another session


async def test_two_limits_of_a_chain_do_not_share_a_bucket() -> None:
    memory = dict[str, Any]()
    assert await caller(RateLimit(1, SECOND), memory).passes()
    assert await caller(RateLimit(1, MINUTE), memory).passes()


def test_a_bucket_with_a_token_requires_no_wait() -> None:
    bucket = Bucket.full(2, MINUTE, 2, NOW)
    assert (bucket.left, bucket.until_next, bucket.until_full) == (2, 0, 0)
    bucket, _ = bucket.take(NOW)
    assert (bucket.left, bucket.until_next, bucket.until_full) == (1, 0, 30 * SECOND)


def test_the_period_of_a_limit_is_longer_than_0() -> None:
    assert RateLimit(1, 1).per == 1
    with pytest.raises(ValueError, match=r"^`per` must be longer than 0s$"):
        RateLimit(1, 0)


@given(SETTINGS, MOVES)
def test_at_most_the_burst_plus_the_rate_times_the_time_passes(
    settings: tuple[int, int, int], moves: list[int]
) -> None:
    limit, per, burst = settings
    bucket = Bucket.full(limit, per, burst, NOW)
    now, gone, passed = NOW, 0, 0
    for move in moves:
        now += move
        gone += max(0, move)  # setting the clock back adds nothing, but time that passes again counts again
        bucket, passes = bucket.take(now)
        passed += passes
        assert passed * per <= burst * per + gone * limit


@given(SETTINGS, MOVES)
def test_a_request_passes_after_the_announced_wait_and_not_before(
    settings: tuple[int, int, int], moves: list[int]
) -> None:
    bucket = Bucket.full(*settings, NOW)
    now = NOW
    for move in moves:
        now += move
        passes = True
        while passes:
            bucket, passes = bucket.take(now)
            assert bucket.left >= 0
        assert bucket.left == 0
        wait = bucket.until_next
        assert wait > 0
        bucket, passes = bucket.take(now + wait - 1)
        assert not passes
        bucket, passes = bucket.take(now + wait)
        assert passes
        now += wait


@given(SETTINGS, st.integers(1, 20))
def test_a_bucket_is_full_after_the_announced_time(settings: tuple[int, int, int], taken: int) -> None:
    burst = settings[2]
    bucket = Bucket.full(*settings, NOW)
    for _ in range(taken):
        bucket, _ = bucket.take(NOW)
    full, passes = NOW + bucket.until_full, list[bool]()
    for _ in range(burst + 1):
        bucket, has_passed = bucket.take(full)
        passes.append(has_passed)
    assert passes == [True] * burst + [False]
