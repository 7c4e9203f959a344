"""The process of a background server, which serves until its standard input ends.

`mockgms.background` starts it with one argument: a JSON object with the `scenario`, and `folders` of further scenarios.
It writes one JSON object to stdout: the `port`, the `mistakes` of the scenario, or an error about a `folder`.
"""

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path

from mockgms import app
from mockgms.api.threads import exit_if_busy
from mockgms.output import logs
from mockgms.output.printable import visible
from mockgms.scenario.catalog import Catalog, check_folder
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario
from mockgms.server.stopping import Deadline, stop_at_end_of_stdin

HOST = "127.0.0.1"


def main() -> None:
    """Load the scenario, and serve it at a free port."""
    settings = json.loads(sys.argv[1])
    folders = [*map(Path, settings["folders"])]
    try:
        for folder in folders:
            check_folder(folder)
    except ValueError as error:
        _write({"folder": visible(error)})
        return
    catalog = Catalog(folders, os.environ)
    try:
        scenario = catalog.load(settings["scenario"])
    except ScenarioMistakes as mistakes:
        _write({"mistakes": [str(mistake) for mistake in mistakes.mistakes]})
    else:
        logs.configure("text", "warning")
        app.run(_serve(scenario, catalog))
        exit_if_busy(0)


async def _serve(scenario: Scenario, catalog: Catalog) -> None:
    runner, port = await app.listen(app.assemble(scenario, catalog), HOST, 0)
    stop, deadline = asyncio.Event(), Deadline()
    stop_at_end_of_stdin(partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set), deadline)
    app.tune_collections()
    _write({"port": port})
    await stop.wait()
    await runner.stop()
    deadline.cancel()


def _write(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  # the parent process reads it
