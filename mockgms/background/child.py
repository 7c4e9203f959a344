"""The process of a background server: it serves until its standard input ends.

`mockgms.background` starts it with one argument: a JSON object with the `scenario`, and `folders` of further scenarios.
It writes one JSON object to stdout: the `port`, the `mistakes` of the scenario, or what is wrong with a `folder`.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread

from mockgms import app
from mockgms.api.aside import leave
from mockgms.output import logs
from mockgms.output.printable import visible
from mockgms.scenario.catalog import Catalog, check_folder
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.server.stopping import Deadline

HOST = "127.0.0.1"


def main() -> None:
    """Load the scenario, and serve it at a free port."""
    order = json.loads(sys.argv[1])
    folders = [*map(Path, order["folders"])]
    try:
        for folder in folders:
            check_folder(folder)
    except ValueError as why:
        _tell({"folder": visible(why)})
        return
    catalog = Catalog(folders)
    try:
        scenario = catalog.load(order["scenario"])
    except ScenarioMistakes as mistakes:
        _tell({"mistakes": [str(mistake) for mistake in mistakes.mistakes]})
    else:
        logs.configure("text", "warning")
        app.run(_serve(scenario, catalog))
        leave(0)


async def _serve(scenario: Scenario, catalog: Catalog) -> None:
    runner, port = await app.listen(app.assemble(scenario, catalog), HOST, 0)
    stop, deadline = asyncio.Event(), Deadline()
    asked = partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set)
    Thread(target=_wait_for_end, args=(asked, deadline), name="mockgms-stdin", daemon=True).start()
    _tell({"port": port})
    await stop.wait()
    await runner.cleanup()
    deadline.cancel()


def _wait_for_end(stop: Callable[[], object], deadline: Deadline) -> None:
    """Stop the server when stdin ends, which it does however the other process ends, SIGKILL included."""
    while os.read(sys.stdin.fileno(), 1_024):
        pass  # pragma: no cover  # the other process sends nothing
    stop()
    deadline.guard("its standard input ended")


def _tell(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  # the other process reads it
