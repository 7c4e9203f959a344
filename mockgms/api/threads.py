"""Run long functions in threads, so that the event loop is not blocked."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Final, TypeVar

T = TypeVar("T")

_NAME: Final = "mockgms-worker"
_MAX: Final = 2  # threads at a time; each one slows the event loop down


class Threads:
    """Runs functions in daemon threads, at most two at a time. They do not keep the process from ending."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_MAX)

    async def run(self, function: Callable[[], T]) -> T:
        """Call a function in a thread. Return its result, or raise what it raises.

        The function must not use anything that the event loop changes meanwhile.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(set_outcome: Callable[[], None]) -> None:
            self._free.release()
            if not done.cancelled():
                set_outcome()

        def work() -> None:
            try:
                result = function()
            except BaseException as error:  # noqa: BLE001  # passed on to the caller
                outcome = partial(done.set_exception, error)
            else:
                outcome = partial(done.set_result, result)
            with suppress(RuntimeError):  # the loop is closed, so nobody waits for the result
                loop.call_soon_threadsafe(settle, outcome)

        Thread(target=work, name=_NAME, daemon=True).start()
        return await done


def exit_if_busy(status: int, end: Callable[[int], object] = os._exit) -> None:
    """End the process at once, with this exit status, if a thread is still running. Else return.

    At a normal exit, Python ends such threads when they return from C. In RE2, that would abort the process.
    """
    if any(thread.name == _NAME for thread in threading.enumerate()):
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError):
                stream.flush()
        end(status)
