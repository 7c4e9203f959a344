"""Stopping: a server ends within two seconds after it was asked to, whatever its event loop is doing."""

import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Final, Protocol, Self

from mockgms.output import logs
from mockgms.server import signals

_GRACE: Final = 1.8  # seconds
_STDERR: Final = 2
_STATUS: Final = 1


class _Removable(Protocol):
    def remove(self) -> None: ...


class Deadline:
    """Ends the process when a server does not stop within a grace period.

    Event loops run signal handlers only between two callbacks. This works from a thread, so that a callback that takes
    long does not delay it. Set `port_file` to the file that is to be removed before the process ends.
    """

    port_file: _Removable | None = None

    def __init__(self, grace: float = _GRACE, end: Callable[[int], object] = os._exit) -> None:
        """Take the grace period in seconds, and the function that ends the process with a status."""
        self._grace = grace
        self._end = end
        self._is_over = Event()

    def guard(self, reason: str) -> None:
        """Wait until `cancel` is called or the grace period is over, and end the process in the latter case."""
        if self._is_over.wait(self._grace):
            return
        if self.port_file is not None:  # pragma: no branch  # a process that ends so writes no figures
            self.port_file.remove()
        _complain(logs.line(f"ended by force, since it was still busy {self._grace:g} seconds after {reason}"))
        self._end(_STATUS)

    def cancel(self) -> None:
        """The server has stopped by itself."""
        self._is_over.set()


class StopSignals:
    """Waits in a thread for the signals that stop the server; a context manager for the thread of the event loop.

    The signals are blocked in that thread and in those it starts. After the block they stay blocked when one has come,
    since the process ends next, and no further signal is to disturb it.
    """

    def __init__(self, stop: Callable[[], object], deadline: Deadline) -> None:
        """Take what asks the server to stop, from any thread, and what ends it otherwise."""
        self._stop = stop
        self._deadline = deadline
        self._numbers = signals.accepted()
        self._leaving = self._has_come = False
        self._thread = Thread(target=self._wait, name="mockgms-signals", daemon=True)

    def __enter__(self) -> Self:
        """Block the signals, and wait for them."""
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._numbers)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop waiting."""
        self._deadline.cancel()
        self._leaving = True
        if not self._has_come:
            with suppress(ProcessLookupError):  # a signal has come at this very moment
                signal.pthread_kill(self._thread.ident or 0, signal.SIGINT)
            self._thread.join()
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _wait(self) -> None:
        number = signal.sigwait(self._numbers)
        if self._leaving:
            return
        self._has_come = True
        self._stop()
        self._deadline.guard(signal.Signals(number).name)


def _complain(line: str) -> None:
    """Write a line to stderr, without any lock of Python's, and only if that does not block."""
    if select.select([], [_STDERR], [], 0)[1]:  # pragma: no branch  # else a pipe is full
        os.write(_STDERR, line.encode())
