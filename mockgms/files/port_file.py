"""The port file: a server writes its port to it, and deletes it at the end.

A server holds a lock on the file while it runs. The system releases the lock when the process ends. So another server
can tell a file in use from one that a crashed server left behind. On Windows, an open file cannot be deleted, which
serves as the lock.
"""

import os
import re
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

_PORT: Final = re.compile(rb"[0-9]{1,5}\n")
_LARGEST: Final = 8  # bytes; a port file has at most 6
_EXISTS: Final = "it exists and is not a port file that mockgms wrote; delete it, or choose another path"
_IN_USE: Final = "the server at port {} has written it and still runs; choose another path, or stop that server"
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


class PortFileError(Exception):
    """The port file cannot be written. The message says why and what to do."""


class _InUse(Exception):
    """A running server has written this file. The message is its port."""


class PortFile:
    """A port file that this process has written, until it is removed."""

    def __init__(self, path: Path, content: bytes, descriptor: int) -> None:
        """Take the path, the content, and the descriptor of the open file, which holds the lock."""
        found = os.fstat(descriptor)
        self._path = path
        self._content = content
        self._inode = found.st_dev, found.st_ino
        self._opened: int | None = descriptor

    @classmethod
    def write(cls, path: Path, port: int) -> Self:
        """Write the port to a new file at `path`. Readers that wait for the file never see it empty.

        Only the port file of a server that has ended is replaced. Raises PortFileError if anything else exists at
        `path`, or if the file cannot be written.
        """
        content = b"%d\n" % port
        try:
            return cls(path, content, _create(path, content))
        except _InUse as other:
            raise PortFileError(f"cannot write the port file {path}: {_IN_USE.format(other)}") from None
        except FileExistsError:
            raise PortFileError(f"cannot write the port file {path}: {_EXISTS}") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
            reason = getattr(error, "strerror", None) or error
            raise PortFileError(f"cannot write the port file {path}: {reason}") from None

    def remove(self) -> None:
        """Delete the file, unless another file has replaced it."""
        if sys.platform == "win32":  # pragma: no cover  # an open file cannot be deleted
            self._close()
        try:
            if _read_port(self._path) == (self._content, self._inode):
                self._path.unlink()
        except OSError:  # it was deleted, or its folder is no longer writable
            pass
        self._close()

    def _close(self) -> None:
        """Close the file, which releases the lock."""
        descriptor, self._opened = self._opened, None
        if descriptor is not None:
            os.close(descriptor)


def _make_room(path: Path) -> None:
    """Delete the port file of a server that has ended. Raises _InUse or FileExistsError for anything else."""
    if os.path.lexists(path):
        found = _read_port(path)
        if found is None:
            raise FileExistsError
        if _is_locked(path):
            raise _InUse(found[0].decode().strip())
        try:
            path.unlink()
        except PermissionError:  # pragma: no cover  # root, who runs the tests, may delete every file
            if os.name == "nt":  # the other server has it open
                raise _InUse(found[0].decode().strip()) from None
            raise


def _read_port(path: Path) -> tuple[bytes, tuple[int, int]] | None:
    """Return the content and the inode of a port file, or None for anything else. Raises OSError."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | _NO_WAIT | _BINARY)
    try:
        content, found = os.read(descriptor, _LARGEST), os.fstat(descriptor)
    finally:
        os.close(descriptor)
    is_port = stat.S_ISREG(found.st_mode) and _PORT.fullmatch(content) is not None
    return (content, (found.st_dev, found.st_ino)) if is_port else None


if sys.platform == "win32":  # pragma: no cover

    def _is_locked(path: Path) -> bool:  # noqa: ARG001  # deleting it fails if it is
        return False

    def _create(path: Path, content: bytes) -> int:
        """Create a file, and return its descriptor. It is empty for a moment, because an open file cannot be renamed.

        Raises _InUse, FileExistsError or OSError.
        """
        _make_room(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY)
        os.write(descriptor, content)
        return descriptor

else:
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock

    def _is_locked(path: Path) -> bool:
        descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | _NO_WAIT)
        try:
            flock(descriptor, LOCK_SH | LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # pragma: no cover  # this file system has no locks
            return False
        finally:
            os.close(descriptor)
        return False

    def _create(path: Path, content: bytes) -> int:
        """Create a file that has its content and a lock from the start, and return its descriptor.

        Raises _InUse, FileExistsError or OSError.
        """
        draft = path.parent / f".mockgms-{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666)
        try:
            with suppress(OSError):  # this file system has no locks
                flock(descriptor, LOCK_EX | LOCK_NB)
            os.write(descriptor, content)
            _make_room(path)  # after the draft exists, so that the two files cannot have the same inode
            _put_in_place(draft, path)
        except BaseException:
            os.close(descriptor)
            raise
        finally:
            draft.unlink(missing_ok=True)
        return descriptor

    def _put_in_place(draft: Path, path: Path) -> None:
        """Give the draft its final name. Raises FileExistsError if such a file exists by now."""
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            raise
        except OSError:  # this file system has no hard links
            draft.rename(path)
