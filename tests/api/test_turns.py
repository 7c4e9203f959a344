"""Long work in steps: it shares the event loop, and every way to run it gives the same result."""

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


async def test_a_function_that_work_yields_runs_in_a_thread_and_its_outcome_is_sent_back() -> None:
    outcomes: list[Any] = []
    assert await Turns().run(in_steps(outcomes)) == "done"
    thread, error = outcomes
    assert thread is not main_thread()
    assert error is ZeroDivisionError


async def test_nested_work_yields_its_functions_to_the_outer_work() -> None:
    outcomes: list[Any] = []
    taking = NestedTurns().run(in_steps(outcomes))
    assert taking.send(None) is None
    assert taking.send(None) is current_thread
    assert taking.send("its result") is failing
    assert taking.throw(ZeroDivisionError()) is None
    with pytest.raises(StopIteration, match="done"):
        taking.send(None)
    assert outcomes == ["its result", ZeroDivisionError]


def test_work_can_run_to_its_end_at_once() -> None:
    outcomes: list[Any] = []
    assert run_to_end(in_steps(outcomes)) == "done"
    assert outcomes == [main_thread(), ZeroDivisionError]


@pytest.mark.parametrize("turns", [Turns, NestedTurns])
async def test_an_exception_of_work_is_raised(turns: type[Turns]) -> None:
    with pytest.raises(KeyError):
        await turns().run(raising())


async def test_work_with_the_same_key_runs_one_after_the_other() -> None:
    turns, order = Turns(), list[str]()

    def work(name: str) -> InSteps[None]:
        order.append(f"{name} begins")
        yield
        yield lambda: None
        order.append(f"{name} ends")

    await asyncio.gather(*(turns.run_exclusively("key", lambda name=name: work(name)) for name in "ab"))  # type: ignore[misc]
    assert order == ["a begins", "a ends", "b begins", "b ends"]
    assert not turns.is_busy("key")


async def test_exclusive_work_continues_when_its_caller_is_cancelled() -> None:
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


async def test_nested_exclusive_work_does_not_wait_for_its_key() -> None:
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
