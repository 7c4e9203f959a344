from mockgms.scenario.faults.connection import Disconnect, Empty, Hang
from mockgms.scenario.faults.context import Closed, Reset
from tests.scenario.faults.recording import done_by


async def test_a_hang_never_answers() -> None:
    assert await done_by(Hang()) == [("hang",)]


async def test_a_disconnect_resets_the_connection() -> None:
    assert await done_by(Disconnect()) == [("deliver", Reset())]


async def test_an_empty_answer_is_a_closed_connection() -> None:
    assert await done_by(Empty()) == [("deliver", Closed())]
