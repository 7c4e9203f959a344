"""Faults as a client meets them, on real sockets."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from mockgms.app import listen
from mockgms.domain.instants import DAY, parse_instant
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.patterns import Pattern
from mockgms.scenario.rules import Rule
from mockgms.server.channel import ConnectionLimits
from mockgms.server.server import Server
from tests.live import dispatcher_of
from tests.scenario.conditions import conditions_on

PATIENCE = 0.05  # seconds after which a client that is never answered gives up
BODY = b'{"status":"ok"}'
SLOTS = "/callbacks/availability/sales?start=2026-03-02T10:00:00Z&end=2026-03-02T11:00:00Z"
BOOKING = b'{"serviceName":"sales","phoneNumber":"+15551234"}'


class Connection(NamedTuple):
    """One connection of a client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, method: str = "GET", target: str = SLOTS, body: bytes = b"") -> None:
        head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def answer(self) -> Any:
        """A whole answer."""
        return json.loads(await self.reader.readexactly(length(await self.head())))


class Serving(NamedTuple):
    """A server, and connections to it."""

    runner: Server
    port: int

    async def connect(self) -> Connection:
        return Connection(*await asyncio.open_connection("127.0.0.1", self.port))


Serve = Callable[..., Awaitable[Serving]]


@pytest.fixture
async def serve(limits: ConnectionLimits) -> AsyncIterator[Serve]:
    """A function that starts a server that applies a fault to every availability query."""
    started: list[Serving] = []

    async def serve(fault: str, **fields: Any) -> Serving:
        settings = {name: fields.pop(name) for name in ("latency",) if name in fields}
        rule = Rule("broken", (FAULTS[fault](**fields),), conditions_on(operation=(exactly("availability"),)))
        clock = ClockStart(parse_instant("2026-03-02T08:55:00.000Z"), frozen=True)
        scenario = Scenario("test", "For a test.", clock=clock, rules=(rule,), **settings)
        server = Serving(*await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits))
        started.append(server)
        return server

    yield serve
    for server in started:
        await server.runner.stop()


def exactly(text: str) -> Pattern:
    return Pattern(text, re.compile(rf"\A{re.escape(text)}\Z"))


def length(head: bytes) -> int:
    return int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])


async def check_that_others_are_served(server: Serving) -> None:
    other = await server.connect()
    other.send(target="/__admin/health")
    assert await other.answer() == {"status": "ok"}
    other.writer.close()


async def test_disconnect_resets_the_connection(serve: Serve) -> None:
    server = await serve("disconnect")
    client = await server.connect()
    client.send()
    with pytest.raises(ConnectionResetError):
        await client.reader.read()
    client.writer.close()
    await check_that_others_are_served(server)


async def test_disconnect_resets_a_connection_that_was_kept_alive(serve: Serve) -> None:
    server = await serve("disconnect")
    client = await server.connect()
    client.send(target="/__admin/health")
    assert await client.answer() == {"status": "ok"}
    client.send()
    with pytest.raises(ConnectionResetError):
        await client.reader.read()
    client.writer.close()


async def test_empty_closes_the_connection_without_a_byte(serve: Serve) -> None:
    server = await serve("empty")
    client = await server.connect()
    client.send()
    assert await client.reader.read() == b""
    client.writer.close()
    await check_that_others_are_served(server)


async def test_truncate_breaks_off_within_the_announced_body(serve: Serve) -> None:
    server = await serve("truncate", keep=0.5)
    client = await server.connect()
    client.send()
    announced = length(await client.head())
    assert len(await client.reader.read()) == announced // 2
    client.writer.close()
    await check_that_others_are_served(server)


async def test_garbage_is_not_json_but_has_the_announced_length_and_keeps_the_connection(serve: Serve) -> None:
    server = await serve("garbage")
    client = await server.connect()
    client.send()
    head = await client.head()
    body = await client.reader.readexactly(length(head))
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n")
    with pytest.raises(ValueError, match="line 1"):
        json.loads(body)
    client.send(target="/__admin/health")
    assert await client.answer() == {"status": "ok"}
    client.writer.close()


async def test_garbage_is_the_same_for_the_same_requests(serve: Serve) -> None:
    bodies = []
    for _ in range(2):
        client = await (await serve("garbage")).connect()
        client.send()
        bodies.append(await client.reader.readexactly(length(await client.head())))
        client.writer.close()
    assert bodies[0] == bodies[1]


