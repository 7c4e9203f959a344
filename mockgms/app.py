"""The application: creates a server from its parts, and runs it until it is stopped."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from ssl import SSLContext
from typing import Any, NamedTuple

from mockgms.api import admin
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.api.threads import Threads
from mockgms.files.port_file import PortFile, PortFileError
from mockgms.http.access import LOCAL, Access
from mockgms.http.messages import InSteps, Request
from mockgms.output.printable import visible
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.scenario.watching import Watch
from mockgms.server.cannot_serve import CannotServe
from mockgms.server.channel import ConnectionLimits
from mockgms.server.exhaustion import raise_limit, report_exhaustion
from mockgms.server.listening import Host, bind_all, find_host
from mockgms.server.server import Server
from mockgms.server.stopping import Deadline, StopSignals, stop_at_end_of_stdin
from mockgms.session import Session, Sessions
from mockgms.session.journal import ENTRIES, Entry
from mockgms.session.trace import Trace
from mockgms.ui import UI, documentation, site

_POLL_INTERVAL = 1.0  # seconds between two checks of the scenario's files
# Requests create no reference cycles, but many long-lived objects. With the default threshold of 700 objects, garbage
# collection took a tenth of the time. A larger threshold makes each collection, and thus its pause, longer.
_COLLECTIONS = (10_000, 100, 100)
_DEFAULT_LIMITS = ConnectionLimits()


class ListenAddress(NamedTuple):
    """Where and how to listen. Port 0 picks a free one. `tls` is the context for HTTPS, `limits` bound clients."""

    host: Host
    port: int
    tls: SSLContext | None = None
    limits: ConnectionLimits = _DEFAULT_LIMITS


def assemble(
    scenario: Scenario,
    catalog: Catalog,
    *,
    entries: int = ENTRIES,
    access: Access = LOCAL,
    authority: bytes | None = None,
) -> Dispatcher:
    """Return the dispatcher of a server that starts with a scenario. Each journal keeps up to `entries` entries.

    `access` decides who may control the server. `authority` is the certificate of its local authority, if it has one.
    """
    prepare_customers(scenario)
    sessions = Sessions(scenario, entries=entries)

    def dry_run(request: Request, session: Session) -> InSteps[tuple[Entry, Trace]]:
        return dispatcher.dry_run(request, session)

    admin_api = admin.api(catalog, sessions, (GMS, GES), dry_run, authority)
    dispatcher = Dispatcher(
        sessions, (GMS, admin_api, documentation.api(admin_api), site.api(admin_api), UI, GES), access
    )
    return dispatcher


async def listen(
    dispatcher: Dispatcher,
    host: str | Host,
    port: int,
    tls: SSLContext | None = None,
    limits: ConnectionLimits = _DEFAULT_LIMITS,
) -> tuple[Server, int]:
    """Listen on every address of a host, with HTTPS if `tls` is given. Return the server and the port.

    Port 0 picks a free one. Raises CannotListen.
    """
    bound = bind_all(find_host(host) if isinstance(host, str) else host, port)
    report_exhaustion(asyncio.get_running_loop())
    server = Server(dispatcher, limits)
    await server.listen(bound, tls)
    return server, bound[0].getsockname()[1]


async def watch_files(dispatcher: Dispatcher, watch: Watch, notify: Callable[[str], None]) -> None:
    """Watch the scenario files, and never return: apply changes to the sessions, and `notify` the user.

    Only sessions that use the scenario change.
    """
    worker = Threads()
    while True:
        await asyncio.sleep(_POLL_INTERVAL)
        old = watch.scenario
        try:
            new = await worker.run(partial(_poll, watch))  # a file may be large, or its disk slow
        except OSError as error:  # out of file descriptors or memory: the files may be fine
            asyncio.get_running_loop().call_exception_handler(
                {"message": "cannot check the scenario files", "exception": error}
            )
        except ScenarioMistakes as mistakes:
            dispatcher.sessions.report_broken(old, map(str, mistakes.mistakes))
            notify(f"{_changed(watch)} but cannot be loaded; the previous scenario stays in force:\n{mistakes}")
        else:
            if new is not None:
                dispatcher.sessions.replace(old, new)
                names = ", ".join(rule.name for rule in new.rules)
                outcome = f"its rules are in force: {names}" if names else "it has no rules"
                notify("\n".join([f"{_changed(watch)}, {outcome}", *map(str, new.warnings)]))


def _poll(watch: Watch) -> Scenario | None:
    new = watch.poll()
    if new is not None:
        prepare_customers(new)
    return new


def _changed(watch: Watch) -> str:
    """Return the first part of a message: which files have changed, and for a parent, which scenario extends it."""
    files, scenario = " and ".join(map(str, watch.changed)), watch.scenario.files[0]
    which = "" if scenario in watch.changed else f", which {scenario} extends,"
    return visible(f"{files}{which} {'has' if len(watch.changed) == 1 else 'have'} changed")


async def serve(
    dispatcher: Dispatcher,
    address: ListenAddress,
    *,
    port_file: Path | None,
    until_stdin_ends: bool = False,
    on_ready: Callable[[int], None],
    background: Coroutine[Any, Any, None],
) -> None:
    """Serve until a signal stops the server, and run `background` at the same time. Raises CannotServe.

    With `until_stdin_ends`, the end of the standard input stops it too. If the server does not stop within two seconds
    after that, the process ends by force.
    """
    stop, deadline = asyncio.Event(), Deadline()
    request_stop = partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set)
    with StopSignals(request_stop, deadline):
        if until_stdin_ends:
            stop_at_end_of_stdin(request_stop, deadline)
        background_task = asyncio.create_task(background)
        server, chosen = await listen(dispatcher, *address)
        written = None
        try:
            if port_file is not None:
                written = deadline.port_file = PortFile.write(port_file, chosen)
            tune_collections()
            on_ready(chosen)
            await stop.wait()
        except PortFileError as error:
            raise CannotServe("--port-file", str(error)) from None
        finally:
            background_task.cancel()
            if written is not None:  # now, before another server can take the port and write the file
                written.remove()
            await server.stop()


def tune_collections() -> None:
    """Turn on the garbage collector, which `__main__` has turned off. It skips imported objects, and runs rarely."""
    gc.freeze()  # imported objects live as long as the process
    gc.set_threshold(*_COLLECTIONS)
    gc.enable()


def run(serving: Coroutine[Any, Any, None]) -> None:
    """Run a server until it ends, on uvloop if it is installed."""
    raise_limit()
    with asyncio.Runner(loop_factory=event_loops()) as runner:
        runner.run(serving)


def event_loops() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return the function that creates an event loop: uvloop's if it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
