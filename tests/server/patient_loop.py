"""An event loop for tests of time-outs: they do not depend on how busy the machine is, and need not wait."""

import asyncio
import selectors
from typing import Any

_TICK = 0.005  # seconds


class PatientLoop(asyncio.SelectorEventLoop):
    """An event loop in which time goes on by a tick at most while the process stands still.

    On a busy machine, a process can stand still for longer than the time-out that it tests. The client and the server
    of such a test run in this loop, so that each has a turn in every tick.
    """

    def __init__(self) -> None:
        super().__init__(_TickSelector())
        self._seen = super().time()
        self._now = self._seen

    def time(self) -> float:
        """Return the time of the loop, in seconds."""
        seen = super().time()
        self._now += min(seen - self._seen, _TICK)
        self._seen = seen
        return self._now

    def skip(self, seconds: float) -> None:
        """Let time pass at once. What is due then happens in the next turn of the loop."""
        self._now += seconds


class _TickSelector(selectors.DefaultSelector):
    """A selector that waits for a tick at most, so that the loop sees all of the time that passes while it waits."""

    def select(self, timeout: float | None = None) -> list[Any]:
        return super().select(_TICK if timeout is None else min(timeout, _TICK))
