"""Clients that make no progress, on real sockets: each is disconnected after the timeout."""

import asyncio
import gc
import json
import ssl
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from itertools import chain, cycle
from socket import SO_RCVBUF, SOL_SOCKET, socket

import pytest
import trustme

from mockgms.app import assemble, listen
from mockgms.scenario.catalog import Catalog
from mockgms.server.channel import Channel, ConnectionLimits
from mockgms.server.connection import Connection
from mockgms.server.server import Server
from tests.waiting import LONGEST, arrival, until

TIMEOUT = 0.2  # seconds
HEALTH = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
YEAR = (
    b"GET /genesys/2/service/callback/sales/availability?number-of-days=366&report-busy=true HTTP/1.1\r\n"
    b"Host: localhost\r\n%b\r\n"
)
SCENARIO = """
description: Slots of 5 minutes.
clock: {now: "2026-03-02T08:55:00Z", frozen: true}
services: {sales: {time_bucket: 5}}
"""


class Serving:
    """A server, and connections to it."""

    def __init__(self, server: Server, port: int, context: ssl.SSLContext | None = None) -> None:
        self.server = server
        self.port = port
        self.writers: list[asyncio.StreamWriter] = []
        self._context = context

    async def connect(self, sent: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect and send bytes. The client reads nothing unless the test does."""
        client = socket()
        client.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", self.port))
        name = None if self._context is None else "localhost"
        reader, writer = await asyncio.open_connection(sock=client, limit=1024, ssl=self._context, server_hostname=name)
        self.writers.append(writer)
        writer.write(sent)
        return reader, writer

    async def stop(self) -> None:
        """Leave the server, and stop it."""
        for writer in self.writers:
            writer.transport.abort()
        await self.server.stop()

    async def wait_for_disconnection(self, since: float | None = None) -> None:
        """Wait until the server has no connection left, which is after the timeout and not long after.

        `since` is when the connection began, if it may end while the test is still sending.
        """
        server = self.server
        await until(lambda: server.connection_count > 0)
        began = server.loop.time() if since is None else since
        await until(lambda: server.connection_count == 0)
        assert server.loop.time() - began > TIMEOUT / 2


Serve = Callable[..., Awaitable[Serving]]
both_ways = pytest.mark.parametrize(
    "serve", [ConnectionLimits().plain, 0], indirect=True, ids=["plain requests", "aiohttp alone"]
)


@pytest.fixture
async def serve(request: pytest.FixtureRequest) -> AsyncIterator[Serve]:
    """A function that starts a server with some limits. With the parameter 0, aiohttp reads all requests."""
    plain = getattr(request, "param", ConnectionLimits().plain)
    started: list[Serving] = []

    async def serve(authority: trustme.CA | None = None, **limits: float) -> Serving:
        contexts: list[ssl.SSLContext | None] = [None, None]
        if authority is not None:
            contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()]
            authority.issue_cert("localhost").configure_cert(contexts[0])
            authority.configure_trust(contexts[1])
        dispatcher = assemble(Catalog().parse(SCENARIO), Catalog())
        chosen = ConnectionLimits(**{"timeout": TIMEOUT, "plain": plain, **limits})  # type: ignore[arg-type]
        server, port = await listen(dispatcher, "127.0.0.1", 0, contexts[0], chosen)
        started.append(Serving(server, port, contexts[1]))
        return started[-1]

    yield serve
    for serving in started:
        await serving.stop()


async def read(reader: asyncio.StreamReader) -> bytes:
    """Read until the server closes or resets the connection."""
    received = b""
    async with asyncio.timeout(LONGEST):
        with suppress(ConnectionResetError):
            while piece := await reader.read(65_536):
                received += piece
    return received


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /x", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 10_000],
    ids=["nothing", "half a line", "half a head"],
)
async def test_clients_that_do_not_complete_a_head_are_disconnected(serve: Serve, sent: bytes) -> None:
    serving = await serve()
    clients = [await serving.connect(sent) for _ in range(50)]
    await serving.wait_for_disconnection()
    assert {await read(reader) for reader, _ in clients} == {b""}


async def test_a_client_that_sends_an_endless_head_byte_by_byte_is_disconnected(
    serve: Serve, skip: Callable[[float], None]
) -> None:
    serving = await serve()
    reader, writer = await serving.connect()
    await until(lambda: serving.server.connection_count == 1)
    head = chain(b"GET / HTTP/1.1\r\n", cycle(b"X-Y: z\r\n"))
    began = serving.server.loop.time()
    while serving.server.connection_count == 1:
        writer.write(bytes([next(head)]))
        await arrival()
        skip(TIMEOUT / 10)
    assert TIMEOUT / 2 < serving.server.loop.time() - began < 2 * TIMEOUT
    assert await read(reader) == b""


@both_ways
async def test_an_idle_connection_is_closed(serve: Serve) -> None:
    serving = await serve()
    reader, _ = await serving.connect(HEALTH)
    await serving.wait_for_disconnection()
    assert (await read(reader)).endswith(b'{"status":"ok"}')


@pytest.mark.unmeasured
@both_ways
@pytest.mark.slow
@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"], ids=["kept alive", "closed"])
async def test_a_client_that_does_not_read_its_answer_is_disconnected(serve: Serve, more: bytes) -> None:
    serving = await serve()
    clients = [await serving.connect(YEAR % more) for _ in range(3)]
    await serving.wait_for_disconnection()
    for reader, _ in clients:
        head, _, body = (await read(reader)).partition(b"\r\n\r\n")
        assert len(body) < int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])


async def test_a_client_that_does_not_read_a_short_last_answer_is_disconnected(serve: Serve) -> None:
    serving = await serve()
    # Answers until the buffers of the operating system are full, and then one that ends the connection.
    requests = HEALTH.replace(b"health", b"services") * 6_000 + HEALTH.replace(
        b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"
    )
    began = serving.server.loop.time()
    await serving.connect(requests)
    await serving.wait_for_disconnection(began)


@both_ways
@pytest.mark.slow
async def test_an_answer_that_is_read_slowly_arrives_completely(serve: Serve) -> None:
    serving = await serve()
    reader, _ = await serving.connect(YEAR % b"Connection: close\r\n")
    loop = asyncio.get_running_loop()
    received, began = b"", loop.time()
    async with asyncio.timeout(LONGEST):
        while piece := await reader.read(65_536):
            received += piece
            if loop.time() - began < 3 * TIMEOUT:
                await asyncio.sleep(TIMEOUT / 20)  # the client is slow
    head, _, body = received.partition(b"\r\n\r\n")
    assert len(body) == int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    assert len(json.loads(body)["slots"]) == 366 * 288


@both_ways
@pytest.mark.slow
async def test_a_delay_by_a_fault_may_be_longer_than_the_timeout(serve: Serve) -> None:
    serving = await serve()
    fault = b"X-Mockgms-Fault: {fault: delay, by: 1s}\r\nConnection: close\r\n\r\n"
    reader, _ = await serving.connect(b"GET /callbacks/availability/sales HTTP/1.1\r\nHost: localhost\r\n" + fault)
    assert (await read(reader)).startswith(b"HTTP/1.1 200 OK\r\n")


@both_ways
async def test_a_body_that_keeps_arriving_may_take_longer_than_the_timeout(
    serve: Serve, skip: Callable[[float], None]
) -> None:
    serving = await serve()
    body = b"serviceName=sales&phoneNumber=4155550100"
    reader, writer = await serving.connect(
        b"POST /callbacks/create HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        % len(body)
    )
    for byte in body:
        writer.write(bytes([byte]))
        await arrival()
        skip(TIMEOUT / 20)
    assert (await read(reader)).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.slow
async def test_a_body_that_keeps_arriving_must_be_complete_within_ten_timeouts(
    serve: Serve, skip: Callable[[float], None]
) -> None:
    serving = await serve(timeout=TIMEOUT / 4)
    reader, writer = await serving.connect(
        b"POST /callbacks/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
    )
    answering = asyncio.create_task(read(reader))
    while not answering.done():
        writer.write(b"x")
        await arrival()
        skip(TIMEOUT / 40)
    head, _, body = (await answering).partition(b"\r\n\r\n")
    assert (head[:12], b"Connection: close" in head) == (b"HTTP/1.1 400", True)
    assert json.loads(body)["status"]["message"] == "body did not arrive completely within 0.5 seconds."


@pytest.mark.slow
async def test_a_head_that_is_too_large_is_refused(serve: Serve) -> None:
    serving = await serve(head=20_000, timeout=LONGEST)
    line = b"X-Long: " + b"x" * 9_000 + b"\r\n"
    reader, writer = await serving.connect(b"GET / HTTP/1.1\r\n" + line)
    for _ in range(2):
        await writer.drain()
        await arrival()
        writer.write(line)
    head, _, body = (await read(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == (
        "request has more than 20000 bytes before its body: send fewer or shorter headers."
    )


async def test_the_last_piece_of_a_large_body_is_not_taken_for_a_head(serve: Serve) -> None:
    serving = await serve(head=200, timeout=LONGEST)
    reader, writer = await serving.connect()
    for size in (10_000, 300_000, 1_000_000):
        body = b'{"_customer_number": "+14155550100", "note": "%b"}' % (b"x" * size)
        writer.write(
            b"POST /genesys/1/service/callback/sales HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        await writer.drain()
        writer.write(body)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        await reader.readexactly(int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]))


async def test_a_head_that_is_too_large_behind_a_delayed_request_is_refused_after_its_answer(serve: Serve) -> None:
    serving = await serve(head=20_000, timeout=LONGEST)
    waiting = b"X-Mockgms-Fault: {fault: delay, by: 300ms}\r\n\r\n"
    reader, writer = await serving.connect(b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: localhost\r\n" + waiting)
    writer.write(b"GET / HTTP/1.1\r\n" + (b"X-Long: " + b"x" * 9_000 + b"\r\n") * 3)
    _, first, second = (await read(reader)).split(b"HTTP/1.1 ")
    assert (first[:6], second[:15]) == (b"200 OK", b"400 Bad Request")


@pytest.mark.parametrize("serve", [0], indirect=True, ids=["aiohttp alone"])
async def test_with_aiohttp_a_head_that_is_too_large_behind_a_hanging_request_ends_the_connection(serve: Serve) -> None:
    serving = await serve(head=20_000, timeout=LONGEST)
    hanging = b"GET /callbacks/availability/sales HTTP/1.1\r\nHost: localhost\r\nX-Mockgms-Fault: hang\r\n\r\n"
    reader, writer = await serving.connect(hanging + b"GET / HTTP/1.1\r\n")
    for _ in range(3):
        await arrival()
        writer.write(b"X-Long: " + b"x" * 9_000 + b"\r\n")
    assert await read(reader) == b""


@pytest.mark.slow
async def test_incomplete_bodies_have_a_common_limit(serve: Serve) -> None:
    serving = await serve(arriving=15_000, timeout=LONGEST)
    start = b"POST /callbacks/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n" + b"x" * 10_000
    first, second = await serving.connect(start), await serving.connect(start)
    refused, _ = await asyncio.wait(
        [asyncio.create_task(read(reader)) for reader, _ in (first, second)], return_when=asyncio.FIRST_COMPLETED
    )
    [answer] = [task.result() for task in refused]
    assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"]["message"] == (
        "The bodies that have not fully arrived have reached the limit of 15000 bytes: send this request again later."
    )


@pytest.mark.slow
async def test_if_too_many_answers_wait_for_their_readers_the_oldest_is_cut_off(serve: Serve) -> None:
    serving = await serve(unread=10_000_000, timeout=LONGEST)
    readers: list[asyncio.StreamReader] = []
    for _ in range(3):
        reader, _ = await serving.connect(YEAR % b"Connection: close\r\n")
        assert await reader.readexactly(9) == b"HTTP/1.1 "  # so that the answers wait in this order
        readers.append(reader)
    oldest, newest = await read(readers[0]), await read(readers[-1])
    assert len(oldest) < len(newest)


@both_ways
async def test_a_connection_over_the_limit_is_closed(serve: Serve) -> None:
    serving = await serve(connections=2, timeout=LONGEST)
    clients = [await serving.connect(HEALTH) for _ in range(2)]
    for reader, _ in clients:
        await reader.readuntil(b'{"status":"ok"}')
    reader, _ = await serving.connect()
    assert await read(reader) == b""


async def test_a_client_that_does_not_complete_the_handshake_is_disconnected(serve: Serve) -> None:
    serving = await serve(trustme.CA())
    async with asyncio.timeout(LONGEST):
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
        assert await reader.read() == b""
        writer.close()


@pytest.mark.unmeasured
@both_ways
async def test_a_tls_client_that_does_not_read_its_answer_is_disconnected(serve: Serve) -> None:
    serving = await serve(trustme.CA())
    _, writer = await serving.connect(YEAR % b"Connection: close\r\n")
    await serving.wait_for_disconnection()
    writer.transport.abort()


def is_gone(reference: "weakref.ref[Channel]") -> bool:
    gc.collect()
    return reference() is None


@pytest.mark.parametrize(
    "sent",
    [
        b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
    ],
    ids=["refused", "answered"],
)
async def test_a_connection_that_has_ended_leaves_the_memory_before_the_timeout(sent: bytes) -> None:
    server, port = await listen(assemble(Catalog().parse(SCENARIO), Catalog()), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEALTH.replace(b"GET", b"HEAD"))
    await reader.readuntil(b"\r\n\r\n")
    assert server.http11_server is not None
    [connection] = server.http11_server.connections
    assert isinstance(connection, Connection)
    channel = weakref.ref(connection.channel)  # it refers to its channel, and cannot have weak references itself
    del connection
    writer.write(sent)
    assert await reader.read()
    writer.close()
    await until(lambda: is_gone(channel))
    await server.stop()
