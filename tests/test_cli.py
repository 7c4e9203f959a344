"""The command `mockgms`, started as users start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

from mockgms import __version__
from mockgms.cli import main
from tests.command import run_command
from tests.messages import ADMIN_CLOSED, CANNOT_LISTEN, NOT_A_URL, PORT_TAKEN
from tests.waiting import LONGEST

MOCKGMS = [sys.executable, "-c", "import sys; from mockgms.cli import main; sys.exit(main())"]
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  # what containers bind

Serve = Callable[..., "subprocess.Popen[str]"]
Refusal = Callable[..., tuple[int, str, str]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that starts `mockgms serve` with options in an empty folder."""
    started: list[subprocess.Popen[str]] = []

    def serve(*options: str, **variables: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [*MOCKGMS, "serve", *options],
            cwd=tmp_path,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield serve
    for process in started:
        process.terminate()
        process.communicate(timeout=LONGEST)


def announced(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def url_of(line: str) -> str:
    return line.split()[3].removesuffix(",")


def test_serve_prints_its_urls_in_one_line(serve: Serve) -> None:
    line = announced(serve("--port", "0"))
    url = url_of(line)
    assert line == (
        f"mockgms {__version__} at {url}, scenario default"
        f" | dataURL v1 {url}/genesys/1/service/callback/SERVICE, v3 {url}/engagement/v3/callbacks"
        f" | docs {url}/__admin/docs\n"
    )
    with urlopen(f"{url}/__admin/ready") as answer:  # noqa: S310  # the URL begins with http, as asserted above
        assert json.load(answer) == {"status": "ready", "scenario": "default"}


def test_serve_writes_its_port_to_a_file(serve: Serve, tmp_path: Path) -> None:
    url = url_of(announced(serve("--port", "0", "--port-file", "port")))
    assert (tmp_path / "port").read_text() == url.rpartition(":")[2] + "\n"


def test_serve_deletes_the_port_file_when_it_stops(serve: Serve, tmp_path: Path) -> None:
    process = serve("--port", "0", "--port-file", "port")
    announced(process)
    process.terminate()
    assert process.wait(LONGEST) == 0
    assert not (tmp_path / "port").exists()


def test_each_option_can_be_set_by_a_variable(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "own.yaml").write_text("description: My own.\n")
    line = announced(
        serve(
            MOCKGMS_PORT="0",
            MOCKGMS_HOST="::1",
            MOCKGMS_SCENARIO="own",
            MOCKGMS_SCENARIOS="mine",
            MOCKGMS_PORT_FILE="port",
        )
    )
    assert ", scenario own |" in line
    assert url_of(line) == f"http://[::1]:{(tmp_path / 'port').read_text().strip()}"


@pytest.mark.parametrize(("entries", "kept"), [("0", 0), ("2", 2)])
def test_the_journal_option_limits_the_requests_that_a_session_keeps(serve: Serve, entries: str, kept: int) -> None:
    url = url_of(announced(serve("--port", "0", "--journal", entries)))
    for _ in range(3):
        urlopen(f"{url}/callbacks/open-for/sales").close()  # noqa: S310  # http, as above
    with urlopen(f"{url}/__admin/requests") as answer:  # noqa: S310
        journal = json.load(answer)
    assert (len(journal["requests"]), journal["dropped"]) == (kept, 3 - kept)


def test_the_printed_url_of_a_server_bound_to_every_address_is_localhost(serve: Serve) -> None:
    line = announced(serve("--port", "0", "--host", EVERY_ADDRESS))
    assert url_of(line).startswith("http://localhost:")


@pytest.mark.parametrize(
    ("options", "status", "notice"),
    [
        ((), 403, f"{ADMIN_CLOSED} 0.0.0.0: start mockgms with a token"),
        (("--admin-open",), 200, "the admin API is open to everybody who can reach 0.0.0.0\n"),
    ],
)
def test_a_server_bound_to_every_address_says_who_can_use_the_admin_api(
    serve: Serve, options: tuple[str, ...], status: int, notice: str
) -> None:
    process = serve("--port", "0", "--host", EVERY_ADDRESS, *options)
    port = int(url_of(announced(process)).rpartition(":")[2])
    assert process.stderr is not None
    assert process.stderr.readline().startswith(f"mockgms: {notice}")
    assert status_of(port) == status


@pytest.mark.parametrize(("word", "status"), [("TRUE", 200), ("", 403)])
def test_the_variable_of_a_flag_can_be_true_or_empty(serve: Serve, word: str, status: int) -> None:
    process = serve("--port", "0", "--host", EVERY_ADDRESS, MOCKGMS_ADMIN_OPEN=word)
    assert status_of(int(url_of(announced(process)).rpartition(":")[2])) == status


def status_of(port: int, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    connection.request("GET", "/__admin/clock", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_admin_api_requires_the_token_if_one_is_set(serve: Serve) -> None:
    variables = {"MOCKGMS_ADMIN_TOKEN": "s3cret", "MOCKGMS_ADMIN_OPEN": "true"}
    process = serve("--port", "0", "--host", EVERY_ADDRESS, **variables)
    port = int(url_of(announced(process)).rpartition(":")[2])
    assert status_of(port) == 401
    assert status_of(port, Authorization="Bearer s3cret") == 200
    process.terminate()
    assert process.communicate(timeout=LONGEST) == ("", "")


def test_an_option_takes_precedence_over_its_variable(serve: Serve) -> None:
    assert ", scenario office-hours |" in announced(
        serve("--port", "0", "--scenario", "office-hours", MOCKGMS_SCENARIO="default")
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_serve_before_its_open_connections_time_out(serve: Serve, number: signal.Signals) -> None:
    process = serve("--port", "0", "--timeout", str(10 * LONGEST))
    port = int(url_of(announced(process)).rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as idle, socket.create_connection(("127.0.0.1", port)) as busy:
        idle.sendall(b"GET /__admin/health HTTP/1.1\r\nHost: mock\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        busy.sendall(b"POST /callbacks/create HTTP/1.1\r\nHost: mock\r\nContent-Length: 10\r\n\r\n{")
        process.send_signal(number)
        assert process.wait(LONGEST) == 0
    assert process.communicate() == ("", "")


@pytest.mark.parametrize("sent", ["", "what is written is ignored\n"])
def test_with_until_stdin_ends_serve_stops_at_the_end_of_standard_input(sent: str, tmp_path: Path) -> None:
    options = ["--port", "0", "--port-file", "port", "--until-stdin-ends"]
    with subprocess.Popen(
        [*MOCKGMS, "serve", *options],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("mockgms ")
        assert (tmp_path / "port").exists()
        assert process.communicate(sent, timeout=LONGEST) == ("", "")
    assert process.returncode == 0
    assert not (tmp_path / "port").exists()


def test_the_disconnect_fault_resets_the_connection_of_a_server_process(serve: Serve) -> None:
    port = int(url_of(announced(serve("--port", "0"))).rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: mock\r\nX-Mockgms-Fault: disconnect\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refusal:
    """Return a function that runs `mockgms serve`, which must not start, and returns its status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def refusal(*options: str) -> tuple[int, str, str]:
        status = main(["serve", *options])
        return (status, *capsys.readouterr())

    return refusal


def test_a_taken_port_is_a_one_line_error(refusal: Refusal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal("--port", str(port)) == (
            2,
            "",
            f"mockgms: port {port} {PORT_TAKEN} for any free one\n",
        )


def test_an_address_of_another_machine_is_a_one_line_error(refusal: Refusal) -> None:
    status, out, err = refusal("--port", "0", "--host", "192.0.2.1")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"mockgms: {CANNOT_LISTEN} 0: ")


def test_a_port_file_that_cannot_be_written_is_a_one_line_error(refusal: Refusal) -> None:
    assert refusal("--port", "0", "--port-file", "nowhere/port") == (
        2,
        "",
        "mockgms: cannot write the port file nowhere/port: No such file or directory\n",
    )


def test_an_unreadable_scenario_folder_is_a_one_line_error(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder, why in (("nowhere", "No such file or directory"), ("file", "Not a directory")):
        line = f"mockgms: cannot look for scenarios in the folder {folder}: {why}\n"
        assert refusal("--port", "0", "--scenarios", folder) == (2, "", line)


def test_mockgms_can_be_run_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "mockgms", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"mockgms {__version__}\n"


def test_an_unknown_scenario_is_named_with_a_suggestion(refusal: Refusal) -> None:
    status, out, err = refusal("--port", "0", "--scenario", "ofice-hours")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "ofice-hours" in err
    assert "did you mean `office-hours`?" in err


def test_each_mistake_of_a_scenario_is_printed_in_a_line(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("description: x\nservices:\n  a: {capcity: 1}\n  b: {capacity: x}\n")
    mistakes = [
        "own.yaml:3:7: unknown key `capcity`, did you mean `capacity`?",
        "own.yaml:4:17: `capacity` takes a whole number from 0 to 1000000 or a list, not 'x'",
    ]
    assert refusal("--port", "0", "--scenario", "own.yaml") == (2, "", "".join(f"{line}\n" for line in mistakes))


def test_serve_works_without_uvloop(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "uvloop.py").write_text("raise ImportError")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    assert announced(serve("--port", "0", PYTHONPATH=paths)).startswith("mockgms ")


def test_health_of_a_running_server_is_ok(capsys: pytest.CaptureFixture[str], serve: Serve) -> None:
    port = url_of(announced(serve("--port", "0"))).rpartition(":")[2]
    assert run_command(capsys, "health", "--port", port) == (0, "ok\n", "")
    assert run_command(capsys, "health", "--port", port, "--host", EVERY_ADDRESS) == (0, "ok\n", "")


def test_health_accepts_a_url(
    capsys: pytest.CaptureFixture[str], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = url_of(announced(serve("--port", "0")))
    monkeypatch.setenv("MOCKGMS_PORT", "1")
    assert run_command(capsys, "health", "--url", url) == (0, "ok\n", "")
    monkeypatch.setenv("MOCKGMS_URL", url)
    assert run_command(capsys, "health") == (0, "ok\n", "")
    assert run_command(capsys, "health", "--port", "1")[0] == 1
    message = "--url cannot be combined with --host or --port: leave out one of them"
    for address in (("--host", "localhost"), ("--port", "1")):
        assert run_command(capsys, "health", "--url", url, *address) == (1, "", f"mockgms: {message}\n")
    for wrong in "localhost:8080", "http://x:port", "http://x:0", "ftp://x":
        monkeypatch.setenv("MOCKGMS_URL", wrong)
        message = f"{wrong!r} {NOT_A_URL}"
        assert run_command(capsys, "health") == (1, "", f"mockgms: MOCKGMS_URL: {message}\n")


def test_health_waits_for_a_server(capsys: pytest.CaptureFixture[str], serve: Serve) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started = time.monotonic()
    status, _, err = run_command(capsys, "health", "--port", port, "--wait", "200ms")
    assert (status, time.monotonic() - started >= 0.2) == (1, True)
    assert err.startswith(f"mockgms: no answer from localhost, port {port}: ")
    serve("--port", port)
    assert run_command(capsys, "health", "--port", port, "--wait", "20s") == (0, "ok\n", "")


def test_health_fails_if_no_server_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    status, out, err = run_command(capsys, "health", "--port", str(port))
    assert (status, out) == (1, "")
    assert err.startswith(f"mockgms: no answer from localhost, port {port}: ")


def test_health_says_that_no_running_server_has_port_0(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "no running server has port 0: give the port that `mockgms serve` printed, or wrote to its --port-file"
    assert run_command(capsys, "health", "--port", "0") == (1, "", f"mockgms: {message}\n")
    monkeypatch.setenv("MOCKGMS_PORT", "0")
    assert run_command(capsys, "health") == (1, "", f"mockgms: MOCKGMS_PORT: {message}\n")


def test_health_fails_if_another_server_answers(capsys: pytest.CaptureFixture[str]) -> None:
    other = "import http.server as s; h = s.HTTPServer(('127.0.0.1', 0), s.BaseHTTPRequestHandler)\n"
    code = other + "print(h.server_port, flush=True); h.handle_request()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        assert run_command(capsys, "health", "--port", port) == (
            1,
            "",
            f"mockgms: localhost, port {port} answered 501\n",
        )


def test_the_version_option_prints_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_status:
        main(["--version"])
    assert exit_status.value.code == 0
    assert capsys.readouterr().out == f"mockgms {__version__}\n"
