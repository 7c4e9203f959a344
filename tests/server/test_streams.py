"""Endless answers, on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from socket import SO_RCVBUF, SOL_SOCKET, socket

import pytest

from mockgms.api.definition import Api
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.app import listen
from mockgms.http.messages import Reply
from mockgms.http.routing import Route
from mockgms.scenario.model import Scenario
from mockgms.server.channel import ConnectionLimits
from mockgms.session import Sessions
from tests.live import dispatcher_of

LONGEST = 10  # seconds
GET = b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Ticks:
    """A stream of the pieces that are put into it; with `endless`, it always has another piece."""

    heartbeat_interval = 0.01
    heartbeat = b"."

    def __init__(self, *, endless: bool = False) -> None:
        self.stopped = asyncio.Event()
        self._piece = b"x" * 100_000 if endless else b""
        self._endless = endless

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def take(self) -> bytes:
        piece = self._piece
        if not self._endless:
            self._piece = b""
        return piece

    def put(self, piece: bytes) -> None:
        self._piece += piece
        self._wake()

    def stop(self) -> None:
        self.stopped.set()


@asynccontextmanager
async def open_stream(scenario: Scenario, stream: Ticks, limits: ConnectionLimits) -> AsyncIterator[socket]:
    """The socket of a client that has requested a stream and receives little at a time."""

    def read(*_: object) -> Reply:
        return Reply(200, b"", "text/plain", delivery=stream)

    api = Api(("",), (Route("GET", "/__admin/events", "ticks", read),), GES.render_refusal, GES.admit)
    runner, port = await listen(
        Dispatcher(Sessions(scenario), (api,)), "127.0.0.1", 0, limits=limits._replace(timeout=0.2)
    )
    with socket() as client:
        client.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, GET)
        async with asyncio.timeout(LONGEST):
            yield client
    await runner.stop()


async def read_until(client: socket, end: bytes) -> bytes:
    received = b""
    while not received.endswith(end):
        received += await asyncio.get_running_loop().sock_recv(client, 1)
    return received


async def test_a_stream_without_news_sends_heartbeats(scenario: Scenario, limits: ConnectionLimits) -> None:
    stream = Ticks()
    async with open_stream(scenario, stream, limits) as client:
        head = await read_until(client, b"\r\n\r\n")
        assert b"Connection: close\r\n" in head
        assert b"Content-Length" not in head
        await read_until(client, b"...")
        stream.put(b"news")
        await read_until(client, b"news")


async def test_a_client_that_leaves_ends_its_stream(scenario: Scenario, limits: ConnectionLimits) -> None:
    stream = Ticks()
    async with open_stream(scenario, stream, limits) as client:
        await read_until(client, b".")
        client.close()
        await stream.stopped.wait()


async def test_the_stream_of_a_client_that_does_not_read_is_stopped(
    scenario: Scenario, limits: ConnectionLimits
) -> None:
    stream = Ticks(endless=True)
    async with open_stream(scenario, stream, limits):
        await stream.stopped.wait()


@pytest.mark.slow
async def test_a_stop_does_not_wait_for_a_reader(scenario: Scenario, limits: ConnectionLimits) -> None:
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET)
    await reader.readuntil(b"\n\n")
    loop = asyncio.get_running_loop()
    began = loop.time()
    await runner.stop()
    assert loop.time() - began < 1
    await reader.read()
    assert reader.at_eof()
    writer.close()
