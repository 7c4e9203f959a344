"""An event loop for tests of time-outs, which do not depend on the load of the machine and do not wait."""

import asyncio
import selectors
from typing import Any

_TICK = 0.005  # seconds


class PatientLoop(asyncio.SelectorEventLoop):
    """An event loop whose time advances by at most one tick while the process does not run.

    On a busy machine, a process can be stopped for longer than the time-out that it tests. The client and the server of
    a test run in this loop, so that each of them runs in every tick.
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
        """Advance the time at once. Calls that are due then are made in the next turn of the loop."""
        self._now += seconds


class _TickSelector(selectors.DefaultSelector):
    """A selector that waits for at most one tick, so that the loop counts all of the time of the wait."""

    def select(self, timeout: float | None = None) -> list[Any]:
        return super().select(_TICK if timeout is None else min(timeout, _TICK))
