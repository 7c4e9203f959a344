"""Server-sent events, over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockgms.feed import READERS
from mockgms.scenario.model import ClockStart, Scenario
from tests.conftest import NOW
from tests.live import Client

V1 = "/genesys/1/service/callback/sales"
EVENTS = "/__admin/events"
AT = "2026-03-02T08:55:00.000Z"
TEN = "2026-03-02T10:00:00.000Z"
BOOKING = {"_customer_number": "4155550100", "_desired_time": TEN}


class Events:
    """What a browser makes of a stream."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response
        self.id = ""

    async def block(self) -> list[str]:
        return (await self.response.content.readuntil(b"\n\n")).decode().splitlines()[:-1]

    async def next(self) -> tuple[str, Any]:
        """The name of the next event, and what it says."""
        name, id, data = await self.block()
        self.id = id.removeprefix("id: ")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def changes(self, count: int) -> list[Any]:
        """So many changes, without what all have; exchanges are skipped."""
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


def callback(did: str, id: str, **about: Any) -> dict[str, Any]:
    shown = {
        "what": "callback",
        "did": did,
        "id": id,
        "service": "sales",
        "phone": "***00",
        "state": "SCHEDULED",
        "reason": None,
        "desired_time": TEN,
        "slot": TEN,
        "slot_before": TEN,
    }
    return shown | about


async def test_the_stream_is_that_of_server_sent_events_for_pages_of_any_origin(client: Client) -> None:
    async with reading(client) as events:
        headers = events.response.headers
        assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Length" not in headers
        assert headers["Connection"] == "close"


async def test_every_exchange_is_told_when_it_is_answered_with_the_number_masked(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "GET", f"{V1}/availability?phone=4155550100")
        assert await events.next() == (
            "exchange",
            {
                "session": "default",
                "id": 1,
                "began": AT,
                "operation": "v1.availability",
                "method": "GET",
                "path": f"{V1}/availability",
                "query": "phone=***00",
                "phone": "***00",
                "status": 200,
                "delivery": None,
                "rule": None,
                "faults": [],
                "hints": [],
            },
        )
        assert events.id.endswith("-1")


async def test_numbers_are_shown_to_who_asks_for_them(client: Client) -> None:
    async with reading(client, f"{EVENTS}?unmasked=true") as events:
        await send(client, "POST", V1, data=BOOKING)
        _, change = await events.next()
        _, exchange = await events.next()
        assert (change["phone"], exchange["phone"]) == ("4155550100", "4155550100")


async def test_what_is_done_to_a_callback_is_told_before_the_exchange_that_did_it(client: Client) -> None:
    async with reading(client) as events:
        id = (await send(client, "POST", V1, data=BOOKING))["_id"]
        assert [(await events.next())[0] for _ in range(2)] == ["change", "exchange"]
        later = "2026-03-02T11:00:00.000Z"
        await send(client, "PUT", f"{V1}/{id}", data={"_new_desired_time": later, "level": "gold"})
        await send(client, "PUT", f"{V1}/{id}", data={"level": "gold"})
        await send(client, "DELETE", f"{V1}/{id}")
        assert await events.changes(3) == [
            callback("rescheduled", id, desired_time=later, slot=later),
            callback("updated", id, desired_time=later, slot=later, slot_before=later),
            callback(
                *("cancelled", id),
                desired_time=later,
                slot=None,
                slot_before=later,
                state="COMPLETED",
                reason="CANCELLED",
            ),
        ]


async def test_callbacks_booked_and_moved_by_hand_are_told(client: Client) -> None:
    async with reading(client) as events:
        made = await send(client, "POST", "/__admin/callbacks", json={"service": "sales", "phone": "4155550100"})
        await send(client, "PATCH", f"/__admin/callbacks/{made['id']}", json={"state": "ROUTING"})
        at_once = {"desired_time": AT, "slot": None, "slot_before": None}
        assert await events.changes(2) == [
            callback("booked", made["id"], **at_once, state="QUEUED"),
            callback("moved", made["id"], **at_once, state="ROUTING"),
        ]


