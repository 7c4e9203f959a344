"""The API as a scenario's test calls it: over HTTP, in the words of one version."""

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

_TOLD = ("Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Mockgms-Rule")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Answer(NamedTuple):
    """What came back: `body` with ID for every id, `headers` those in which limits and rules speak."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Api:
    """One session of a server and one service in it, by the callback API of one version and by the admin API."""

    version: str

    def __init__(self, client: Client, session: str = "default", service: str = "sales") -> None:
        self._client = client
        self._session = session
        self.service = service

    async def ask(self, method: str, path: str, **options: Any) -> ClientResponse:
        """The answer as aiohttp has it, for tests that look closer."""
        return await self._client.request(method, f"/s/{self._session}{path}", **options)

    async def schedule(self, phone: str = ANNA, at: str | None = None, **options: Any) -> ClientResponse:
        """Ask for a callback, at a time or at once."""
        raise NotImplementedError

    async def list_slots(self, period: Mapping[str, str], **options: Any) -> ClientResponse:
        """Ask for the slots of a period."""
        raise NotImplementedError

    def starts(self, body: Any) -> dict[str, int]:
        """The slots in an answer: start in UTC to free seats."""
        raise NotImplementedError

    async def book(self, phone: str = ANNA, at: str | None = None, **options: Any) -> Answer:
        """The answer to somebody who wants a callback, at a time or at once."""
        return await told(await self.schedule(phone, at, **options))

    async def availability(self, period: Mapping[str, str] = DAY, **options: Any) -> Answer:
        """The answer to somebody who looks at a period."""
        return await told(await self.list_slots(period, **options))

    async def slots(self, period: Mapping[str, str] = DAY) -> dict[str, int]:
        """The slots of a period: start in UTC to free seats."""
        answer = await self.availability(period)
        assert answer.status == 200, answer
        return self.starts(answer.body)

    async def admin(self, method: str, path: str, body: object = None) -> Any:
        """What the admin API answers to a request that it accepts; `body` is JSON, or text as it is."""
        sent = {"data": body} if isinstance(body, str) else {"json": body}
        answer = await self.ask(method, f"/__admin{path}", **({} if body is None else sent))
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def advance(self, by: str) -> None:
        """Let time pass on the session's clock."""
        await self.admin("POST", "/clock/advance", {"by": by})

    async def now(self) -> str:
        """The time on the session's clock."""
        clock = await self.admin("GET", "/clock")
        return str(clock["now"])

    async def booked(self) -> list[tuple[str, str | None]]:
        """The callbacks that there are: phone and slot."""
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
        return await self.ask("POST", self.base, json={"_customer_number": phone, **desired}, **options)

    async def list_slots(self, period: Mapping[str, str], **options: Any) -> ClientResponse:
        return await self.ask("GET", f"{self.base}/availability", params=period, **options)

    def starts(self, body: Any) -> dict[str, int]:
        return dict(body)


class V3(Api):
    """GES."""

    version = "v3"

    async def schedule(self, phone: str = ANNA, at: str | None = None, **options: Any) -> ClientResponse:
        desired = {} if at is None else {"desiredTime": at}
        sent = {"serviceName": self.service, "phoneNumber": phone, **desired}
        return await self.ask("POST", "/engagement/v3/callbacks/create", json=sent, **options)

    async def list_slots(self, period: Mapping[str, str], **options: Any) -> ClientResponse:
        return await self.ask("GET", f"/engagement/v3/callbacks/availability/{self.service}", params=period, **options)

    def starts(self, body: Any) -> dict[str, int]:
        return {slot["utcTime"]: slot["capacity"] for slot in body["data"]["slots"]}


async def told(response: ClientResponse) -> Answer:
    """The answer in a response, which must be JSON."""
    body = await response.json(loads=_without_ids)
    return Answer(response.status, body, {name: response.headers[name] for name in _TOLD if name in response.headers})


def _without_ids(text: str) -> Any:
    return json.loads(_ID.sub("ID", text))
