import pytest

from mockgms.domain.refusals import OfficeClosed as ClosedRefusal
from mockgms.domain.refusals import SlotFull
from mockgms.scenario.faults.conflict import OfficeClosed, SlotConflict
from tests.scenario.faults.recording import CLOSED, FULL, Recording


async def test_a_slot_conflict_raises_the_refusal_of_the_calendar() -> None:
    with pytest.raises(SlotFull) as refused:
        await SlotConflict().apply(Recording())
    assert refused.value is FULL


async def test_a_closed_office_raises_the_refusal_of_the_calendar() -> None:
    with pytest.raises(ClosedRefusal) as refused:
        await OfficeClosed().apply(Recording())
    assert refused.value is CLOSED
