"""Long work shares the loop, and its outcome is the same however its steps are taken."""

import asyncio
from threading import current_thread, main_thread
from typing import Any

import pytest

from mockgms.api.turns import NestedTurns, Turns
from mockgms.http.messages import InSteps, run_to_end


def failing() -> str:
    return 1 // 0  # type: ignore[return-value]


def in_steps(outcomes: list[Any]) -> InSteps[str]:
    yield
    outcomes.append((yield current_thread))
    try:
        yield failing
    except ZeroDivisionError as error:
        outcomes.append(type(error))
    yield
    return "done"


def raising() -> InSteps[str]:
    yield
    raise KeyError


async def test_what_work_yields_is_called_in_a_thread_and_its_outcome_given_back() -> None:
    outcomes: list[Any] = []
    assert await Turns().run(in_steps(outcomes)) == "done"
    thread, error = outcomes
    assert thread is not main_thread()
    assert error is ZeroDivisionError


async def test_work_that_is_part_of_longer_work_hands_its_functions_on() -> None:
    outcomes: list[Any] = []
    taking = NestedTurns().run(in_steps(outcomes))
    assert taking.send(None) is None
    assert taking.send(None) is current_thread
    assert taking.send("its result") is failing
    assert taking.throw(ZeroDivisionError()) is None
    with pytest.raises(StopIteration, match="done"):
        taking.send(None)
    assert outcomes == ["its result", ZeroDivisionError]


def test_all_steps_can_be_taken_at_once() -> None:
    outcomes: list[Any] = []
    assert run_to_end(in_steps(outcomes)) == "done"
    assert outcomes == [main_thread(), ZeroDivisionError]


@pytest.mark.parametrize("turns", [Turns, NestedTurns])
async def test_what_work_raises_is_raised(turns: type[Turns]) -> None:
    with pytest.raises(KeyError):
        await turns().run(raising())


async def test_works_of_one_key_are_done_one_after_the_other() -> None:
    turns, order = Turns(), list[str]()

    def work(name: str) -> InSteps[None]:
        order.append(f"{name} begins")
        yield
        yield lambda: None
        order.append(f"{name} ends")

    await asyncio.gather(*(turns.run_exclusively("key", lambda name=name: work(name)) for name in "ab"))  # type: ignore[misc]
    assert order == ["a begins", "a ends", "b begins", "b ends"]
    assert not turns.is_busy("key")


async def test_work_of_a_key_goes_on_when_who_asked_for_it_leaves_and_its_error_is_nobodys() -> None:
    turns, found = Turns(), list[str]()

    def work() -> InSteps[None]:
        yield lambda: None
        found.append("end")
        raise KeyError

    asking = asyncio.create_task(turns.run_exclusively("key", work))
    await asyncio.sleep(0)
    asking.cancel()
    await turns.run_exclusively("key", lambda: None)
    assert (found, asking.cancelled()) == (["end"], True)
    with pytest.raises(KeyError):
        await turns.run_exclusively("key", work)


async def test_work_of_a_key_that_is_part_of_longer_work_waits_for_nothing() -> None:
    found: list[str] = []

    def work() -> InSteps[None]:
        yield
        found.append("end")

    taking = NestedTurns().run_exclusively("key", work)
    assert taking.send(None) is None
    with pytest.raises(StopIteration):
        taking.send(None)
    with pytest.raises(StopIteration):
        NestedTurns().run_exclusively("key", lambda: None).send(None)
    assert found == ["end"]
