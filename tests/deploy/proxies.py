"""Two replicas of mockgms behind a real proxy, with the configuration in `deploy/`."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from tests.docs.markdown import ROOT
from tests.served import Served, served
from tests.waiting import LONGEST

DEPLOY = ROOT / "deploy"


class Spread(NamedTuple):
    """A proxy and its replicas. The scenario of each replica has its number in its name."""

    port: int
    replicas: tuple[Served, Served]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def connected(self) -> Iterator["Ask"]:
        """Open a connection, and return a function that sends a request and returns the status and the body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)

        def ask(path: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[int, bytes]:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()

        try:
            yield ask
        finally:
            connection.close()

    def replica_of(self, session: str) -> int:
        """Return the number of the replica that has a session."""
        with self.connected() as ask:
            return replica_in(ask(f"/s/{session}/__admin/ready"))

    def session_on(self, replica: int) -> str:
        """Return the id of a session that is on a replica."""
        return next(id for number in range(100) if self.replica_of(id := f"session-{number}") == replica)


Ask: TypeAlias = Callable[..., tuple[int, bytes]]


class Start(NamedTuple):
    """The arguments and variables with which a proxy is started."""

    arguments: list[str]
    variables: dict[str, str]


def replica_in(answer: tuple[int, bytes]) -> int:
    """Return the number of the replica that sent an answer of `/__admin/ready`."""
    status, body = answer
    assert status == 200, body
    return ["replica-0", "replica-1"].index(json.loads(body)["scenario"])


@contextmanager
def spread(proxy: str, folder: Path) -> Iterator[Spread]:
    """Serve two replicas behind `haproxy` or `nginx` until the end of the block. Skips the test if there is none."""
    program = shutil.which(proxy, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(f"{proxy} is not installed")
    with ExitStack() as stack:
        replicas = tuple(stack.enter_context(_replica(folder / str(number), number)) for number in (0, 1))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))  # accepts before the proxy has started
        spread = Spread(listening.getsockname()[1], (replicas[0], replicas[1]))
        arguments, variables = PROXIES[proxy](folder, spread, listening.fileno())
        log = stack.enter_context((folder / "log").open("w"))
        process = stack.enter_context(
            subprocess.Popen(
                [program, *arguments], env={**os.environ, **variables}, pass_fds=[listening.fileno()], stderr=log
            )
        )
        stack.callback(process.wait, LONGEST)
        stack.callback(process.terminate)
        yield spread._replace(process=process)


@contextmanager
def _replica(folder: Path, number: int) -> Iterator[Served]:
    folder.mkdir()
    scenario = f"replica-{number}"
    (folder / f"{scenario}.yaml").write_text("extends: default\ndescription: A replica.\n")
    with served(folder, "--scenarios", ".", "--scenario", scenario) as server:
        yield server


def _haproxy(_folder: Path, spread: Spread, listening: int) -> Start:
    addresses = {f"MOCKGMS_REPLICA_{n}": f"127.0.0.1:{each.port}" for n, each in enumerate(spread.replicas)}
    return Start(["-db", "-f", str(DEPLOY / "haproxy.cfg")], {**addresses, "MOCKGMS_BIND": f"fd@{listening}"})


def _nginx(folder: Path, spread: Spread, listening: int) -> Start:
    configuration = (DEPLOY / "nginx.conf").read_text()
    for port, actual in zip((8080, 8081, 8082), (spread.port, *(each.port for each in spread.replicas)), strict=True):
        assert configuration.count(f"127.0.0.1:{port}") == 1
        configuration = configuration.replace(f"127.0.0.1:{port}", f"127.0.0.1:{actual}")
    (folder / "nginx.conf").write_text(configuration)
    (folder / "nginx-temp").mkdir()
    arguments = ["-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
    return Start(arguments, {"NGINX": f"{listening};"})  # how nginx inherits sockets that listen


PROXIES = {"haproxy": _haproxy, "nginx": _nginx}
