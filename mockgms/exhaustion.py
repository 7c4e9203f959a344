"""What is logged when the process has no file descriptors left for new connections and files."""

import asyncio
import errno
import logging
from typing import Any, Final, TypeGuard

_EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_EPISODE: Final = 60.0  # seconds without this error, after which it is logged again
_MESSAGE: Final = (
    "no more connections or files can be opened (%s): close connections that are open, or raise the limit with"
    " `ulimit -n` and start mockgms again; the scenario stays in force"
)

_log = logging.getLogger(__name__)


def report_exhaustion(loop: asyncio.AbstractEventLoop) -> None:
    """Have the loop log in one line that it is out of file descriptors, once for each time that this lasts.

    By itself it logs that every second with a traceback, or not at all (uvloop).
    """
    last: float | None = None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal last
        error = context.get("exception")
        if not is_exhaustion(error):
            loop.default_exception_handler(context)
            return
        if last is None or loop.time() - last > _EPISODE:
            _log.error(_MESSAGE, error.strerror)
        last = loop.time()

    loop.set_exception_handler(handle)


def is_exhaustion(error: object) -> TypeGuard[OSError]:
    """True for an error which says that the system opens no more connections or files."""
    return isinstance(error, OSError) and error.errno in _EXHAUSTED
