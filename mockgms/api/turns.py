"""Run long work in steps, so that the event loop can answer other requests in between.

The work is a generator (`InSteps`). It yields None to pause, or a function to be called in a thread.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from time import perf_counter
from types import coroutine
from typing import Any, Final, TypeAlias, TypeVar

from mockgms.api.threads import Threads
from mockgms.http.messages import InSteps, Reply

T = TypeVar("T")
Begun: TypeAlias = Reply | Coroutine[Any, Any, Reply]
"""A reply, or a coroutine that returns it if it may take time."""
_Resume: TypeAlias = Callable[[], Callable[[], Any] | None]

_TURN_SECONDS: Final = 0.005  # seconds of long work between two pauses


class Turns:
    """Runs long work in short turns. Only one has a turn at a time, so that their delays do not add up."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._threads = Threads()
        self._exclusive: dict[str, asyncio.Task[None]] = {}

    def begin(self, answer: Reply | InSteps[Reply]) -> Begun:
        """Return the answer of an operation, or if that is long work, a coroutine that runs it to its end."""
        return answer if isinstance(answer, Reply) else self.run(answer)

    async def run(self, work: InSteps[T]) -> T:
        """Run long work to its end. Return its result, or raise what it raises."""
        resume: _Resume = partial(work.send, None)
        try:
            while True:
                is_done, result = await self._turn(work, resume)
                if is_done:
                    done: T = result
                    return done
                resume = partial(work.send, None) if result is None else await self._outcome(work, result)
        finally:
            work.close()

    def is_busy(self, key: str) -> bool:
        """Return True if `run_exclusively` is running work for this key."""
        return key in self._exclusive

    async def run_exclusively(self, key: str, find: Callable[[], InSteps[None] | None]) -> None:
        """Run work for a key, after any other work for the key has ended. Raises what the work raises.

        The work continues if the caller is cancelled.

        Args:
            key: Identifies what only one piece of work may use at a time, such as a session.
            find: Returns the work, or None if there is nothing left to do. Called after the wait.
        """
        while (running := self._exclusive.get(key)) is not None:
            await asyncio.wait([running])
        work = find()
        if work is not None:
            task = self._exclusive[key] = asyncio.create_task(self.run(work))
            task.add_done_callback(partial(self._done, key))
            await asyncio.shield(task)

    async def hang(self) -> None:
        """Wait until the task is cancelled, because the client disconnects or the server stops."""
        await asyncio.get_running_loop().create_future()

    def _done(self, key: str, task: asyncio.Task[None]) -> None:
        del self._exclusive[key]
        with suppress(asyncio.CancelledError):  # the server stops
            task.exception()  # `run_exclusively` raises it; here it only counts as retrieved

    async def _turn(self, work: InSteps[T], resume: _Resume) -> tuple[bool, Any]:
        async with self._one_at_a_time:
            end = perf_counter() + _TURN_SECONDS
            is_done, result = _step(resume)
            while not is_done and result is None and perf_counter() < end:
                is_done, result = _step(partial(work.send, None))
            if not is_done:
                await asyncio.sleep(0)
        return is_done, result

    async def _outcome(self, work: InSteps[T], function: Callable[[], Any]) -> _Resume:
        """Call a function in a thread. Return a function that resumes the work with the outcome."""
        try:
            result = await self._threads.run(function)
        except Exception as error:  # noqa: BLE001  # the work knows which errors it expects
            return partial(work.throw, error)
        return partial(work.send, result)


class NestedTurns(Turns):
    """Runs work as a part of longer work. It passes each pause and function on to the driver of the longer work."""

    async def run(self, work: InSteps[T]) -> T:
        """Run long work to its end. Return its result, or raise what it raises."""
        return await _passed_on(work)

    async def hang(self) -> None:
        """Raise CancelledError, since the longer work does not wait for ever."""
        raise asyncio.CancelledError

    async def run_exclusively(self, key: str, find: Callable[[], InSteps[None] | None]) -> None:  # noqa: ARG002  # declared by the base class
        """Run the work that `find` returns, if any."""
        work = find()
        if work is not None:
            await self.run(work)


@coroutine
def _passed_on(work: InSteps[T]) -> InSteps[T]:
    """Run work in a coroutine whose driver gets each pause and function, and sends back what the function returns."""
    return (yield from work)


def _step(resume: Callable[[], Any]) -> tuple[bool, Any]:
    """Resume a generator. Return whether it has ended, and what it returned or yielded."""
    try:
        return False, resume()
    except StopIteration as end:
        return True, end.value
