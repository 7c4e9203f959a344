"""A union of blocks has the slots that one of them has."""

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.blocks import Block, BlockUnion
from mockgms.domain.hours import EVERY_DAY, WeeklySpan
from mockgms.domain.instants import HOUR, MINUTE, parse_instant, to_datetime

NIGHT = parse_instant("2026-03-28T20:00Z")  # before the clocks go forward in Paris
PARIS = ZoneInfo("Europe/Paris")

_times = st.integers(0, 40).map(lambda quarters: NIGHT + quarters * 15 * MINUTE)
_minutes = st.integers(0, 1_439)
_days = st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1)
_hours = st.builds(WeeklySpan, _days, _minutes, _minutes.map(lambda minute: minute + 1))
_periods = st.builds(lambda start, end: Block(is_full=True, start=start, end=end), _times, _times)
_weekly = st.builds(lambda hours: Block(is_full=True, start=0, end=0, hours=hours), _hours)


def is_in(block: Block, start: int) -> bool:
    """Return whether a block has a slot, as its description says it."""
    if block.hours is None:
        return block.start <= start < block.end
    return block.hours.contains(to_datetime(start, PARIS))


@given(st.lists(_periods | _weekly), _times | st.integers(NIGHT - 24 * HOUR, NIGHT + 48 * HOUR))
def test_a_union_of_blocks_has_the_slots_that_one_of_them_has(blocks: list[Block], start: int) -> None:
    assert (start in BlockUnion(blocks, PARIS)) is any(is_in(block, start) for block in blocks)


def test_blocks_that_do_not_touch_leave_the_slots_between_them() -> None:
    union = BlockUnion([Block(is_full=True, start=start, end=start + 1) for start in range(0, 2_000, 2)], PARIS)
    assert [start for start in range(2_001) if start in union] == [*range(0, 2_000, 2)]
