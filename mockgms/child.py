"""The process of a background server: it serves until its standard input ends.

`mockgms.background` starts it with one argument: a JSON object with the `scenario`, and `folders` of further scenarios.
It writes one JSON object to stdout: the `port`, or the `mistakes` of the scenario.
"""

import asyncio
import json
import sys
from pathlib import Path

from mockgms import app, logs
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario

HOST = "127.0.0.1"


def main() -> None:
    """Load the scenario, and serve it at a free port."""
    order = json.loads(sys.argv[1])
    catalog = Catalog(map(Path, order["folders"]))
    try:
        scenario = catalog.load(order["scenario"])
    except ScenarioMistakes as mistakes:
        _tell({"mistakes": [str(mistake) for mistake in mistakes.mistakes]})
    else:
        logs.configure("text", "warning")
        app.run(_serve(scenario, catalog))


async def _serve(scenario: Scenario, catalog: Catalog) -> None:
    runner, port = await app.listen(app.assemble(scenario, catalog), HOST, 0)
    _tell({"port": port})
    # The pipe ends when the other process ends, also by SIGKILL.
    await asyncio.to_thread(sys.stdin.buffer.read)
    await runner.cleanup()


def _tell(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  # the other process reads it
