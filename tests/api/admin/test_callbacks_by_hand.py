"""Callbacks that are booked and moved with the admin API."""

from typing import Any
from unittest.mock import ANY

import pytest

from mockgms.api.admin.callbacks import Booking, Move
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE
from mockgms.domain.service import Lifecycle, NumberChecks, Service, ThrottleWindow
from mockgms.scenario.model import ClockStart, Scenario
from tests.conftest import NOW
from tests.live import Client
from tests.messages import HAS_NUL, NO_SERVICE, NOT_A_TIME, NOT_AN_OBJECT, SERVICE_UNKNOWN

SALES = Service(
    "sales",
    capacity=Capacity(1),
    hours=OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 10 * 60),)),
    horizon=DAY,
    refuse_immediate_when_closed=True,
    max_queued=0,
    throttles=(ThrottleWindow(1, HOUR),),
    numbers=NumberChecks("US", refuse_impossible=True),
    lifecycle=Lifecycle(processing=5 * MINUTE),
)
SCHEDULED: dict[str, Any] = {
    "id": ANY,
    "service": "sales",
    "phone": "0",
    "created": "2026-03-02T08:55:00.000Z",
    "desired_time": "2026-03-09T09:07:00.000Z",
    "slot": "2026-03-09T09:00:00.000Z",
    "state": "SCHEDULED",
    "reason": None,
    "position": None,
    "wait": None,
    "moves": ["QUEUED", "COMPLETED"],
    "properties": {},
}
QUEUED = SCHEDULED | {
    "desired_time": "2026-03-02T08:55:00.000Z",
    "slot": None,
    "state": "QUEUED",
    "position": 1,
    "wait": 60,
    "moves": ["ROUTING", "COMPLETED"],
}
BOOKING: dict[str, Any] = {"service": "sales", "phone": "0", "desired_time": "2026-03-09T09:07:00Z"}


@pytest.fixture
def scenario() -> Scenario:
    clock = ClockStart(NOW, frozen=True)
    return Scenario("test", "For a test.", {"sales": SALES}, fallback=None, clock=clock)


async def book(client: Client, **fields: object) -> Any:
    answer = await client.post("/__admin/callbacks", json=BOOKING | fields)
    assert answer.status == 201
    return await answer.json()


async def move(client: Client, id: str, state: str, **more: object) -> tuple[int, Any]:
    answer = await client.patch(f"/__admin/callbacks/{id}", json={"state": state} | more)
    return answer.status, await answer.json()


async def callbacks(client: Client) -> object:
    return await (await client.get("/__admin/callbacks")).json()


async def free(client: Client) -> int:
    slots = await (await client.get("/__admin/slots?service=sales")).json()
    return sum(slot["free"] for slot in slots)


async def test_a_callback_is_booked_regardless_of_horizon_and_number_checks(client: Client) -> None:
    booked = await book(client)
    assert booked == SCHEDULED
    assert await callbacks(client) == [booked]


async def test_an_immediate_callback_is_booked_regardless_of_hours_queue_and_throttles(client: Client) -> None:
    assert await book(client, desired_time=None) == QUEUED
    second = await book(client, desired_time=None, properties={"name": "Ann", "age": 40, "gold": True, "score": 0.5})
    properties = {"name": "Ann", "age": 40, "gold": True, "score": 0.5}
    assert second == QUEUED | {"position": 2, "wait": 120, "properties": properties}


async def test_a_callback_can_be_booked_outside_office_hours_and_in_the_past(client: Client) -> None:
    closed = await book(client, desired_time="2026-03-02T22:00:00Z")
    over = await book(client, desired_time="2026-03-01T09:00:00Z")
    assert closed == SCHEDULED | {"desired_time": "2026-03-02T22:00:00.000Z", "slot": "2026-03-02T22:00:00.000Z"}
    assert over == QUEUED | {"desired_time": "2026-03-01T09:00:00.000Z", "slot": "2026-03-01T09:00:00.000Z"}


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ("{", "body", f"body must be JSON, such as {Booking.example}: it is cut off after byte 1"),
        ("{}", "service", f"service is required: write {Booking.example}"),
        ('{"service": "sales"}', "phone", f"phone is required: write {Booking.example}"),
        ('{"service": "sales", "phone": ""}', "phone", 'phone must be text of length >= 1: write "+14155550100"'),
        (
            '{"service": "sales", "phone": 5115}',
            "phone",
            'phone must be text, not a whole number: write "+14155550100"',
        ),
        ('{"service": "sales", "phone": "0\\u0000"}', "phone", f"phone {HAS_NUL}"),
        ('{"service": "sales\\u0000", "phone": "0"}', "service", f"service {HAS_NUL}"),
        (
            '{"service": "", "phone": "0"}',
            "service",
            NO_SERVICE,
        ),
        ('{"service": "salse", "phone": "0"}', "service", SERVICE_UNKNOWN),
        (
            '{"service": "sales", "phone": "0", "properties": {"a": []}}',
            "properties[...]",
            'properties[...] must be true or false, a whole number, a decimal number or text, not a list: write "gold"',
        ),
        (
            '{"service": "sales", "phone": "0", "desired_time": "soon"}',
            "desired_time",
            f"desired_time 'soon' {NOT_A_TIME}",
        ),
        (
            '{"service": "sales", "phone": "0", "desired_time": "2026-03-09T09:14:59Z"}',
            "desired_time",
            "desired_time lies in a slot that is full",
        ),
    ],
)
async def test_an_invalid_booking_names_its_field_and_books_nothing(
    client: Client, body: str, field: str, message: str
) -> None:
    booked = await book(client)
    answer = await client.post("/__admin/callbacks", data=body)
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": field})
    assert await callbacks(client) == [booked]


