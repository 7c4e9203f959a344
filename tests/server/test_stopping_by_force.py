"""A server stops within two seconds after a signal, even if its event loop is busy."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from mockgms.background import Background
from mockgms.files.port_file import PortFile
from mockgms.output import logs
from mockgms.server.stopping import Deadline, StopSignals
from tests.served import served
from tests.waiting import LONGEST

STOPPING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
STOPS_WITHIN = 4.0  # seconds: it takes less than 2, but a machine that tests on all cores is slower
# Python runs signal handlers in the main thread, where the event loop runs: this one keeps it busy.
BUSY = "import signal, time\nsignal.signal(signal.SIGUSR1, lambda *_: time.sleep(60))\n"
BY_FORCE = "mockgms: ended by force, since it was still busy 1.8 seconds after {}\n"


@pytest.fixture
def hooked(tmp_path: Path) -> Path:
    """A folder of modules by which SIGUSR1 keeps the event loop of a process busy."""
    folder = tmp_path / "hooked"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BUSY)
    return folder


@pytest.mark.unmeasured
@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_ends_a_server_whose_event_loop_is_busy(number: signal.Signals, tmp_path: Path, hooked: Path) -> None:
    with served(tmp_path, "--port-file", "port", PYTHONPATH=str(hooked)) as server:
        server.process.send_signal(signal.SIGUSR1)
        began = time.monotonic()
        while server.process.poll() is None and time.monotonic() - began < LONGEST:
            server.process.send_signal(number)
        assert time.monotonic() - began < STOPS_WITHIN
        assert (server.process.wait(), server.logged()) == (1, BY_FORCE.format(number.name))
        assert not (tmp_path / "port").exists()


def test_a_server_that_ends_by_force_does_not_wait_for_a_reader_of_its_log(tmp_path: Path, hooked: Path) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write, b"x" * 4_096)
    os.set_blocking(write, True)
    command = ["serve", "--port", "0", "--port-file", "port"]
    code = f"import sys; from mockgms.cli import main; sys.exit(main({command}))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(hooked)},
        stdout=subprocess.PIPE,
        stderr=write,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() != b""
        process.send_signal(signal.SIGUSR1)
        process.terminate()
        assert process.wait(STOPS_WITHIN) == 1
    os.close(read)
    os.close(write)


def test_a_background_server_whose_event_loop_is_busy_ends_soon(monkeypatch: pytest.MonkeyPatch, hooked: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(hooked))
    server = Background.start("default")
    os.kill(server.pid, signal.SIGUSR1)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < STOPS_WITHIN


def test_the_process_ends_after_the_grace_period_and_its_port_file_is_removed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    statuses: list[int] = []
    deadline = Deadline(0.01, statuses.append)
    deadline.port_file = PortFile.write(tmp_path / "port", 8080)
    deadline.guard("SIGTERM")
    assert (statuses, list(tmp_path.iterdir())) == ([1], [])
    assert capfd.readouterr().err == "mockgms: ended by force, since it was still busy 0.01 seconds after SIGTERM\n"


def test_in_a_log_of_json_the_end_by_force_is_logged_as_json(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logs.configure("json", "warning")
    deadline = Deadline(0.01, lambda _: None)
    deadline.port_file = _NoFile()
    deadline.guard("SIGTERM")
    line = json.loads(capfd.readouterr().err)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "error",
        "logger": "mockgms.serve",
        "message": "ended by force, since it was still busy 0.01 seconds after SIGTERM",
    }


class _NoFile:
    def remove(self) -> None:
        pass


def test_a_server_that_has_stopped_by_itself_is_not_ended_by_force() -> None:
    statuses: list[int] = []
    deadline = Deadline(60, statuses.append)
    deadline.cancel()
    deadline.guard("SIGTERM")
    assert statuses == []


def test_the_signal_mask_is_restored_if_no_signal_has_come() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with StopSignals(lambda: None, Deadline()):
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) >= before | set(STOPPING)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
