import pytest

from mockgms.domain.instants import SECOND
from mockgms.scenario.faults.body import Garbage, SlowBody, Truncate
from mockgms.scenario.faults.context import Slow, Truncated
from tests.scenario.faults.recording import done_by


async def test_a_truncated_body_keeps_its_share_and_half_by_default() -> None:
    assert await done_by(Truncate()) == [("deliver", Truncated(0.5))]
    assert await done_by(Truncate(keep=0.0)) == [("deliver", Truncated(0.0))]


def test_a_truncation_that_keeps_the_whole_body_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^`keep` must be less than 100%: nothing would be missing$"):
        Truncate(keep=1.0)


async def test_garbage_replaces_the_body() -> None:
    assert await done_by(Garbage()) == [("garble",)]


async def test_a_slow_body_is_sent_in_pieces() -> None:
    assert await done_by(SlowBody()) == [("deliver", Slow(16, 200))]
    assert await done_by(SlowBody(chunk=1, every=SECOND)) == [("deliver", Slow(1, SECOND))]
