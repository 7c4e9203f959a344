"""Functions in threads: at most two run at a time, and the event loop is not blocked."""

import asyncio
import threading
from queue import SimpleQueue
from threading import Event, current_thread, main_thread

import pytest

from mockgms.api.threads import Threads, exit_if_busy


async def test_the_result_of_a_function_is_returned() -> None:
    assert await Threads().run(current_thread) is not main_thread()


async def test_an_exception_of_a_function_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await Threads().run(lambda: 1 // 0)


async def test_two_functions_run_at_a_time_and_the_others_wait() -> None:
    threads, may_end, begun = Threads(), Event(), SimpleQueue[int]()

    def work(turn: int) -> int:
        begun.put(turn)
        may_end.wait()
        return turn

    working = [asyncio.create_task(threads.run(lambda turn=turn: work(turn))) for turn in range(4)]  # type: ignore[misc]
    await asyncio.sleep(0)
    assert sorted(begun.get() for _ in range(2)) == [0, 1]
    assert begun.empty()
    may_end.set()
    assert await asyncio.gather(*working) == [0, 1, 2, 3]


async def test_a_cancelled_caller_frees_its_thread_only_when_the_function_ends() -> None:
    threads, may_end = Threads(), Event()
    leaving = [asyncio.create_task(threads.run(may_end.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    for each in leaving:
        each.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    later = asyncio.create_task(threads.run(lambda: "later"))
    await asyncio.sleep(0)
    assert not later.done()
    may_end.set()
    assert await later == "later"


def test_a_function_that_ends_after_its_loop_is_closed_causes_no_error() -> None:
    begun, may_end, ended = Event(), Event(), Event()

    def work() -> None:
        begun.set()
        may_end.wait()
        ended.set()

    async def exit_if_busy() -> None:
        working = asyncio.create_task(Threads().run(work))
        await asyncio.sleep(0)
        begun.wait()
        working.cancel()

    asyncio.run(exit_if_busy())
    may_end.set()
    assert ended.wait(10)


def test_a_process_ends_at_once_while_a_function_runs_in_a_thread() -> None:
    for thread in threading.enumerate():
        if thread.name == "mockgms-worker":  # of an earlier test
            thread.join(10)
    statuses: list[int] = []
    exit_if_busy(0, statuses.append)
    assert statuses == []
    may_end = threading.Event()
    thread = threading.Thread(target=may_end.wait, name="mockgms-worker")
    thread.start()
    exit_if_busy(0, statuses.append)
    may_end.set()
    thread.join()
    assert statuses == [0]
