"""Waiting in tests: for a condition that no event announces, for bytes to arrive, or to see that nothing happens."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

LONGEST: Final = 20  # seconds that anything may take on a busy machine
_INTERVAL: Final = 0.01  # seconds between two checks of a condition
_TURNS: Final = 10  # of the event loop: more than the two that a write and the read of its bytes take


def wait_until(holds: Callable[[], object], seconds: float = LONGEST) -> None:
    """Wait for something that another process or thread does. Fails if it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "the condition never holds"
        time.sleep(_INTERVAL)


async def until(holds: Callable[[], object]) -> None:
    """Wait for something that happens in this event loop."""
    async with asyncio.timeout(LONGEST):
        while not holds():  # noqa: ASYNC110  # there is no event for it
            await asyncio.sleep(_INTERVAL)


async def arrival(turns: int = _TURNS) -> None:
    """Wait until what was written has arrived at the other side, which runs in the same event loop.

    What is written next then arrives as a piece of its own. What needs many writes takes more `turns` of the loop.
    """
    for _ in range(turns):
        await asyncio.sleep(0)


def watch_nothing_happen(seconds: float) -> None:
    """Let time pass in which the test expects that nothing happens."""
    time.sleep(seconds)
