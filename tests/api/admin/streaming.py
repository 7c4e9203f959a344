"""A reader of server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse

from tests.live import Client

V1 = "/genesys/1/service/callback/sales"
EVENTS = "/__admin/events"
AT = "2026-03-02T08:55:00.000Z"
TEN = "2026-03-02T10:00:00.000Z"
BOOKING = {"_customer_number": "4155550100", "_desired_time": TEN}


class Events:
    """The events of a stream, as a browser reads them."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response
        self.id = ""

    async def block(self) -> list[str]:
        return (await self.response.content.readuntil(b"\n\n")).decode().splitlines()[:-1]

    async def next(self) -> tuple[str, Any]:
        """Return the name and the data of the next event."""
        name, id, data = await self.block()
        self.id = id.removeprefix("id: ")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def changes(self, count: int) -> list[Any]:
        """Return the next `count` changes without session and time. Skip exchanges."""
        found: list[Any] = []
        while len(found) < count:
            name, data = await self.next()
            if name == "change":
                assert data.pop("session") == "default"
                del data["at"]
                found.append(data)
        return found


@asynccontextmanager
async def reading(client: Client, path: str = EVENTS, since: str | None = None) -> AsyncIterator[Events]:
    async with asyncio.timeout(10), client.get(path, headers={"Last-Event-ID": since} if since else {}) as response:
        assert response.status == 200
        events = Events(response)
        retry, id = await events.block()
        assert retry == "retry: 1000"
        events.id = id.removeprefix("id: ")
        yield events


async def send(client: Client, method: str, path: str, **sent: Any) -> Any:
    async with client.request(method, path, **sent) as response:
        assert response.status in (200, 201), await response.text()
        return await response.json() if response.content_type == "application/json" else await response.text()
