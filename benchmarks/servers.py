"""Servers under measurement: started on one core, asked, weighed, stopped."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
JSON = {"Content-Type": "application/json"}
MOCKGMS_COMMAND = str(Path(sys.executable).with_name("mockgms"))
START_LIMIT = 30  # seconds


def mockgms(
    scenario: str, journal: int | None = None, command: tuple[str, ...] = (MOCKGMS_COMMAND,)
) -> tuple[str, ...]:
    """The command of mockgms with one of the scenarios beside this. `journal` replaces the default size of journals."""
    size = () if journal is None else ("--journal", str(journal))
    return (*command, "serve", "--scenario", str(HERE / scenario), "--port", "0", *size)


def bare(bodies: Path) -> tuple[str, ...]:
    """The command of a bare server that answers the files of a folder."""
    return (sys.executable, "-m", "benchmarks.bare", str(bodies))


@dataclass(frozen=True)
class Server:
    """A server that runs. `started` is the time from exec to its first 200, in seconds."""

    pid: int
    port: int
    started: float
    _times: dict[Path, int] = field(default_factory=dict)  # nanoseconds by thread; those that have ended keep theirs

    def url(self, path: str) -> str:
        """The whole URL of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = JSON) -> bytes:
        """The body of an answer. Raises RuntimeError when it is not a 200."""
        return _ask(self.port, method, path, body, headers)

    def cpu_time(self) -> float:
        """Return the CPU time that it, its children and all their threads have used until now, in seconds."""
        for thread in _threads(self.pid):
            with suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended since
                self._times[thread] = int((thread / "schedstat").read_text().split()[0])
        return sum(self._times.values()) / 1e9

    def memory(self) -> int:
        """The resident memory, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def _threads(pid: int) -> Iterator[Path]:
    """Yield the folder in /proc of each thread of a process and of its children."""
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        yield thread
        with suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended since
            for child in (thread / "children").read_text().split():
                yield from _threads(int(child))


@contextmanager
def running(command: tuple[str, ...], core: int, path: str, port: int | None = None) -> Iterator[Server]:
    """Run a server on one core, from its first 200 at a path until the end of the block.

    Without a `port`, the command gets the option `--port-file` and writes its port to that file.
    """
    with TemporaryDirectory() as folder:
        port_file = Path(folder, "port")
        if port is None:
            command = (*command, "--port-file", str(port_file))
        else:
            port_file.write_text(str(port))
        began = time.perf_counter()
        process = subprocess.Popen(
            ("taskset", "--cpu-list", str(core), *command),
            cwd=HERE.parent,
            stdout=subprocess.DEVNULL,
        )
        try:
            port = _first_answer(process, port_file, path)
            yield Server(process.pid, port, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(START_LIMIT)


def _first_answer(process: subprocess.Popen[bytes], port_file: Path, path: str) -> int:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        try:
            port = int(port_file.read_text())
            _ask(port, "GET", path, None, {})
        except (OSError, ValueError):  # the file is not there or not whole yet, or nobody listens yet
            time.sleep(0.001)
        else:
            return port
    raise RuntimeError(f"{process.args!r} did not answer {path} within {START_LIMIT} s")


def _ask(port: int, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=START_LIMIT)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != HTTPStatus.OK:
        raise RuntimeError(f"{method} {path} answered {response.status}: {answer[:500]!r}")
    return answer