async def test_a_client_that_has_closed_its_side_is_answered_and_the_connection_closed(serve: Serve) -> None:
    client = await (await serve("delay", by=20)).connect()
    client.send()
    client.writer.write_eof()
    assert len((await client.answer())["data"]["slots"]) == 4
    assert await client.reader.read() == b""
    client.writer.close()


async def test_an_idle_connection_is_closed_when_the_client_closes_its_side(serve: Serve) -> None:
    client = await (await serve("hang")).connect()
    client.send(target="/__admin/health")
    assert await client.answer() == {"status": "ok"}
    client.writer.write_eof()
    assert await client.reader.read() == b""
    client.writer.close()


async def test_a_hanging_request_is_not_answered_while_others_are_served(serve: Serve) -> None:
    server = await serve("hang")
    client = await server.connect()
    client.send()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.reader.read(1), PATIENCE)
    await check_that_others_are_served(server)
    client.writer.close()


@pytest.mark.slow
async def test_a_hang_ends_when_its_client_leaves(serve: Serve) -> None:
    server = await serve("hang")
    before = asyncio.all_tasks()
    client = await server.connect()
    client.send()
    await check_that_others_are_served(server)
    hanging = asyncio.all_tasks() - before
    client.writer.close()
    assert hanging
    await asyncio.wait(hanging)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "fields"), [("hang", {}), ("slow_body", {"chunk": 1, "every": 60_000})])
async def test_a_stop_does_not_wait_for_a_fault(serve: Serve, fault: str, fields: dict[str, Any]) -> None:
    server = await serve(fault, **fields)
    client = await server.connect()
    client.send()
    await check_that_others_are_served(server)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await server.runner.stop()
    assert loop.time() - began < 1
    client.writer.close()


async def test_a_slow_body_is_sent_in_pieces(serve: Serve) -> None:
    server = await serve("slow_body", chunk=100, every=1)
    client = await server.connect()
    client.send()
    head = await client.head()
    first = await client.reader.read(length(head))
    rest = await client.reader.readexactly(length(head) - len(first))
    assert len(first) == 100
    assert len(json.loads(first + rest)["data"]["slots"]) == 4
    client.writer.close()


async def test_with_virtual_latency_a_slow_body_advances_the_sessions_clock(serve: Serve) -> None:
    server = await serve("slow_body", chunk=1, every=60_000, latency="virtual")
    client = await server.connect()
    client.send()
    body = await client.reader.readexactly(length(await client.head()))
    client.send(target="/__admin/clock")
    minutes = len(body) - 1
    at = parse_instant("2026-03-02T08:55:00.000Z") + minutes * 60_000
    assert parse_instant((await client.answer())["now"]) == at
    client.writer.close()


async def test_with_virtual_latency_a_delay_advances_the_sessions_clock(serve: Serve) -> None:
    server = await serve("delay", by=3_600_000, latency="virtual")
    client = await server.connect()
    client.send()
    assert (await client.answer())["status"]["message"] == "Successful"
    client.send(target="/__admin/clock")
    assert await client.answer() == {"now": "2026-03-02T09:55:00.000Z", "frozen": True}
    client.writer.close()


async def test_a_delay_delays_the_answer(serve: Serve) -> None:
    server = await serve("delay", by=20)
    client = await server.connect()
    began = time.monotonic()
    client.send()
    await client.answer()
    assert time.monotonic() - began >= 0.02
    client.writer.close()


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_whose_status_allows_no_body_has_none_and_keeps_the_connection(
    serve: Serve, status: int
) -> None:
    client = await (await serve("respond", status=status, body="<h1>none</h1>")).connect()
    for _ in range(2):
        client.send()
        assert (await client.head()).startswith(b"HTTP/1.1 %d " % status)
    client.writer.close()


async def test_with_virtual_latency_an_endless_slow_body_moves_the_clock_to_its_last_second(serve: Serve) -> None:
    client = await (await serve("slow_body", chunk=1, every=36_500 * DAY, latency="virtual")).connect()
    for _ in range(2):
        client.send()
        head = await client.head()
        await client.reader.readexactly(length(head))
        assert b"Date: Wed, 31 Dec 9997 23:59:59 GMT" in head
    client.writer.close()
