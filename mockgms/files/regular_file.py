"""Reading of regular files up to a limit. Opening a pipe or device could block, and reading it could never end."""

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 16  # bytes
if sys.platform == "win32":  # pragma: no cover
    _FLAGS: Final = os.O_RDONLY | os.O_BINARY
else:
    _FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_KINDS: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_file(file: Path, limit: int) -> bytes:
    """Return the content of a regular file, or the first `limit` + 1 bytes of a larger one.

    Raises OSError if it cannot be read or is not a regular file; `strerror` says why. Raises ValueError for a path with
    a NUL character. It never waits for a writer, as opening a pipe would.
    """
    if "\0" in str(file):
        raise ValueError("the path has a NUL character in it")
    _check_kind(file, file.stat())  # first, since opening some devices has effects
    descriptor = os.open(file, _FLAGS)
    try:
        _check_kind(file, os.fstat(descriptor))  # it may be another file by now
        return _read(descriptor, limit + 1)
    finally:
        os.close(descriptor)


def _check_kind(file: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    for is_kind, name in _KINDS:
        if is_kind(status.st_mode):
            raise OSError(
                errno.EINVAL, f"Is {name}, not a regular file: save its contents to a regular file", str(file)
            )


def _read(descriptor: int, limit: int) -> bytes:
    """Read up to `limit` bytes, regardless of the reported size: the file may grow, and in /proc the size is 0."""
    pieces = []
    while limit and (piece := os.read(descriptor, min(limit, _PIECE))):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)
