"""The server under test: a process of its own, with what Linux says about it."""

import os
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

START_LIMIT: Final = 30.0  # seconds
STOP_LIMIT: Final = 10.0  # seconds; longer than the promised 2, since the machine may be busy
SCENARIO: Final = "description: The file that is watched.\nextends: ./parent.yaml\n"
PARENT: Final = "description: Its parent.\nservices: {'*': {capacity: 3}}\n"
_TICK: Final = os.sysconf("SC_CLK_TCK")
_MOCKGMS: Final = (sys.executable, "-m", "mockgms")


class Server:
    """A server on a free port of this machine, which serves and watches `scenario` in a folder of its own.

    Its log goes to a file that `new_log` reads. Raises RuntimeError when it does not start.
    """

    def __init__(self, *options: str) -> None:
        self._folder = TemporaryDirectory(prefix="mockgms-fuzz-")
        folder = Path(self._folder.name)
        self.scenario, self._log = folder / "watched.yaml", folder / "log"
        self.scenario.write_text(SCENARIO)
        (folder / "parent.yaml").write_text(PARENT)
        port_file = folder / "port"
        command = (*_MOCKGMS, "serve", "--port", "0", "--port-file", str(port_file), "--scenario", str(self.scenario))
        with self._log.open("ab") as log:  # appended to, so that it can be emptied while the server writes
            self._process = subprocess.Popen((*command, *options), stdout=log, stderr=log, cwd=folder)
        self.pid = self._process.pid
        self.port = self._chosen_port(port_file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, method: str, path: str, body: bytes | None = None, timeout: float = START_LIMIT) -> tuple[int, bytes]:
        """Return the status and body of an answer. Raises OSError or HTTPException when there is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def cpu_time(self) -> float:
        """Return the processor time that it has used, in seconds, or 0 when it is gone."""
        fields = self._stat()
        return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0.0

    def sleeps(self) -> bool:
        """True if it sleeps: it neither works nor waits for a processor."""
        fields = self._stat()
        return bool(fields) and fields[0] in "SD"

    def memory(self) -> float:
        """Return its resident memory in MB, or 0 when it is gone."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0.0
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024 if "VmRSS:" in status else 0.0

    def new_log(self) -> str:
        """Return what it has printed since the last call."""
        with self._log.open("r+b") as log:
            text = log.read()
            log.truncate(0)
        return text.decode(errors="backslashreplace")

    def stop(self) -> float:
        """Stop it as SIGTERM does, and return the seconds that took. Raises TimeoutError when it goes on."""
        began = time.monotonic()
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"SIGTERM did not stop the server within {STOP_LIMIT:g} s") from None
        return time.monotonic() - began

    def kill(self) -> None:
        """End it at once, and remove its folder."""
        if self.is_alive:
            self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def _chosen_port(self, port_file: Path) -> int:
        until = time.monotonic() + START_LIMIT
        while time.monotonic() < until and self.is_alive:
            try:
                port = self.port = int(port_file.read_text())
                self.ask("GET", "/__admin/health")
            except (OSError, ValueError, HTTPException):  # no file yet, or nobody listens yet
                time.sleep(0.01)
            else:
                return port
        log = self.new_log()
        self.kill()
        raise RuntimeError(f"The server did not start:\n{log}")

    def _stat(self) -> list[str]:
        """The fields of /proc/PID/stat from the state on; none when the process is gone."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return []


def check_and_serve(raw: bytes) -> str | None:
    """Check and serve a scenario file by new processes. Return what is wrong, or None.

    `serve` must start with a file that `check` accepts, and must refuse any other. Neither may print a traceback.
    """
    with TemporaryDirectory(prefix="mockgms-fuzz-") as folder:
        file, port_file = Path(folder, "scenario.yaml"), Path(folder, "port")
        file.write_bytes(raw)
        Path(folder, "parent.yaml").write_text(PARENT)
        check = (*_MOCKGMS, "check", str(file))
        try:
            checked = subprocess.run(check, capture_output=True, timeout=START_LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return f"check did not end within {START_LIMIT:g} s"
        command = (*_MOCKGMS, "serve", "--port", "0", "--port-file", str(port_file), "--scenario", str(file))
        with Path(folder, "log").open("w+b") as log:
            serving = subprocess.Popen(command, stdout=log, stderr=log)
            until = time.monotonic() + START_LIMIT
            while serving.poll() is None and not port_file.exists() and time.monotonic() < until:
                time.sleep(0.01)
            started = port_file.exists()
            if started:
                serving.terminate()
            else:
                serving.kill()
            status = serving.wait(STOP_LIMIT)
            log.seek(0)
            printed = (checked.stdout + checked.stderr + log.read()).decode(errors="backslashreplace")
    if "Traceback" in printed:
        return f"a traceback of check or serve:\n{printed[-2000:]}"
    if started is not (checked.returncode == 0) or status not in (0, 2):
        return f"check exits with {checked.returncode}, serve with {status}, started: {started}:\n{printed[-500:]}"
    return None
