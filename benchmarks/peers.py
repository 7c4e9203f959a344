"""The comparison with peers: other mock servers beside a bare aiohttp handler, as ratios of CPU time.

`scripts/bench --peers`, or with `--quick` behind it. README.md beside this says how.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.compare import CASES, MOCKGMS, READY, Case, bodies, plain_path
from benchmarks.load import check_tools, cores, drive
from benchmarks.servers import HERE, Server, bare, running

INSTALLED: Final = HERE.parent / "build" / "peers"  # a folder for each package
INSTALL_LIMIT: Final = 180  # seconds
COMPARED: Final = tuple(case for case in CASES if case.name in {"few-v1", "book-v1"})
ROUNDS: Final = 5
WARM_UP: Final = 20_000  # requests of each kind before the first round, in which a JVM compiles what it runs often
WARM_UP_LIMIT: Final = 30  # seconds
SECONDS: Final = 2

Command = Callable[[Path, int], tuple[str, ...]]


class CannotRunPeer(Exception):
    """A peer cannot be run here. The message says why."""


@dataclass(frozen=True)
class Peer:
    """A server to compare with.

    `program` runs it, and `package` is what npm installs for it: `NAME@VERSION`, or None. `command` gets the folder of
    the bodies to answer and the port to listen on.
    """

    name: str
    program: str
    package: str | None
    command: Command

    def install(self) -> None:
        """Install the package unless it is there. Raises CannotRunPeer if that fails or the program is missing."""
        if shutil.which(self.program) is None:
            raise CannotRunPeer(f"it needs {self.program}")
        if self.package is not None and not modules(self.package).exists():
            install(self.package)


def modules(package: str) -> Path:
    """Return the folder with a package and those that it needs."""
    name, _, version = package.partition("@")
    return INSTALLED / f"{name}-{version}" / "node_modules"


def install(package: str) -> None:
    """Install a package with npm, without its scripts. Raises CannotRunPeer if that fails."""
    prefix = modules(package).parent
    options = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    print(f"Installing {package} into {prefix} ...", file=sys.stderr)
    prefix.mkdir(parents=True, exist_ok=True)
    try:
        command = ("npm", "install", *options, "--prefix", str(prefix), package)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=INSTALL_LIMIT)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(prefix)
        raise CannotRunPeer(f"npm cannot install {package}: {error}") from None


STUBBY: Final = "stubby@5.1.1"
MOCKTTP: Final = "mockttp@4.6.5"
WIREMOCK: Final = "wiremock@3.13.2"


def node_http(folder: Path, port: int) -> tuple[str, ...]:
    """Node's own server, without a framework."""
    return ("node", str(HERE / "peer.js"), "http", str(port), str(folder))


def mockttp(folder: Path, port: int) -> tuple[str, ...]:
    """A server of mockttp with two rules for each body."""
    found = f"NODE_PATH={modules(MOCKTTP)}"
    return ("env", found, "node", str(HERE / "peer.js"), "mockttp", str(port), str(folder))


def stubby(folder: Path, port: int) -> tuple[str, ...]:
    """The command of stubby, with an endpoint for each body. It listens on two more ports."""
    endpoints = [
        {
            "request": {"url": f"^/{file.name}$", "method": ["GET", "POST"]},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": file.read_text()},
        }
        for file in sorted(folder.iterdir())
    ]
    data = folder.parent / "stubby.json"
    data.write_text(json.dumps(endpoints))
    command = modules(STUBBY) / "stubby" / "bin" / "stubby"
    ports = ("--stubs", str(port), "--admin", str(free_port()), "--tls", str(free_port()))
    return ("node", str(command), "--data", str(data), "--location", "127.0.0.1", *ports)


def wiremock(folder: Path, port: int) -> tuple[str, ...]:
    """The command of WireMock, with a mapping for each body."""
    root = folder.parent / "wiremock"
    mappings = root / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": file.read_text()}
        mapping = {"request": {"method": "ANY", "urlPath": f"/{file.name}"}, "response": response}
        (mappings / f"{file.name}.json").write_text(json.dumps(mapping))
    jar = next((modules(WIREMOCK) / "wiremock" / "build").glob("*.jar"), None)
    if jar is None:
        raise CannotRunPeer(f"{WIREMOCK} has no jar")
    return ("java", "-jar", str(jar), "--port", str(port), "--bind-address", "127.0.0.1", "--root-dir", str(root))


