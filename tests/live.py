"""A server on a real socket, for tests of the bytes on the wire."""

from typing import Any, TypeAlias

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestClient

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.server.server import Server
from tests.generator.conforming import Conforming

STOP_TIMEOUT = 0.01  # seconds; 0 would mean no timeout


def dispatcher_of(scenario: Scenario) -> Dispatcher:
    """Return a dispatcher with a scenario. It asserts that its answers conform to the OpenAPI document."""
    return Conforming(assemble(scenario, Catalog([])))


class LiveServer(BaseTestServer):
    """A server of one dispatcher, for the clients of pytest-aiohttp."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._dispatcher = dispatcher

    async def _make_runner(self, **settings: Any) -> web.ServerRunner:
        server: Any = Server(self._dispatcher)  # it has all methods that the runner calls
        return web.ServerRunner(server, shutdown_timeout=STOP_TIMEOUT, **settings)


Client: TypeAlias = "TestClient[web.BaseRequest, None]"
