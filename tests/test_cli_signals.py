"""Signals and closed pipes: which of them end the command, and how."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockgms.cli import main
from tests.messages import NOT_A_PORT_FILE
from tests.served import health, ran, served, start, written_port
from tests.waiting import LONGEST

STOPPING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
# A module that the command imports while it starts. It prints a line, and then sleeps.
# In short steps: a signal just before a sleep is only handled after it.
SLOW = "import time; print('starting', flush=True)\nfor _ in range(6_000): time.sleep(0.01)"


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_stops_the_server_which_deletes_its_port_file(number: signal.Signals, tmp_path: Path) -> None:
    with served(tmp_path, "--port-file", "port") as server:
        assert (tmp_path / "port").read_text() == f"{server.port}\n"
        server.process.send_signal(number)
        assert server.process.wait(LONGEST) == 0
        assert (server.logged(), [file.name for file in tmp_path.iterdir()]) == ("", ["log"])


@pytest.mark.unmeasured
@pytest.mark.parametrize("number", STOPPING)
def test_a_repeated_signal_stops_the_server_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    with (
        served(tmp_path, "--port-file", "port") as server,
        socket.create_connection(("127.0.0.1", server.port)) as busy,
    ):
        busy.sendall(b"GET /x HTTP/1.1\r\nHost: mock\r\nX-Mockgms-Fault: hang\r\n\r\n")
        until = time.monotonic() + LONGEST
        while server.process.poll() is None and time.monotonic() < until:
            server.process.send_signal(number)
        assert server.process.wait(LONGEST) == 0
        assert (server.logged(), [file.name for file in tmp_path.iterdir()]) == ("", ["log"])


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_during_the_start_stops_the_server(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text(SLOW)
    with start(tmp_path, "serve", "--port", "0", "--port-file", "port", PYTHONPATH=str(tmp_path)) as process:
        assert process.stdout.readline() == "starting\n"
        process.send_signal(number)
        assert process.communicate(timeout=LONGEST) == ("", "")
        assert process.returncode == 0
    assert not (tmp_path / "port").exists()


def test_ctrl_c_ends_any_command_without_a_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with start(tmp_path, "ctl", "clock", "--url", url) as process:
            asking, _ = silent.accept()
            with asking:
                process.send_signal(signal.SIGINT)
                assert process.communicate(timeout=LONGEST) == ("", "")
            assert process.returncode == 130


def test_a_hangup_does_not_stop_a_server_under_nohup(tmp_path: Path) -> None:
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with served(tmp_path, before=ignore) as server:
        server.process.send_signal(signal.SIGHUP)
        assert [server.health(), server.health()] == [200, 200]


def test_the_server_works_if_its_output_is_closed(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "mockgms", "serve", "--port", "0", "--port-file", "port", "--host", "0.0.0.0"]  # noqa: S104
    with subprocess.Popen(command, cwd=tmp_path, stdout=write, stderr=write) as process:
        os.close(write)
        assert health(written_port(process, tmp_path / "port")) == 200
        process.terminate()
        assert process.wait(LONGEST) == 0


@pytest.mark.parametrize("arguments", [("schema",), ("scenarios",)])
def test_a_closed_output_causes_no_traceback(arguments: tuple[str, ...], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "mockgms", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, text=True) as process:
        os.close(write)
        assert process.communicate(timeout=LONGEST)[1] == ""
        assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_a_one_line_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mockgms", "schema"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "mockgms: cannot continue: No space left on device\n")


def test_check_works_without_a_standard_output(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("description: My own.\n")
    code = (
        "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, '-m', 'mockgms', 'check', 'own.yaml'])"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_server_works_without_a_standard_input_and_output(tmp_path: Path) -> None:
    code = (
        "import os, sys; os.closerange(0, 2);"
        "os.execv(sys.executable, [sys.executable, '-m', 'mockgms', 'serve', '--port', '0', '--port-file', 'port'])"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        port = written_port(process, tmp_path / "port")
        assert [health(port), health(port)] == [200, 200]
        process.terminate()
        assert process.communicate(timeout=LONGEST)[1] == ""
        assert process.returncode == 0


def test_a_refused_port_file_is_not_changed(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes\n")
    status, out, err = ran(tmp_path, "serve", "--port", "0", "--port-file", "notes.txt")
    assert (status, out) == (2, "")
    assert err == (
        f"mockgms: cannot write the port file notes.txt: {NOT_A_PORT_FILE} that mockgms wrote;"
        " delete it, or choose another path\n"
    )
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("notes.txt", "notes\n")]


def test_a_failed_start_restores_the_signal_handlers_of_its_process(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    assert main(["serve", "--scenario", "nowhere"]) == 2
    assert [signal.getsignal(number) for number in STOPPING] == before
