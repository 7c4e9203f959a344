"""Connections that a fault breaks: what browsers and other clients get, and what the journal records."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import listen
from mockgms.scenario.catalog import Catalog
from mockgms.server.channel import ConnectionLimits
from tests.live import dispatcher_of

ONCE = "description: x\nrules: [{name: once, times: 1, when: {operation: availability}, then: {fault: %s}}]"
BROWSER = "User-Agent: Mozilla/5.0 Chrome/131\r\nAccept-Language: en-GB"
HEADLESS = "User-Agent: Mozilla/5.0 HeadlessChrome/131\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty"
CLIENTS = {
    "browser": BROWSER,
    "browser without a locale": HEADLESS,
    "curl": "User-Agent: curl/8.5",
    "Node.js": "User-Agent: Mozilla/5.0\r\nAccept-Language: *\r\nSec-Fetch-Mode: cors",
    "Python": "User-Agent: Mozilla/5.0",
    "browser behind a proxy": f"{BROWSER}\r\nVia: 1.1 haproxy",
}


class Served:
    """A server whose rule `once` breaks the connection of one availability query."""

    def __init__(self, dispatcher: Dispatcher, port: int) -> None:
        self.dispatcher = dispatcher
        self._port = port

    async def query(self, client: str, *, session: str = "default", version: str = "1.1") -> bytes:
        """Query on a reused connection. Return the first line of the answer, and "reset" if it was reset."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"GET /__admin/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await reader.readuntil(b"}")
        head = f"Host: localhost\r\nConnection: close\r\nX-Mockgms-Session: {session}\r\n{CLIENTS[client]}\r\n\r\n"
        writer.write(f"GET /callbacks/availability/sales HTTP/{version}\r\n{head}".encode())
        line = b""
        try:
            line = await reader.readline()
            await reader.read()
        except ConnectionResetError:
            line += b"reset"
        writer.close()
        return line

    def journal(self, session: str = "default") -> list[tuple[str | None, int | None]]:
        """Return the rule that decided each request of a session, and its status."""
        entries = self.dispatcher.sessions.get(session).journal
        return [(entry.rule, None if entry.answer is None else entry.answer.status) for entry in entries]


@pytest.fixture
async def served(request: pytest.FixtureRequest, limits: ConnectionLimits) -> AsyncIterator[Served]:
    dispatcher = dispatcher_of(Catalog().parse(ONCE % request.param))
    runner, port = await listen(dispatcher, "127.0.0.1", 0, limits=limits)
    yield Served(dispatcher, port)
    await runner.stop()


@pytest.mark.parametrize("client", ["browser", "browser without a locale"])
@pytest.mark.parametrize("served", ["disconnect", "empty"], indirect=True)
async def test_a_browser_gets_an_interim_response_before_the_reset(served: Served, client: str) -> None:
    assert await served.query(client) == b"HTTP/1.1 100 Continue\r\nreset"


@pytest.mark.parametrize("client", ["curl", "Node.js", "Python", "browser behind a proxy"])
@pytest.mark.parametrize(
    ("served", "lost"), [("disconnect", b"reset"), ("empty", b"")], indirect=["served"], ids=["disconnect", "empty"]
)
async def test_other_clients_receive_nothing(served: Served, client: str, lost: bytes) -> None:
    assert await served.query(client) == lost


@pytest.mark.parametrize("served", ["empty"], indirect=True)
async def test_a_browser_behind_a_proxy_of_http_1_0_receives_nothing(served: Served) -> None:
    assert await served.query("browser", version="1.0") == b""


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("served", ["disconnect", "empty"], indirect=True)
async def test_an_immediate_retry_is_a_separate_request(served: Served, client: str) -> None:
    await served.query(client)
    assert await served.query(client) == b"HTTP/1.1 200 OK\r\n"
    assert served.journal() == [("once", 0), (None, 200)]


@pytest.mark.parametrize("served", ["disconnect"], indirect=True)
async def test_the_same_request_to_another_session_is_answered_by_the_rules_of_that_session(served: Served) -> None:
    served.dispatcher.sessions.get("b").engine.disarm("once")
    await served.query("browser", session="a")
    assert await served.query("browser", session="b") == b"HTTP/1.1 200 OK\r\n"
    assert (served.journal("a"), served.journal("b")) == ([("once", 0)], [(None, 200)])
