"""The end of a connection whose client still sends: it receives every answer, and cannot keep the connection open."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from mockgms.app import listen
from mockgms.scenario.catalog import Catalog
from mockgms.server.channel import ConnectionLimits
from mockgms.server.server import Server
from mockgms.server.tls import self_signed_identity
from tests.live import dispatcher_of
from tests.waiting import LONGEST, arrival, until

Connecting = Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
YEAR = (
    b"GET /genesys/2/service/callback/sales/availability?number-of-days=366&report-busy=true HTTP/1.1\r\n"
    b"Host: localhost\r\n\r\n"
)
NO_GZIP = (
    b"POST /callbacks/create HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody"
)
LAST = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
TOO_LARGE = b"POST /callbacks/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n"
REFUSED = pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (NO_GZIP, b"body is not gzip, as its header Content-Encoding says."),
        (b"nonsense\r\n\r\n", b"request is not HTTP/1.1."),
        (TOO_LARGE + b"x" * 1_200_000, b"body has more than 1048576 bytes."),
        (LAST, b'{"status":"ok"}'),
    ],
    ids=["a body that is not gzip", "not HTTP", "a body that is too large", "the last request"],
)


@pytest.fixture
async def started(limits: ConnectionLimits) -> AsyncIterator[tuple[Server, int]]:
    """A server with slots of five minutes, and its port."""
    scenario = Catalog().parse(
        "{description: x, clock: {now: 2026-03-02T08:55:00Z}, services: {'*': {time_bucket: 5}}}"
    )
    server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
    yield server, port
    await server.stop()


@REFUSED
async def test_a_client_that_still_sends_receives_every_answer(
    started: tuple[Server, int], sent: bytes, refusal: bytes
) -> None:
    """The first answer has several megabytes, more than the system buffers for a client that does not read."""
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", started[1])
        writer.write(YEAR + sent)
        received = await reader.readexactly(1)
        for _ in range(20):
            writer.write(b"x" * 100_000)
            received += await reader.read(65_536)
        received += await reader.read()
        writer.close()
    _, first, last = received.split(b"HTTP/1.1 ")
    head, _, body = first.partition(b"\r\n\r\n")
    assert len(body) == int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    assert refusal in last


@pytest.fixture
async def secure(limits: ConnectionLimits) -> AsyncIterator[Callable[[], Connecting]]:
    """A function that connects to a server with TLS."""
    identity = self_signed_identity("localhost")
    assert identity.authority is not None
    trusting = ssl.create_default_context(cadata=identity.authority.decode())
    dispatcher = dispatcher_of(Catalog().parse("{description: x, services: {'*': {}}}"))
    server, port = await listen(dispatcher, "127.0.0.1", 0, tls=identity.context, limits=limits)
    yield lambda: asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    await server.stop()


@REFUSED
async def test_a_tls_connection_ends_after_its_last_answer(
    secure: Callable[[], Connecting], sent: bytes, refusal: bytes
) -> None:
    async with asyncio.timeout(LONGEST):
        reader, writer = await secure()
        writer.write(sent)
        assert refusal in await reader.read()
        writer.close()


@REFUSED
async def test_a_tls_client_that_still_sends_receives_its_refusal(
    secure: Callable[[], Connecting], sent: bytes, refusal: bytes
) -> None:
    async with asyncio.timeout(LONGEST):
        reader, writer = await secure()
        writer.write(sent)
        received = await reader.readexactly(1)
        for _ in range(20):
            writer.write(b"x" * 100_000)
            await writer.drain()
            await arrival()
        received += await reader.read()
        writer.close()
    assert refusal in received


@REFUSED
async def test_a_client_that_neither_leaves_nor_sends_more_is_disconnected(
    started: tuple[Server, int], skip: Callable[[float], None], sent: bytes, refusal: bytes
) -> None:
    server, port = started
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert refusal in await reader.read()
        assert server.connection_count == 1
        skip(1)
        await until(lambda: server.connection_count == 0)
        writer.close()


@REFUSED
async def test_a_client_that_never_stops_sending_is_disconnected_after_ten_seconds(
    started: tuple[Server, int], skip: Callable[[float], None], sent: bytes, refusal: bytes
) -> None:
    server, port = started
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    assert refusal in await reader.read()
    seconds = 0.0
    while server.connection_count > 0:
        writer.write(b"x")
        await arrival()
        skip(0.5)
        seconds += 0.5
    assert 9 < seconds < 12
    writer.transport.abort()
