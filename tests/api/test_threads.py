"""Functions in threads: at most two run at a time, and the event loop is not blocked."""

import asyncio
import threading
from queue import SimpleQueue
from threading import Event, current_thread, main_thread

import pytest

from mockgms.api.threads import Threads, exit_if_busy


async def test_what_a_function_returns_is_returned() -> None:
    assert await Threads().run(current_thread) is not main_thread()


async def test_what_a_function_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await Threads().run(lambda: 1 // 0)


async def test_two_run_at_a_time_and_the_others_wait() -> None:
    threads, go_on, begun = Threads(), Event(), SimpleQueue[int]()

    def work(turn: int) -> int:
        begun.put(turn)
        go_on.wait()
        return turn

    working = [asyncio.create_task(threads.run(lambda turn=turn: work(turn))) for turn in range(4)]  # type: ignore[misc]
    await asyncio.sleep(0)
    assert sorted(begun.get() for _ in range(2)) == [0, 1]
    assert begun.empty()
    go_on.set()
    assert await asyncio.gather(*working) == [0, 1, 2, 3]


async def test_who_leaves_makes_room_when_the_work_is_done_and_not_before() -> None:
    threads, go_on = Threads(), Event()
    leaving = [asyncio.create_task(threads.run(go_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    for each in leaving:
        each.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    later = asyncio.create_task(threads.run(lambda: "later"))
    await asyncio.sleep(0)
    assert not later.done()
    go_on.set()
    assert await later == "later"


def test_a_loop_that_is_closed_is_not_told() -> None:
    begun, go_on, ended = Event(), Event(), Event()

    def work() -> None:
        begun.set()
        go_on.wait()
        ended.set()

    async def exit_if_busy() -> None:
        working = asyncio.create_task(Threads().run(work))
        await asyncio.sleep(0)
        begun.wait()
        working.cancel()

    asyncio.run(exit_if_busy())
    go_on.set()
    assert ended.wait(10)


def test_a_process_ends_at_once_while_a_function_runs_in_a_thread() -> None:
    for thread in threading.enumerate():
        if thread.name == "mockgms-worker":  # of an earlier test
            thread.join(10)
    statuses: list[int] = []
    exit_if_busy(0, statuses.append)
    assert statuses == []
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait, name="mockgms-worker")
    thread.start()
    exit_if_busy(0, statuses.append)
    go_on.set()
    thread.join()
    assert statuses == [0]
