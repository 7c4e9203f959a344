"""SIGTERM ends the command soon, even while it is busy: in a real process with real connections."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from mockgms.http.body import LARGEST_BODY
from tests.waiting import LONGEST

MOCKGMS = [sys.executable, "-c", "import sys; from mockgms.cli import main; sys.exit(main())"]
STOPS_WITHIN = 5.0  # seconds: it takes less than 1, but a machine that tests on all cores is slower

SCENARIO = "description: For a test.\nservices: {sales: {time_bucket: 5, capacity: 3}}\n"
GLOBS = "".join(f"- {{name: r{n}, when: {{phone: '*{n}*'}}, then: {{fault: throttle}}}}\n" for n in range(2_000))
BODY = f"description: Slow to read.\nrules:\n{GLOBS}".encode()

XY: Final = b"xy" * 128
Connect = Callable[[], socket.socket]


def request(method: str, path: str, body: bytes = b"", length: int | None = None) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


# What a server may be busy with, each as bytes that are sent to it.
BUSY: Final = {
    "an event stream": request("GET", "/__admin/events"),
    "a request that hangs": request("GET", "/callbacks/open-for/sales?__fault=hang"),
    "a delay": request("GET", "/callbacks/open-for/sales?__fault={fault:%20delay,%20duration:%2060s}"),
    "a slow answer": request(
        "GET", "/callbacks/open-for/sales?__fault={fault:%20slow_body,%20chunk:%201,%20every:%2060s}"
    ),
    "half a head": b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: local",
    "half a body": request("POST", "/callbacks/create", b"{", length=LARGEST_BODY),
    "a body of many fields": request("POST", "/callbacks/create", b"a[]=&" * 200_000),
    "a scenario of many rules": request("PUT", "/s/x/__admin/scenario", BODY),
    "an answer that nobody reads": request("GET", "/callbacks/availability/sales?numberOfDays=366") * 3,
    "rivals in every slot of a year": request("GET", "/callbacks/availability/sales?numberOfDays=366&__fault=rival"),
    "a comparison of many requests": request(
        "POST", "/__admin/verify", json.dumps({"request": {"phone": ["/x{1,9}y/"] * 100}}).encode()
    ),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    command = [*MOCKGMS, "serve", "--port", "0", "--scenario", "mine.yaml"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def connect(server: "subprocess.Popen[str]") -> Iterator[Connect]:
    """A function that opens a connection to the server."""
    assert server.stdout is not None
    port = int(server.stdout.readline().split()[3].removesuffix(",").rpartition(":")[2])
    with ExitStack() as opened:
        yield lambda: opened.enter_context(socket.create_connection(("127.0.0.1", port), LONGEST))


def stop(server: "subprocess.Popen[str]") -> tuple[int, str]:
    """Send SIGTERM, and return the exit status and stderr. Raises TimeoutExpired if the server does not stop soon."""
    server.send_signal(signal.SIGTERM)
    _, err = server.communicate(timeout=STOPS_WITHIN)
    return server.returncode, err


@pytest.mark.parametrize("busy", BUSY)
def test_sigterm_stops_a_busy_server_soon(server: "subprocess.Popen[str]", connect: Connect, busy: str) -> None:
    connection = connect()
    connection.sendall(BUSY[busy])
    with connect() as other:  # its answer means that the server has read the first connection
        other.sendall(request("GET", "/__admin/health"))
        assert other.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    assert stop(server) == (0, "")


def test_sigterm_stops_a_server_soon_that_is_busy_with_everything_at_once(
    server: "subprocess.Popen[str]", connect: Connect
) -> None:
    connections = [connect() for _ in BUSY for _ in range(3)]
    for connection, sent in zip(connections, [*BUSY.values()] * 3, strict=True):
        connection.sendall(sent)
    assert stop(server) == (0, "")


def test_sigterm_stops_a_server_whose_scenario_has_become_a_pipe(
    server: "subprocess.Popen[str]", connect: Connect, tmp_path: Path
) -> None:
    connect()
    (tmp_path / "mine.yaml").unlink()
    os.mkfifo(tmp_path / "mine.yaml")
    assert server.stderr is not None
    assert server.stderr.readline().startswith("mockgms: mine.yaml has changed but cannot be loaded")
    begin = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(STOPS_WITHIN) == 0
    assert time.monotonic() - begin < STOPS_WITHIN


def test_sigterm_stops_a_server_soon_while_hard_patterns_are_compared(
    server: "subprocess.Popen[str]", connect: Connect
) -> None:
    patterns = [f"/x[xy]{{90}}z{n}/" for n in range(450)]
    rule = {"name": "r", "when": {"user_data": {"k": patterns}}, "then": {"fault": "throttle"}}
    arming = connect()
    arming.sendall(request("POST", "/__admin/rules", json.dumps(rule).encode()))
    assert arming.recv(100).startswith(b"HTTP/1.1 201 Created\r\n")
    booking = connect()
    fields = b"serviceName=sales&phoneNumber=4155550100&k=" + random.Random(1).randbytes(8_000).translate(XY)  # noqa: S311  # no secret
    booking.sendall(request("POST", "/genesys/1/service/callback/sales", fields))
    with connect() as other:
        other.sendall(request("GET", "/__admin/health"))
        assert other.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    assert stop(server) == (0, "")
