"""Raise the limit of open connections and files, and log one line when it is reached."""

import asyncio
import errno
import logging
import sys
from contextlib import suppress
from typing import Any, Final, TypeGuard

_EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_WANTED: Final = 8192  # file descriptors: 4,096 connections, and files; macOS allows at most 10,240
_EPISODE: Final = 60.0  # seconds without this error until it is logged again
_MESSAGE: Final = (
    "no more connections or files can be opened (%s): close some connections; or stop mockgms, raise the limit in the"
    " shell, such as with `ulimit -n 8192`, and start mockgms again there; the scenario in force is kept"
)

_log = logging.getLogger(__name__)


def raise_limit() -> None:
    """Raise the soft limit of file descriptors, as far as the hard limit allows. Often it is 256 or 1,024."""
    if sys.platform != "win32":  # pragma: no branch  # Windows has no such limit
        import resource  # not on Windows

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with suppress(OSError, ValueError):  # the kernel has another limit: then the soft limit stays
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def report_exhaustion(loop: asyncio.AbstractEventLoop) -> None:
    """Make the loop log one line when file descriptors run out, and nothing about clients that have left.

    It logs again only after a minute without this error. By default, asyncio logs a traceback every second, and uvloop
    nothing. On Windows, asyncio would also log a traceback for each client that resets its connection.
    """
    last: float | None = None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal last
        error = context.get("exception")
        if isinstance(error, ConnectionError):
            return
        if not is_exhaustion(error):
            loop.default_exception_handler(context)
            return
        if last is None or loop.time() - last > _EPISODE:
            _log.error(_MESSAGE, error.strerror)
        last = loop.time()

    loop.set_exception_handler(handle)


def is_exhaustion(error: object) -> TypeGuard[OSError]:
    """Return True if the error says that no more connections or files can be opened."""
    return isinstance(error, OSError) and error.errno in _EXHAUSTED
