"""A thousand sessions at once, fifty of which receive the same requests in parallel."""

import asyncio
import json
from typing import Any

import pytest

from mockgms.scenario.catalog import Catalog
from tests.live import LiveServer, dispatcher_of

pytestmark = pytest.mark.unmeasured

SESSIONS, BUSY = 1_000, 50
ROUNDS = 10  # of five steps each

SCENARIO = """
description: Limits and counts that depend on earlier requests.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
latency: virtual
services:
  sales: {capacity: 2, throttle: [{limit: 4, per: 5m}], per_number_per_day: 3, lifecycle: {queued: 60s}}
rules:
  - {name: gateway, when: {operation: availability}, then: {fault: rate_limit, limit: 2, per: 1m, key: phone}}
  - {name: flaky, when: {operation: schedule}, per: phone, chance: 40%, then: [{fault: delay, min: 1s, max: 9s},
     {fault: server_error}]}
"""


class SessionClient:
    """A client with its own connection to one session."""

    def __init__(self, session: str, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        self._session = session
        self._reader, self._writer = streams

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} /s/{self._session}{path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        self._writer.write(head.encode() + sent)
        answered = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answered.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return json.loads(await self._reader.readexactly(length))

    async def send_requests(self) -> None:
        """Send fifty requests."""
        for turn in range(ROUNDS):
            phone, time = f"+1415555010{turn % 3}", f"2026-03-02T10:{turn % 4 * 15:02d}Z"
            booked = await self.ask(
                "POST", "/genesys/1/service/callback/sales", {"_customer_number": phone, "_desired_time": time}
            )
            await self.ask("POST", "/callbacks/create", {"serviceName": "sales", "phoneNumber": phone})
            await self.ask("GET", "/genesys/2/service/callback/sales/availability?report-busy=true")
            if turn % 2:
                await self.ask("DELETE", f"/genesys/1/service/callback/sales/{booked.get('_id', 'none')}")
            else:
                await self.ask("GET", f"/genesys/1/service/callback?_customer_number=%2B1415555010{turn % 3}")
            await self.ask("POST", "/__admin/clock/advance", {"by": "20s"})

    async def leave(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@pytest.mark.slow
async def test_the_same_requests_in_parallel_sessions_give_the_same_journal_in_each() -> None:
    dispatcher = dispatcher_of(Catalog().parse(SCENARIO))
    async with LiveServer(dispatcher) as server:

        async def visit(number: int) -> tuple[Any, Any]:
            client = SessionClient(f"one-{number}", await asyncio.open_connection(server.host, server.port))
            await client.ask("GET", "/__admin/ready")
            if number < BUSY:
                await client.send_requests()
            journal = await client.ask("GET", "/__admin/requests?unmasked=true&limit=100")
            callbacks = await client.ask("GET", "/__admin/callbacks")
            await client.leave()
            return journal, callbacks

        waiting = [await visit(number) for number in range(BUSY, SESSIONS - BUSY)]
        parallel = await asyncio.gather(*map(visit, [*range(BUSY), *range(SESSIONS - BUSY, SESSIONS)]))
    assert len(list(dispatcher.sessions)) == SESSIONS + 1
    first, booked = parallel[0]
    nothing: tuple[Any, Any] = ({"requests": [], "found": 0, "dropped": 0}, [])
    assert (first["found"], {one["answer"]["status"] for one in first["requests"]}) == (40, {200, 400, 429, 500})
    assert len(booked) > 1
    assert [
        number for number, each in enumerate(parallel) if each != ((first, booked) if number < BUSY else nothing)
    ] == []
    assert [each for each in waiting if each != nothing] == []
