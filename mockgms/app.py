"""The application: all parts put together, listening until it is told to stop."""

import asyncio
import errno
import gc
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from aiohttp import web

from mockgms import admin
from mockgms.exchange import Exchange
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.server import Server
from mockgms.state import Sessions
from mockgms.wire.ges import GES
from mockgms.wire.gms import GMS

_STOP_TIMEOUT = 0.3  # seconds for requests under way, twice: aiohttp waits, then cancels and waits


class CannotServe(Exception):
    """The server cannot start; the text says why, and what to do."""


def assemble(scenario: Scenario, catalog: Catalog) -> Exchange:
    """The exchange of a server that starts with a scenario."""
    sessions = Sessions(scenario)
    return Exchange(sessions, (GMS, admin.part(catalog), GES))


async def listen(exchange: Exchange, host: str, port: int) -> tuple[web.ServerRunner, int]:
    """Listen, and tell at which port (0 asks for a free one). Raises CannotServe."""
    runner = web.ServerRunner(Server(exchange), shutdown_timeout=_STOP_TIMEOUT)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise CannotServe(_why_not(error, host, port)) from None
    return runner, runner.addresses[0][1]


async def serve(
    exchange: Exchange, host: str, port: int, *, port_file: Path | None, on_ready: Callable[[int], None]
) -> None:
    """Serve until SIGTERM or SIGINT. Raises CannotServe."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner, chosen = await listen(exchange, host, port)
    try:
        if port_file is not None:
            _write_port(port_file, chosen)
        gc.freeze()  # what was imported lives as long as the process: collections need not look at it
        on_ready(chosen)
        await stop.wait()
    finally:
        await runner.cleanup()


def run(serving: Coroutine[Any, Any, None]) -> None:
    """Run a server to its end, on the faster event loop where that is installed."""
    with asyncio.Runner(loop_factory=_new_event_loop()) as runner:
        runner.run(serving)


def _new_event_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken; choose another with --port, or --port 0 for any free one"
    return f"cannot listen at {host}, port {port}: {error.strerror or error}"


def _write_port(path: Path, port: int) -> None:
    """Write the port file in such a way that a waiting reader never sees it empty."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(f"{port}\n")
        draft.replace(path)
    except OSError as error:
        raise CannotServe(f"cannot write the port file {path}: {error.strerror}") from None