async def test_every_change_of_the_clock_is_told(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "POST", "/__admin/clock/advance", json={"by": "15m"})
        await send(client, "PUT", "/__admin/clock", json={"now": TEN, "frozen": True})
        assert await events.changes(2) == [
            {"what": "clock", "did": "advanced", "now": "2026-03-02T09:10:00.000Z", "frozen": True},
            {"what": "clock", "did": "set", "now": TEN, "frozen": True},
        ]


async def test_the_hours_that_a_clock_skips_to_the_next_opening_are_told(client: Client) -> None:
    hours = "description: Hours.\nservices: {sales: {office_hours: [Mon-Fri 09:00-18:00]}}\n"
    await send(client, "PUT", "/__admin/scenario", data=f"{hours}clock: {{now: {AT}, frozen: true}}")
    async with reading(client) as events:
        await send(client, "POST", "/__admin/clock/advance", json={"to": "next_opening", "service": "sales"})
        assert await events.changes(1) == [
            {"what": "clock", "did": "set", "now": "2026-03-02T09:00:00.000Z", "frozen": True}
        ]


async def test_slots_that_are_closed_and_opened_by_hand_are_told(client: Client) -> None:
    async with reading(client) as events:
        for closed in True, False:
            await send(client, "PUT", "/__admin/slots", json={"service": "sales", "start": TEN, "closed": closed})
        assert await events.changes(2) == [
            {"what": "slots", "did": "closed", "service": "sales", "slot": TEN},
            {"what": "slots", "did": "reopened", "service": "sales", "slot": TEN},
        ]


async def test_a_rule_of_the_scenario_that_is_disarmed_and_restored_is_told(client: Client) -> None:
    rule = "description: Down.\nrules: [{name: down, then: {fault: server_error}}]"
    await send(client, "PUT", "/__admin/scenario", data=rule)
    async with reading(client) as events:
        await send(client, "DELETE", "/__admin/rules/down")
        await send(client, "PUT", "/__admin/rules/down")
        assert await events.changes(2) == [
            {"what": "rules", "did": "disarmed", "name": "down"},
            {"what": "rules", "did": "restored", "name": "down"},
        ]


async def test_rules_that_are_armed_and_disarmed_are_told(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "POST", "/__admin/rules", data="{name: down, then: {fault: server_error}}")
        await send(client, "DELETE", "/__admin/rules/down")
        assert await events.changes(2) == [
            {"what": "rules", "did": "armed", "name": "down"},
            {"what": "rules", "did": "disarmed", "name": "down"},
        ]


async def test_other_scenarios_resets_and_the_customers_they_bring_are_told_as_one_change_each(client: Client) -> None:
    full = "description: Full.\nservices: {full: {booked: {days: 1}}, '*': {booked: {days: 1}}}\n"
    async with reading(client) as events:
        await send(client, "PUT", "/__admin/scenario", data=full)
        await send(client, "POST", "/__admin/reset")
        await send(client, "GET", "/__admin/slots?service=sales")
        await send(client, "DELETE", "/__admin/requests")
        assert await events.changes(4) == [
            {"what": "scenario", "did": "switched", "name": "<body>"},
            {"what": "scenario", "did": "reset", "name": "<body>"},
            {"what": "slots", "did": "filled", "service": "sales"},
            {"what": "requests", "did": "cleared"},
        ]


async def test_the_ids_of_events_go_on_through_a_reset_while_those_of_requests_start_anew(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "GET", f"{V1}/availability")
        await send(client, "POST", "/__admin/reset")
        await send(client, "GET", f"{V1}/availability")
        told = [(await events.next(), events.id.rpartition("-")[2]) for _ in range(3)]
        assert [(name, data.get("id"), id) for (name, data), id in told] == [
            ("exchange", 1, "1"),
            ("change", None, "2"),
            ("exchange", 1, "3"),
        ]