async def test_a_callback_is_moved_from_state_to_state(client: Client) -> None:
    booked = await book(client)
    queued = booked | {"state": "QUEUED", "position": 1, "wait": 60, "moves": ["ROUTING", "COMPLETED"]}
    assert await move(client, booked["id"], "QUEUED") == (200, queued)
    routing = queued | {"state": "ROUTING", "position": 0, "wait": 0, "moves": ["PROCESSING", "COMPLETED"]}
    assert await move(client, booked["id"], "ROUTING") == (200, routing)
    processing = routing | {"state": "PROCESSING", "moves": ["COMPLETED"]}
    assert await move(client, booked["id"], "PROCESSING") == (200, processing)
    completed = booked | {"state": "COMPLETED", "reason": "NO_ANSWER", "slot": None, "moves": []}
    assert await move(client, booked["id"], "COMPLETED", reason="NO_ANSWER") == (200, completed)
    assert await callbacks(client) == [completed]


async def test_a_moved_callback_continues_its_lifecycle_from_the_new_state(client: Client) -> None:
    booked = await book(client)
    for state in ("QUEUED", "ROUTING", "PROCESSING"):
        await move(client, booked["id"], state)
    await client.post("/__admin/clock/advance", json={"by": "5m"})
    assert await callbacks(client) == [booked | {"state": "COMPLETED", "reason": "AGENT_CONNECTED", "moves": []}]


async def test_a_completed_callback_frees_its_seat(client: Client) -> None:
    booked = await book(client, desired_time="2026-03-02T09:00:00Z")
    assert await free(client) == 3
    await move(client, booked["id"], "COMPLETED", reason="NO_ANSWER")
    assert await free(client) == 4


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ("[]", "body", f"{NOT_AN_OBJECT} {Move.example}"),
        ("{}", "state", f"state is required: write {Move.example}"),
        ('{"state": "DONE"}', "state", "state must be SCHEDULED, QUEUED, ROUTING, PROCESSING or COMPLETED, not 'DONE'"),
        (
            '{"state": "PROCESSING"}',
            "state",
            "state cannot be PROCESSING: a callback that is SCHEDULED can become QUEUED or COMPLETED",
        ),
        (
            '{"state": "COMPLETED"}',
            "reason",
            'reason is required with the state COMPLETED, such as "CANCELLED", and not allowed with others',
        ),
        (
            '{"state": "QUEUED", "reason": "x"}',
            "reason",
            'reason is required with the state COMPLETED, such as "CANCELLED", and not allowed with others',
        ),
        (
            '{"state": "COMPLETED", "reason": ""}',
            "reason",
            'reason must be text of length >= 1: write "CANCELLED"',
        ),
    ],
)
async def test_an_invalid_move_names_its_field_and_moves_nothing(
    client: Client, body: str, field: str, message: str
) -> None:
    booked = await book(client)
    answer = await client.patch(f"/__admin/callbacks/{booked['id']}", data=body)
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": field})
    assert await callbacks(client) == [booked]


async def test_a_completed_callback_cannot_be_moved(client: Client) -> None:
    booked = await book(client)
    await move(client, booked["id"], "COMPLETED", reason="NO_ANSWER")
    message = "state cannot be QUEUED: a callback that is COMPLETED can become nothing else"
    assert await move(client, booked["id"], "QUEUED") == (400, {"message": message, "field": "state"})


async def test_a_move_of_an_unknown_callback_is_a_404(client: Client) -> None:
    answer = await move(client, "x", "QUEUED")
    assert answer == (404, {"message": "There is no callback 'x'.", "field": "id"})
