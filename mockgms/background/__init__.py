"""A server in a separate process, which ends with this one.

A test may freeze or change the time of this process, but not that of the server. This module only waits on pipes in
threads, not on the clock, since it may run while time is frozen.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Final, Self, cast

_START: Final = 60.0  # seconds in which the server must start, even on a busy machine
_STOP: Final = 5.0  # seconds until a server that does not stop is killed
# The server can import what this process can. These paths come last, so that none hides the standard library.
# Garbage is not collected while it starts, as in `mockgms/__main__.py`.
_CODE: Final = "import gc, sys; gc.disable(); sys.path += [path for path in {paths!r} if path not in sys.path]; {start}"
_SILENT: Final = f"it ended without a message, or printed nothing for {_START:g} seconds"
_MAIN: Final = "from mockgms.background.child import main; main()"
# Variables that would change how the server works. All its settings are in its argument.
_NOT_PASSED_ON: Final = ("MOCKGMS_", "PYTHONWARNINGS", "PYTHONINSPECT")


class CannotStart(Exception):
    """The server did not start. The message is what it wrote to stderr."""


class ScenarioRefused(Exception):
    """The scenario does not load. The message has a line for each mistake."""


class FolderRefused(CannotStart):
    """A folder of scenarios cannot be read. The message says which, and why."""


class Background:
    """A server that runs in the background, at `url`, in the process `pid`."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: IO[bytes], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.pid = process.pid
        self._process = process
        self._log = log
        self._seen = 0

    @classmethod
    def start(cls, scenario: str, folders: Sequence[Path] = ()) -> Self:
        """Start a server with a scenario, by name or path. Further `folders` precede the shipped scenarios.

        Raises FolderRefused, ScenarioRefused or CannotStart.
        """
        settings = {"scenario": os.fspath(scenario), "folders": list(map(str, folders))}
        code = _CODE.format(paths=[path for path in sys.path if path], start=_MAIN)
        log = TemporaryFile(buffering=0)  # noqa: SIM115  # open as long as the process runs
        process = subprocess.Popen(  # noqa: S603  # the same Python, with our code
            [sys.executable, "-P", "-c", code, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)},
            start_new_session=True,  # Ctrl-C only reaches this process, which then stops the server
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        import mockgms.client  # noqa: F401  # needed next: takes 60 ms while the server starts

        try:
            return cls(process, log, cls._port(process, log))
        except BaseException:
            _end(process, log)
            raise

    @staticmethod
    def _port(process: "subprocess.Popen[bytes]", log: IO[bytes]) -> int:
        line = _read(cast(IO[bytes], process.stdout).readline, _START)
        answer = json.loads(line or b"{}")
        if "folder" in answer:
            raise FolderRefused(answer["folder"])
        if "mistakes" in answer:
            raise ScenarioRefused("\n".join(answer["mistakes"]))
        if "port" not in answer:
            raise CannotStart(_written(log, 0).decode(errors="replace").strip() or _SILENT)
        port: int = answer["port"]
        return port

    @property
    def exit_status(self) -> int | None:
        """The exit status of the server, negative for the signal that ended it. None while it runs."""
        return self._process.poll()

    def log(self) -> str:
        """Return what the server has logged since the last call."""
        written = _written(self._log, self._seen)
        self._seen += len(written)
        return written.decode(errors="replace").strip()

    def stop(self) -> None:
        """Stop the server, and wait until it has ended."""
        _end(self._process, self._log)


@contextmanager
def serving(scenario: str, folders: Sequence[Path] = ()) -> Iterator[str]:
    """Serve in the background until the end of the block, and yield the URL. Raises like `Background.start`."""
    server = Background.start(scenario, folders)
    try:
        yield server.url
    finally:
        server.stop()


def _end(process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    """Stop a process by closing its input, and kill it if it does not stop."""
    output = cast(IO[bytes], process.stdout)
    cast(IO[bytes], process.stdin).close()
    if _read(output.read, _STOP) is None:
        process.kill()
    process.wait()
    output.close()
    log.close()


def _read(read: Callable[[], bytes], seconds: float) -> bytes | None:
    """Return what is read from a pipe, or None if that takes too long. Windows cannot wait on a pipe by `select`."""
    found: list[bytes] = []
    reading = Thread(target=lambda: found.append(read()), name="mockgms-output", daemon=True)
    reading.start()
    reading.join(seconds)
    return found[0] if found else None


if sys.platform == "win32":  # pragma: no cover

    def _written(log: IO[bytes], start: int) -> bytes:
        """Return the log from a position on. Reading to the end leaves the shared file position where it was."""
        log.seek(start)
        return log.read()

else:

    def _written(log: IO[bytes], start: int) -> bytes:
        """Return the log from a position on. The shared file position, at which the server writes, does not move."""
        return os.pread(log.fileno(), os.fstat(log.fileno()).st_size - start, start)