async def test_a_session_hears_of_itself_alone(client: Client) -> None:
    async with reading(client, f"/s/one{EVENTS}") as events:
        await send(client, "GET", f"/s/two{V1}/availability")
        await send(client, "GET", f"/s/one{V1}/availability")
        assert (await events.next())[1]["session"] == "one"


async def test_who_reads_all_sessions_hears_of_those_that_come_and_go(client: Client) -> None:
    async with reading(client, f"{EVENTS}?sessions=all") as events:
        await send(client, "GET", f"/s/two{V1}/availability")
        await send(client, "DELETE", "/__admin/sessions/two")
        told = [await events.next() for _ in range(3)]
        assert [(name, data["session"], data.get("did")) for name, data in told] == [
            ("change", "two", "made"),
            ("exchange", "two", None),
            ("change", "two", "forgotten"),
        ]
        assert told[0][1] == {"session": "two", "at": AT, "what": "session", "did": "made", "scenario": "test"}


async def test_a_reader_of_a_session_that_is_forgotten_and_made_anew_reads_on(client: Client) -> None:
    async with reading(client, f"/s/one{EVENTS}") as events:
        await send(client, "DELETE", "/__admin/sessions/one")
        await send(client, "PUT", "/__admin/sessions/one")
        assert [(await events.next())[1]["did"] for _ in range(2)] == ["forgotten", "made"]


async def test_a_reader_that_comes_back_gets_what_it_missed(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "GET", f"{V1}/availability")
        await events.next()
        seen = events.id
    await send(client, "POST", "/__admin/reset")
    async with reading(client, since=seen) as events:
        assert (await events.next())[1]["did"] == "reset"


async def test_a_reader_that_was_on_another_server_is_told_that_it_missed_something(client: Client) -> None:
    async with reading(client, since="4711-3") as events:
        assert await events.next() == ("missed", {"events": None})


async def test_more_readers_than_a_session_bears_are_refused(client: Client) -> None:
    readers = [await client.get(EVENTS) for _ in range(READERS)]
    async with client.get(EVENTS) as refused:
        assert refused.status == 503
        assert await refused.json() == {
            "message": f"The session 'default' has {READERS} readers of events already: close one."
        }
    async with reading(client, f"/s/other{EVENTS}"):
        pass
    for reader in readers:
        reader.close()


async def test_more_readers_of_all_sessions_are_refused_as_well(client: Client) -> None:
    readers = [await client.get(f"{EVENTS}?sessions=all") for _ in range(READERS)]
    async with client.get(f"{EVENTS}?sessions=all") as refused:
        assert await refused.json() == {
            "message": f"All sessions together have {READERS} readers of events already: close one."
        }
    for reader in readers:
        reader.close()


@pytest.mark.parametrize(
    ("query", "message", "field"),
    [
        (
            "sessions=some",
            "sessions can be `all` and nothing else: without it, it is the session of the path",
            "sessions",
        ),
        ("unmasked=maybe", "unmasked must be true or false, not 'maybe'", "unmasked"),
    ],
)
async def test_a_parameter_that_says_nothing_is_refused(client: Client, query: str, message: str, field: str) -> None:
    async with client.get(f"{EVENTS}?{query}") as refused:
        assert (refused.status, await refused.json()) == (400, {"message": message, "field": field})


async def test_head_is_the_head_alone(client: Client) -> None:
    async with client.head(EVENTS) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")


class TestVirtualLatency:
    @pytest.fixture
    def scenario(self) -> Scenario:
        return Scenario("test", "For a test.", clock=ClockStart(NOW, frozen=True), latency="virtual")

    async def test_a_delay_that_moves_the_clock_is_told(self, client: Client) -> None:
        async with reading(client) as events:
            await send(client, "GET", f"{V1}/availability", headers={"X-Mockgms-Fault": "{fault: delay, by: 2s}"})
            assert await events.changes(1) == [
                {"what": "clock", "did": "advanced", "now": "2026-03-02T08:55:02.000Z", "frozen": True}
            ]
