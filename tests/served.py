"""The command `mockgms serve`, started in its own folder as users start it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.waiting import LONGEST, wait_until

COMMAND = [sys.executable, "-m", "mockgms"]


def health(port: int, host: str = "127.0.0.1") -> int:
    """Return the status of a health request."""
    connection = HTTPConnection(host, port, timeout=LONGEST)
    try:
        connection.request("GET", "/__admin/health")
        return connection.getresponse().status
    finally:
        connection.close()


def written_port(process: subprocess.Popen[Any], file: Path) -> int:
    """Wait until a server has written its port file, and return the port."""
    wait_until(lambda: file.exists() or process.poll() is not None)
    assert process.poll() is None, "the server has ended"
    return int(file.read_text())


class Served:
    """A running server: its process, the line that it printed, and the file of its log."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self.process = process
        self.log = log
        assert process.stdout is not None
        self.line = process.stdout.readline()
        found = re.search(r":(\d+), scenario", self.line)
        assert found is not None, log.read_text()
        self.port = int(found[1])

    @property
    def url(self) -> str:
        return self.line.split()[3].removesuffix(",")

    def health(self, host: str = "127.0.0.1") -> int:
        """Return the status of a health request to an address."""
        return health(self.port, host)

    def logged(self) -> str:
        return self.log.read_text()


@contextmanager
def served(folder: Path, *options: str, before: Callable[[], None] | None = None, **variables: str) -> Iterator[Served]:
    """Run the server until the end of the block. `before` is called in its process first."""
    log = folder / "log"
    with (
        log.open("w") as stderr,
        start(folder, "serve", "--port", "0", *options, stderr=stderr, preexec_fn=before, **variables) as process,
    ):
        try:
            yield Served(process, log)
        finally:
            process.terminate()
            process.wait(LONGEST)


class _Process(subprocess.Popen[str]):
    """A process that is killed if the test fails. Otherwise, the end of its block would wait for it forever."""

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, value, traceback)


def start(
    folder: Path, *arguments: str, stderr: Any = subprocess.PIPE, preexec_fn: Any = None, **variables: str
) -> Any:
    """Start the command in a folder. `preexec_fn` is called in its process first."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored when the tests run in the background
        if preexec_fn is not None:
            preexec_fn()

    return _Process(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        preexec_fn=prepare,  # no thread is running yet that it could harm
    )


def ran(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """Run the command in a folder, and return its status, output and errors."""
    with start(folder, *arguments, **variables) as process:
        out, err = process.communicate(timeout=LONGEST)
        return process.returncode, out, err
