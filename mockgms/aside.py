"""Work aside: functions that take long run in threads, so that the event loop goes on meanwhile."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Final, TypeVar

T = TypeVar("T")

_NAME: Final = "mockgms-aside"
_MOST: Final = 2  # at a time: each one more keeps the loop waiting longer for its turn


class Aside:
    """Runs functions in threads, two at a time. A thread that goes on does not keep the program from ending."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_MOST)

    async def run(self, function: Callable[[], T]) -> T:
        """Return what a function returns, or raise what it raises. It must touch nothing that the loop changes."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(give: Callable[[], None]) -> None:
            self._free.release()
            if not done.cancelled():
                give()

        def work() -> None:
            try:
                result = function()
            except BaseException as error:  # noqa: BLE001  # the caller is told, whatever it is
                outcome = _raising(done, error)
            else:
                outcome = _returning(done, result)
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                loop.call_soon_threadsafe(settle, outcome)

        Thread(target=work, name=_NAME, daemon=True).start()
        return await done


def leave(status: int, end: Callable[[int], object] = os._exit) -> None:
    """End the process at once when a function is still running aside.

    Python ends such threads when they come back from C, and RE2's would then abort the whole process.
    """
    if any(thread.name == _NAME for thread in threading.enumerate()):
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError):
                stream.flush()
        end(status)


def _returning(done: "asyncio.Future[T]", result: T) -> Callable[[], None]:
    return lambda: done.set_result(result)


def _raising(done: "asyncio.Future[T]", error: BaseException) -> Callable[[], None]:
    return lambda: done.set_exception(error)
