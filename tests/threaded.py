"""A server in a thread of this process, for tests that need no process of its own."""

from asyncio import run_coroutine_threadsafe
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from mockgms import app
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario


@contextmanager
def serving(scenario: Scenario, catalog: Catalog) -> Iterator[str]:
    """Serve at a free port until the end of the block, and return the URL. Raises CannotServe."""
    loop = app.event_loops()()
    thread = Thread(target=loop.run_forever, name="mockgms", daemon=True)
    thread.start()
    try:
        listening = app.listen(app.assemble(scenario, catalog), "127.0.0.1", 0)
        runner, port = run_coroutine_threadsafe(listening, loop).result()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            run_coroutine_threadsafe(runner.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
