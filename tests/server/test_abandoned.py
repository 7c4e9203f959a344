"""Clients that leave before they are answered, and clients that use another protocol than HTTP/1.1."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from mockgms.app import listen
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.server.channel import ConnectionLimits
from tests.live import dispatcher_of

BODY = b"_customer_number=4155550100"
BOOKING = (
    b"POST /genesys/1/service/callback/sales HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)
HINT = "The client left before it had the answer: its timeout may be shorter than the delay."
TLS_HELLO = bytes.fromhex("16030100c4010000c00303") + bytes(range(190))
TLS_REFUSED = (
    "request is TLS, but this port speaks plain HTTP: use http://, or start the server with --tls-self-signed."
)


class Served(NamedTuple):
    """A server whose bookings are delayed, and its port."""

    port: int

    async def journal(self) -> list[Any]:
        """Return the exchanges of the journal."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /__admin/requests HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        body = (await reader.read()).partition(b"\r\n\r\n")[2]
        writer.close()
        requests: list[Any] = json.loads(body)["requests"]
        return requests

    async def begun(self) -> None:
        """Wait until the journal has an exchange."""
        async with asyncio.timeout(10):
            while not await self.journal():
                pass

    async def summary(self) -> Any:
        """Return the summary of the only exchange."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /__admin/requests?summary=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        body = (await reader.read()).partition(b"\r\n\r\n")[2]
        writer.close()
        [exchange] = json.loads(body)["requests"]
        return exchange

    async def abandoned(self) -> Any:
        """Return the summary of the only exchange, once the server knows that its client has left."""
        async with asyncio.timeout(10):
            while (exchange := await self.summary())["delivery"] is None:
                pass
        return exchange


@pytest.fixture
async def served(request: pytest.FixtureRequest, limits: ConnectionLimits) -> AsyncIterator[Served]:
    delay = f"{{fault: delay, by: {request.param}}}"
    scenario = f"description: x\nrules: [{{name: late, when: {{operation: schedule}}, then: {delay}}}]"
    runner, port = await listen(dispatcher_of(Catalog().parse(scenario)), "127.0.0.1", 0, limits=limits)
    yield Served(port)
    await runner.stop()


@pytest.mark.slow
@pytest.mark.parametrize("served", ["100ms"], indirect=True)
async def test_an_answer_to_a_client_that_has_left_is_abandoned(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(BOOKING)
        await served.begun()
    exchange = await served.abandoned()
    assert (exchange["status"], exchange["delivery"], exchange["hints"]) == (200, "abandoned", [HINT])
    [whole] = await served.journal()
    assert whole["answer"]["delivery"] == "abandoned"


@pytest.mark.slow
@pytest.mark.parametrize("leaving", ["by closing", "by a reset"])
@pytest.mark.parametrize("served", ["1h"], indirect=True)
async def test_a_request_whose_client_has_left_during_a_delay_is_abandoned(served: Served, leaving: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(BOOKING)
        await served.begun()
        if leaving == "by a reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange = await served.abandoned()
    assert (exchange["status"], exchange["delivery"], exchange["hints"]) == (None, "abandoned", [HINT])
    [whole] = await served.journal()
    assert whole["answer"] is None


@pytest.mark.slow
@pytest.mark.parametrize("served", ["50ms"], indirect=True)
async def test_an_answer_to_a_half_closed_client_is_delivered(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(BOOKING)
    writer.write_eof()
    assert (await reader.read()).startswith(b"HTTP/1.1 200 OK\r\n")
    writer.close()
    exchange = await served.summary()
    assert (exchange["status"], exchange["delivery"], exchange["hints"]) == (200, None, [])


@pytest.mark.parametrize(
    ("sent", "method", "message"),
    [
        (TLS_HELLO, "TLS", TLS_REFUSED),
        (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
            "PRI",
            "request is HTTP/2, but this port speaks HTTP/1.1: let the client use HTTP/1.1.",
        ),
    ],
    ids=["TLS", "HTTP/2"],
)
async def test_another_protocol_is_refused_and_in_the_journal(
    scenario: Scenario, sent: bytes, method: str, message: str
) -> None:
    runner, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0)
    served = Served(port)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(sent)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["status"]["message"] == message
    [exchange] = await served.journal()
    await runner.stop()
    assert (exchange["request"]["method"], exchange["answer"]["status"]) == (method, 400)
    assert json.loads(exchange["answer"]["body"])["status"]["message"] == message
