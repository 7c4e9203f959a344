from mockgms.scenario.faults.rival import Rival
from tests.scenario.faults.recording import done_by


async def test_a_rival_takes_all_seats_or_some() -> None:
    assert await done_by(Rival()) == [("take", None)]
    assert await done_by(Rival(seats=2)) == [("take", 2)]
