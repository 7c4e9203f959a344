"""Server-sent events, over real sockets."""

from typing import Any

import pytest

from mockgms.scenario.model import ClockStart, Scenario
from tests.api.admin.streaming import AT, BOOKING, EVENTS, TEN, V1, reading, send
from tests.conftest import NOW
from tests.live import Client


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


async def test_the_stream_has_the_headers_of_server_sent_events_and_is_open_to_any_origin(client: Client) -> None:
    async with reading(client) as events:
        headers = events.response.headers
        assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Length" not in headers
        assert headers["Connection"] == "close"


async def test_each_answered_request_is_an_exchange_event_with_masked_numbers(client: Client) -> None:
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
                "service": "sales",
                "phone": "***00",
                "status": 200,
                "delivery": None,
                "reason": "96 times offered",
                "rule": None,
                "faults": [],
                "hints": [],
            },
        )
        assert events.id.endswith("-1")


async def test_unmasked_events_show_the_numbers(client: Client) -> None:
    async with reading(client, f"{EVENTS}?unmasked=true") as events:
        await send(client, "POST", V1, data=BOOKING)
        _, change = await events.next()
        _, exchange = await events.next()
        assert (change["phone"], exchange["phone"]) == ("4155550100", "4155550100")


async def test_a_change_of_a_callback_is_published_before_the_exchange_that_caused_it(client: Client) -> None:
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


async def test_callbacks_booked_and_moved_with_the_admin_api_are_published(client: Client) -> None:
    async with reading(client) as events:
        booked = await send(client, "POST", "/__admin/callbacks", json={"service": "sales", "phone": "4155550100"})
        await send(client, "PATCH", f"/__admin/callbacks/{booked['id']}", json={"state": "ROUTING"})
        at_once = {"desired_time": AT, "slot": None, "slot_before": None}
        assert await events.changes(2) == [
            callback("booked", booked["id"], **at_once, state="QUEUED"),
            callback("moved", booked["id"], **at_once, state="ROUTING"),
        ]


async def test_each_change_of_the_clock_is_published(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "POST", "/__admin/clock/advance", json={"by": "15m"})
        await send(client, "PUT", "/__admin/clock", json={"now": TEN, "frozen": True})
        assert await events.changes(2) == [
            {"what": "clock", "did": "advanced", "now": "2026-03-02T09:10:00.000Z", "frozen": True},
            {"what": "clock", "did": "set", "now": TEN, "frozen": True},
        ]


async def test_an_advance_to_the_next_opening_is_published(client: Client) -> None:
    hours = "description: Hours.\nservices: {sales: {office_hours: [Mon-Fri 09:00-18:00]}}\n"
    await send(client, "PUT", "/__admin/scenario", data=f"{hours}clock: {{now: {AT}, frozen: true}}")
    async with reading(client) as events:
        await send(client, "POST", "/__admin/clock/advance", json={"to": "next_opening", "service": "sales"})
        assert await events.changes(1) == [
            {"what": "clock", "did": "set", "now": "2026-03-02T09:00:00.000Z", "frozen": True}
        ]


async def test_slots_that_are_closed_and_reopened_with_the_admin_api_are_published(client: Client) -> None:
    async with reading(client) as events:
        for closed in True, False:
            await send(client, "PUT", "/__admin/slots", json={"service": "sales", "start": TEN, "closed": closed})
        assert await events.changes(2) == [
            {"what": "slots", "did": "closed", "service": "sales", "slot": TEN},
            {"what": "slots", "did": "reopened", "service": "sales", "slot": TEN},
        ]


async def test_the_disarming_and_restoring_of_a_scenario_rule_is_published(client: Client) -> None:
    rule = "description: Down.\nrules: [{name: down, then: {fault: server_error}}]"
    await send(client, "PUT", "/__admin/scenario", data=rule)
    async with reading(client) as events:
        await send(client, "DELETE", "/__admin/rules/down")
        await send(client, "PUT", "/__admin/rules/down")
        assert await events.changes(2) == [
            {"what": "rules", "did": "disarmed", "name": "down"},
            {"what": "rules", "did": "restored", "name": "down"},
        ]


async def test_the_arming_and_disarming_of_a_rule_is_published(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "POST", "/__admin/rules", data="{name: down, then: {fault: server_error}}")
        await send(client, "DELETE", "/__admin/rules/down")
        assert await events.changes(2) == [
            {"what": "rules", "did": "armed", "name": "down"},
            {"what": "rules", "did": "disarmed", "name": "down"},
        ]


async def test_a_scenario_switch_a_reset_and_generated_customers_are_one_change_each(client: Client) -> None:
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


async def test_the_placeholder_bookings_of_preset_slots_are_published_as_one_change(client: Client) -> None:
    preset = "description: Preset.\nservices: {'*': {slots: [{start: '2026-03-02T10:00:00Z', free: 0}]}}\n"
    await send(client, "PUT", "/__admin/scenario", data=preset)
    async with reading(client) as events:
        await send(client, "GET", "/__admin/slots?service=sales")
        await send(client, "DELETE", "/__admin/requests")
        assert await events.changes(2) == [
            {"what": "slots", "did": "filled", "service": "sales"},
            {"what": "requests", "did": "cleared"},
        ]


class TestVirtualLatency:
    @pytest.fixture
    def scenario(self) -> Scenario:
        return Scenario("test", "For a test.", clock=ClockStart(NOW, frozen=True), latency="virtual")

    async def test_a_virtual_delay_is_published_as_a_change_of_the_clock(self, client: Client) -> None:
        async with reading(client) as events:
            await send(client, "GET", f"{V1}/availability", headers={"X-Mockgms-Fault": "{fault: delay, by: 2s}"})
            assert await events.changes(1) == [
                {"what": "clock", "did": "advanced", "now": "2026-03-02T08:55:02.000Z", "frozen": True}
            ]
