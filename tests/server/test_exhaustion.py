"""A server that is out of file descriptors."""

import asyncio
import logging
import os
import resource
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from mockgms.server.exhaustion import report_exhaustion
from tests.served import Served, served
from tests.waiting import LONGEST, wait_until, watch_nothing_happen

DESCRIPTORS = 40
MESSAGE = (
    "error no more connections or files can be opened (Too many open files): close some connections; or"
    " stop mockgms, raise the limit in the shell, such as with `ulimit -n 8192`, and start mockgms again there; the"
    " scenario in force is kept"
)


def limit_descriptors() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def limit_descriptors_softly() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))


def is_healthy(server: Served) -> bool:
    """Until the server notices that its clients have left, it may close new connections."""
    with suppress(OSError):
        return server.health() == 200
    return False


def test_the_server_raises_a_low_soft_limit_of_file_descriptors(tmp_path: Path) -> None:
    with served(tmp_path, before=limit_descriptors_softly) as server, ExitStack() as opened:
        for _ in range(2 * DESCRIPTORS):
            client = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), LONGEST))
            client.sendall(b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK")
        assert server.logged() == ""


@pytest.mark.parametrize("loop", ["the usual one", "the faster one"])
def test_a_server_without_file_descriptors_logs_it_once_and_recovers(loop: str, tmp_path: Path) -> None:
    scenario, paths = tmp_path / "own.yaml", tmp_path / "paths"
    scenario.write_text("description: Before.\n")
    paths.mkdir()
    if loop == "the usual one":
        (paths / "uvloop.py").write_text("raise ImportError")
    path = os.pathsep.join([str(paths), os.environ.get("PYTHONPATH", "")])
    with served(tmp_path, "--scenario", "own.yaml", before=limit_descriptors, PYTHONPATH=path) as server:
        with ExitStack() as opened:
            for _ in range(2 * DESCRIPTORS):
                client = opened.enter_context(socket.socket())
                client.settimeout(LONGEST)
                client.connect(("127.0.0.1", server.port))
            wait_until(lambda: MESSAGE in server.logged())
            watch_nothing_happen(2.5)  # two more checks of the files, and two more attempts to accept
            [line] = server.logged().splitlines()
            assert line.endswith(MESSAGE)
        wait_until(lambda: is_healthy(server))
        scenario.write_text("description: After.\n")
        wait_until(lambda: "own.yaml has changed, it has no rules" in server.logged())
        [_, changed] = server.logged().splitlines()
        assert changed == "mockgms: own.yaml has changed, it has no rules"


async def test_a_client_that_resets_its_connection_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    report_exhaustion(loop)
    loop.call_exception_handler({"message": "as on Windows", "exception": ConnectionResetError()})
    assert caplog.records == []


async def test_other_errors_of_the_loop_are_logged_by_asyncio(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    report_exhaustion(loop)
    loop.call_exception_handler({"message": "something else", "exception": FileNotFoundError(2, "none")})
    assert [(record.name, record.levelno, record.message) for record in caplog.records] == [
        ("asyncio", logging.ERROR, "something else")
    ]
