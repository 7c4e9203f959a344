"""Signals that stop the server, from its start to its end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# Windows has no SIGHUP. Only Windows has SIGBREAK: for Ctrl-Break, and when the console is closed.
STOPPING: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)


class Stopped(BaseException):
    """A signal stopped the process before the server ran. `except Exception` does not catch it."""


def accepted() -> list[signal.Signals]:
    """Return the signals that stop this process. Under `nohup`, SIGHUP is ignored and left out."""
    return [each for each in STOPPING if each == signal.SIGINT or signal.getsignal(each) is not signal.SIG_IGN]


@contextmanager
def stopping_at_start() -> Iterator[None]:
    """In this block, raise Stopped for a signal that comes before the event loop handles signals.

    Without a handler, the first process of a container would ignore SIGTERM.
    """
    before = {each: signal.signal(each, _raise_stopped) for each in accepted()}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def ignore_from_now_on() -> None:
    """Ignore further signals. The server has stopped, so a second Ctrl-C must not print a traceback."""
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    if sys.platform != "win32":  # pragma: no branch
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def _raise_stopped(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # the signature of signal handlers
    raise Stopped
