"""The API for tests of scenarios: over HTTP, by the operations of one version."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import ClientResponse

from tests.live import Client

ANNA = "+14155550101"
BOB = "+14155550102"
MONDAY = "2026-03-02"
NINE = f"{MONDAY}T09:00:00.000Z"
DAY = {"start": f"{MONDAY}T00:00:00Z", "numberOfDays": "1"}

_KEPT_HEADERS = ("Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Mockgms-Rule")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Answer(NamedTuple):
    """An answer: `body` has ID for every id, `headers` are only those of limits and rules."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Api:
    """One session and one service of a server, by the callback API of one version and the admin API."""

    version: str

    def __init__(self, client: Client, session: str = "default", service: str = "sales") -> None:
        self._client = client
        self._session = session
        self.service = service

    async def send(self, method: str, path: str, **options: Any) -> ClientResponse:
        """Send a request to the session, and return the response of aiohttp."""
        return await self._client.request(method, f"/s/{self._session}{path}", **options)

    async def schedule(self, phone: str = ANNA, at: str | None = None, **options: Any) -> ClientResponse:
        """Book a callback, for a time or immediately, and return the response."""
        raise NotImplementedError

    async def list_slots(self, period: Mapping[str, str], **options: Any) -> ClientResponse:
        """Request the slots of a period, and return the response."""
        raise NotImplementedError

    def starts(self, body: Any) -> dict[str, int]:
        """Return the slots in a body: start in UTC to free seats."""
        raise NotImplementedError

    async def book(self, phone: str = ANNA, at: str | None = None, **options: Any) -> Answer:
        """Book a callback, for a time or immediately, and return the answer."""
        return await read_answer(await self.schedule(phone, at, **options))

    async def availability(self, period: Mapping[str, str] = DAY, **options: Any) -> Answer:
        """Request the slots of a period, and return the answer."""
        return await read_answer(await self.list_slots(period, **options))

    async def slots(self, period: Mapping[str, str] = DAY) -> dict[str, int]:
        """Return the slots of a period: start in UTC to free seats."""
        answer = await self.availability(period)
        assert answer.status == 200, answer
        return self.starts(answer.body)

    async def admin(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer of the admin API to a valid request; `body` is sent as JSON, or unchanged if it is text."""
        sent = {"data": body} if isinstance(body, str) else {"json": body}
        answer = await self.send(method, f"/__admin{path}", **({} if body is None else sent))
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def advance(self, by: str) -> None:
        """Advance the session's clock."""
        await self.admin("POST", "/clock/advance", {"by": by})

    async def now(self) -> str:
        """Return the time of the session's clock."""
        clock = await self.admin("GET", "/clock")
        return str(clock["now"])

    async def booked(self) -> list[tuple[str, str | None]]:
        """Return the phone and the slot of each callback."""
        return [(callback["phone"], callback["slot"]) for callback in await self.admin("GET", "/callbacks")]


class V1(Api):
    """GMS."""

    version = "v1"

    @property
    def base(self) -> str:
        """The path of the service."""
        return f"/genesys/1/service/callback/{self.service}"

    async def schedule(self, phone: str = ANNA, at: str | None = None, **options: Any) -> ClientResponse:
        desired = {} if at is None else {"_desired_time": at}
        return await self.send("POST", self.base, json={"_customer_number": phone, **desired}, **options)

    async def list_slots(self, period: Mapping[str, str], **options: Any) -> ClientResponse:
        return await self.send("GET", f"{self.base}/availability", params=period, **options)

    def starts(self, body: Any) -> dict[str, int]:
        return dict(body)


class V3(Api):
    """GES."""

    version = "v3"

    async def schedule(self, phone: str = ANNA, at: str | None = None, **options: Any) -> ClientResponse:
        desired = {} if at is None else {"desiredTime": at}
        sent = {"serviceName": self.service, "phoneNumber": phone, **desired}
        return await self.send("POST", "/engagement/v3/callbacks/create", json=sent, **options)

    async def list_slots(self, period: Mapping[str, str], **options: Any) -> ClientResponse:
        return await self.send("GET", f"/engagement/v3/callbacks/availability/{self.service}", params=period, **options)

    def starts(self, body: Any) -> dict[str, int]:
        return {slot["utcTime"]: slot["capacity"] for slot in body["data"]["slots"]}


async def read_answer(response: ClientResponse) -> Answer:
    """Return the answer in a response, which must be JSON."""
    body = await response.json(loads=_without_ids)
    return Answer(
        response.status, body, {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    )


def _without_ids(text: str) -> Any:
    return json.loads(_ID.sub("ID", text))