NODE: Final = Peer("Node's http", "node", None, node_http)
PEERS: Final = (
    NODE,
    Peer("stubby", "node", STUBBY, stubby),
    Peer("mockttp", "node", MOCKTTP, mockttp),
    Peer("WireMock", "java", WIREMOCK, wiremock),
)


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def answering(peer: Peer, folder: Path, core: int) -> Iterator[Server]:
    """Run a peer that answers the bodies of a folder. Raises CannotRunPeer if it does not."""
    peer.install()
    port = free_port()
    with ExitStack() as stack:
        try:
            command = peer.command(folder, port)
            server = stack.enter_context(running(command, core, plain_path(COMPARED[0]), port))
            server.ask("POST", plain_path(COMPARED[1]), COMPARED[1].sample)
        except (OSError, RuntimeError) as error:
            raise CannotRunPeer(str(error)) from None
        yield server


@dataclass(frozen=True)
class Target:
    """A server that runs, and where it is asked: at the path of a case, or at that of the bare server."""

    name: str
    server: Server
    path: Callable[[Case], str]

    def time(self, case: Case, seconds: int, core: int) -> float:
        """Return the CPU time of a request, in microseconds."""
        before = self.server.cpu_time()
        load = drive(self.server.url(self.path(case)), case.form, seconds, core)
        return (self.server.cpu_time() - before) / load.requests * 1e6

    def warm_up(self, case: Case, seconds: int, core: int) -> None:
        """Send 20,000 requests, or those that it answers within `seconds`."""
        sent = 0
        until = time.monotonic() + seconds
        while sent < WARM_UP and time.monotonic() < until:
            sent += drive(self.server.url(self.path(case)), case.form, SECONDS, core).requests


@contextmanager
def targets(peers: tuple[Peer, ...]) -> Iterator[list[Target]]:
    """Run bare aiohttp, mockgms and all peers that can be run, on one core. Says which cannot."""
    core, _ = cores()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()), "bodies")
        folder.mkdir()
        ours = stack.enter_context(running(MOCKGMS, core, READY))
        bodies(ours, folder)
        plain = stack.enter_context(running(bare(folder), core, plain_path(COMPARED[0])))
        running_now = [Target("bare aiohttp", plain, plain_path), Target("mockgms", ours, lambda case: case.path)]
        for peer in peers:
            try:
                server = stack.enter_context(answering(peer, folder, core))
            except CannotRunPeer as error:
                print(f"{peer.name} is skipped: {error}.", file=sys.stderr, flush=True)
            else:
                running_now.append(Target(peer.name, server, plain_path))
        yield running_now


def print_all(rounds: int, warm_up: int) -> None:
    """Measure, and print a table."""
    _, load_core = cores()
    with targets(PEERS) as all_targets:
        for target in all_targets:
            for case in COMPARED:
                target.warm_up(case, warm_up, load_core)
        print("| server, default configuration | request | CPU time, µs | bare aiohttp's, of that | lowest, highest |")
        print("|---|---|---|---|---|")
        for case in COMPARED:
            times = [[target.time(case, SECONDS, load_core) for target in all_targets] for _ in range(rounds)]
            for index, target in enumerate(all_targets):
                ratios = [each[0] / each[index] for each in times]
                size = median(each[index] for each in times)
                spread = f"{min(ratios):.2f}, {max(ratios):.2f}" if index else ""
                print(
                    f"| {target.name} | {case.title} | {size:.0f} | **{median(ratios):.2f}** | {spread} |", flush=True
                )


if __name__ == "__main__":
    check_tools()
    quick = sys.argv[1:] == ["--quick"]
    if sys.argv[1:] and not quick:
        sys.exit(__doc__)
    print_all(3 if quick else ROUNDS, 4 if quick else WARM_UP_LIMIT)
