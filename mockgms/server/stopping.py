"""Stop a server within two seconds after a signal, even if its event loop is busy."""

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import FrameType, TracebackType
from typing import Final, Protocol, Self

from mockgms.output import logs
from mockgms.server import signals

_GRACE: Final = 1.8  # seconds
_STDERR: Final = 2
_STATUS: Final = 1


class _Removable(Protocol):
    def remove(self) -> None: ...


class Deadline:
    """Ends the process if a server does not stop within a grace period.

    Event loops run signal handlers only between two callbacks. This runs in a thread, so a long callback does not delay
    it. `port_file` is removed before the process ends.
    """

    port_file: _Removable | None = None

    def __init__(self, grace: float = _GRACE, end: Callable[[int], object] = os._exit) -> None:
        """Set the grace period in seconds, and the function that ends the process with an exit status."""
        self._grace = grace
        self._end = end
        self._is_over = Event()

    def guard(self, reason: str) -> None:
        """Wait until `cancel` is called. After the grace period, end the process instead."""
        if self._is_over.wait(self._grace):
            return
        if self.port_file is not None:  # pragma: no branch  # a process that ends like this records no coverage
            self.port_file.remove()
        _write_error(logs.line(f"ended by force, since it was still busy {self._grace:g} seconds after {reason}"))
        self._end(_STATUS)

    def cancel(self) -> None:
        """Stop the countdown, because the server has stopped by itself."""
        self._is_over.set()


def stop_at_end_of_stdin(stop: Callable[[], object], deadline: Deadline) -> None:
    """Call `stop` when the standard input ends. It does so however the process that writes to it ends."""
    Thread(target=_wait_for_end, args=(stop, deadline), name="mockgms-stdin", daemon=True).start()


def _wait_for_end(stop: Callable[[], object], deadline: Deadline) -> None:
    if sys.stdin is not None:  # pragma: no branch  # it is None if closed, and uvloop does not start then
        while os.read(sys.stdin.fileno(), 1_024):
            pass
    stop()
    deadline.guard("its standard input ended")


if sys.platform == "win32":  # pragma: no cover

    class StopSignals:
        """Handles the signals that stop the server. A context manager for the main thread.

        Windows has no signal masks, and the event loop wakes up for handlers in Python by itself.
        """

        def __init__(self, stop: Callable[[], object], deadline: Deadline) -> None:
            """Set the thread-safe function that asks the server to stop, and the deadline for it."""
            self._stop = stop
            self._deadline = deadline

        def __enter__(self) -> Self:
            """Set the handlers."""
            self._before = {each: signal.signal(each, self._receive) for each in signals.accepted()}
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
        ) -> None:
            """Restore the earlier handlers."""
            self._deadline.cancel()
            for each, handler in self._before.items():
                signal.signal(each, handler)

        def _receive(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # the signature of handlers
            self._stop()
            name = signal.Signals(number).name
            Thread(target=self._deadline.guard, args=(name,), name="mockgms-signals", daemon=True).start()

else:

    class StopSignals:
        """Waits in a thread for the signals that stop the server. A context manager for the event loop's thread.

        The signals are blocked in that thread and in the threads it starts. If one was received, they stay blocked
        after the block: the process ends next, and further signals must not disturb it.
        """

        def __init__(self, stop: Callable[[], object], deadline: Deadline) -> None:
            """Set the thread-safe function that asks the server to stop, and the deadline for it."""
            self._stop = stop
            self._deadline = deadline
            self._numbers = signals.accepted()
            self._leaving = self._was_received = False
            self._thread = Thread(target=self._wait, name="mockgms-signals", daemon=True)

        def __enter__(self) -> Self:
            """Block the signals, and wait for them in the thread."""
            self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._numbers)
            self._thread.start()
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
        ) -> None:
            """Stop waiting, and unblock the signals unless one was received."""
            self._deadline.cancel()
            self._leaving = True
            if not self._was_received:
                with suppress(ProcessLookupError):  # a signal has just ended the thread
                    signal.pthread_kill(self._thread.ident or 0, signal.SIGINT)
                self._thread.join()
                signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

        def _wait(self) -> None:
            number = signal.sigwait(self._numbers)
            if self._leaving:
                return
            self._was_received = True
            self._stop()
            self._deadline.guard(signal.Signals(number).name)


def _write_error(line: str) -> None:
    """Write a line to stderr without Python's locks, if that does not block."""
    if sys.platform == "win32" or select.select([], [_STDERR], [], 0)[1]:  # pragma: no branch  # else a pipe is full
        os.write(_STDERR, line.encode())
