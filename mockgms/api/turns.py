"""Turns: long work is done piece by piece, so that the event loop answers others in between."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any, Final, TypeAlias, TypeVar

from mockgms.api.aside import Aside
from mockgms.http.messages import InSteps

T = TypeVar("T")
_GoOn: TypeAlias = Callable[[], Callable[[], Any] | None]

_TURN: Final = 0.005  # seconds that long work goes on before others have their turn


class Turns:
    """Takes the steps of long work. Only one work at a time has a turn, so that many of them do not add up."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._aside = Aside()
        self._alone: dict[str, asyncio.Task[None]] = {}

    async def take(self, work: InSteps[T], begin: Callable[[], object] = lambda: None) -> T:
        """Return the result of long work, or raise what it raises; `begin` is called before each of its turns."""
        go_on: _GoOn = partial(work.send, None)
        try:
            while True:
                is_done, result = await self._turn(work, go_on, begin)
                if is_done:
                    done: T = result
                    return done
                go_on = partial(work.send, None) if result is None else await self._outcome(work, result)
        finally:
            work.close()

    def is_busy(self, key: str) -> bool:
        """Whether a work of this key is under way, for which others have to wait: `alone` waits."""
        return key in self._alone

    async def alone(self, key: str, find: Callable[[], InSteps[None] | None]) -> None:
        """Wait for the work of this key that is under way, then do the one that is found, if there is one.

        It goes on to its end when who has asked for it leaves. Raises what it raises.
        """
        while (under_way := self._alone.get(key)) is not None:
            await asyncio.wait([under_way])
        work = find()
        if work is not None:
            task = self._alone[key] = asyncio.create_task(self.take(work))
            task.add_done_callback(partial(self._done, key))
            await asyncio.shield(task)

    def _done(self, key: str, task: asyncio.Task[None]) -> None:
        del self._alone[key]
        with suppress(asyncio.CancelledError):  # the server stops
            task.exception()  # it is known to who has asked, if it is still there

    async def _turn(self, work: InSteps[T], go_on: _GoOn, begin: Callable[[], object]) -> tuple[bool, Any]:
        async with self._one_at_a_time:
            end = perf_counter() + _TURN
            begin()
            is_done, result = _step(go_on)
            while not is_done and result is None and perf_counter() < end:
                is_done, result = _step(partial(work.send, None))
            if not is_done:
                await asyncio.sleep(0)
        return is_done, result

    async def _outcome(self, work: InSteps[T], function: Callable[[], Any]) -> _GoOn:
        """What gives the work the outcome of a function that it wants called in a thread."""
        try:
            result = await self._aside.run(function)
        except Exception as error:  # noqa: BLE001  # the work knows which errors it expects
            return partial(work.throw, error)
        return partial(work.send, result)


class OwnTurns(Turns):
    """Takes the steps of a work that is a step of longer work itself: it pauses after each, and waits for nothing."""

    async def take(self, work: InSteps[T], begin: Callable[[], object] = lambda: None) -> T:
        """Return the result of long work, or raise what it raises."""
        begin()
        go_on: Callable[[], Any] = partial(work.send, None)
        while True:
            is_done, result = _step(go_on)
            if is_done:
                done: T = result
                return done
            go_on = await self._outcome_of(work, result)

    @staticmethod
    async def _outcome_of(work: InSteps[T], function: Callable[[], Any] | None) -> Callable[[], Any]:
        """Pause, and let the longer work have a function called in a thread, if there is one."""
        try:
            result = await _Pause(function)
        except Exception as error:  # noqa: BLE001  # the work knows which errors it expects
            return partial(work.throw, error)
        return partial(work.send, result)

    async def alone(self, key: str, find: Callable[[], InSteps[None] | None]) -> None:  # noqa: ARG002  # as the base has it
        """Do the work that is found, if there is one."""
        work = find()
        if work is not None:
            await self.take(work)


class _Pause:
    """Yields a function, or None, to the driver of the coroutine, and returns what the driver sends."""

    def __init__(self, function: Callable[[], Any] | None) -> None:
        self._function = function

    def __await__(self) -> Generator[Callable[[], Any] | None, Any, Any]:
        return (yield self._function)


def _step(go_on: Callable[[], Any]) -> tuple[bool, Any]:
    """Go on with a generator: whether it has ended, and what it has returned or yielded."""
    try:
        return False, go_on()
    except StopIteration as end:
        return True, end.value
