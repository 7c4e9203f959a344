"""Slots that are filled, freed, closed and reopened with the admin API."""

from typing import Any

import pytest

from mockgms.api.admin.slots import SlotChange
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, CalendarDay, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY
from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, Scenario
from tests.conftest import NOW
from tests.live import Client
from tests.messages import NOT_A_TIME, SERVICE_UNKNOWN

NINE_TO_TEN = OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 10 * 60),), holidays=(CalendarDay(3, 3),))
SALES = Service("sales", time_bucket=60, capacity=Capacity(2), hours=NINE_TO_TEN, horizon=2 * DAY)
NINE = "2026-03-02T09:00:00.000Z"


@pytest.fixture
def scenario() -> Scenario:
    clock = ClockStart(NOW, frozen=True)
    return Scenario("test", "For a test.", {"sales": SALES}, fallback=None, clock=clock)


def slot(start: str, state: str, reason: str | None = None, *, booked: int = 0) -> dict[str, Any]:
    counted = {"start": start, "capacity": 2, "booked": booked, "free": 2 - booked}
    return counted | {"state": state, "reason": reason}


async def change(client: Client, **fields: object) -> tuple[int, Any]:
    answer = await client.put("/__admin/slots", json={"service": "sales", "start": "2026-03-02T09:07Z"} | fields)
    return answer.status, await answer.json()


async def slots(client: Client, query: str = "") -> Any:
    answer = await client.get(f"/__admin/slots?service=sales{query}")
    assert answer.status == 200
    return await answer.json()


async def schedule(client: Client, desired: str = NINE) -> tuple[int, str]:
    booking = {"serviceName": "sales", "phoneNumber": "+15551234", "desiredTime": desired}
    answer = await client.post("/engagement/v3/callbacks/create", json=booking)
    return answer.status, (await answer.json())["status"]["message"]


async def available(client: Client) -> object:
    answer = await client.get("/genesys/1/service/callback/sales/availability")
    return await answer.json()


async def open_for(client: Client, query: str = "") -> object:
    return (await (await client.get(f"/callbacks/open-for/sales{query}")).json())["data"]["openFor"]


async def test_with_all_each_slot_is_listed_with_its_state_and_reason(client: Client) -> None:
    await change(client, free=1)
    shown = await slots(client, "&all=true&start=2026-03-02T08:00Z&days=4")
    assert len(shown) == 4 * 24
    assert shown[:3] == [
        slot("2026-03-02T08:00:00.000Z", "past", "has begun"),
        slot(NINE, "taken", booked=1),
        slot("2026-03-02T10:00:00.000Z", "closed", "out of hours"),
    ]
    assert shown[25] == slot("2026-03-03T09:00:00.000Z", "closed", "a holiday")
    assert shown[49] == slot("2026-03-04T09:00:00.000Z", "beyond_horizon", "beyond the horizon")


async def test_filling_a_slot_books_callbacks_and_reduces_the_availability(client: Client) -> None:
    assert await available(client) == {NINE: 2}
    assert await change(client, free=1) == (200, slot(NINE, "taken", booked=1))
    assert await available(client) == {NINE: 1}
    assert await change(client, free=0) == (200, slot(NINE, "full", booked=2))
    assert await schedule(client) == (400, "Too many requests at this time.")
    booked = await (await client.get("/__admin/callbacks")).json()
    assert [(each["phone"], each["slot"], each["properties"]) for each in booked] == [
        ("+15550100", NINE, {"filled": "by hand"}),
        ("+15550100", NINE, {"filled": "by hand"}),
    ]


async def test_freeing_a_slot_cancels_its_newest_callbacks(client: Client) -> None:
    assert await schedule(client) == (200, "Successful")
    await change(client, free=0)
    assert await change(client, free=1) == (200, slot(NINE, "taken", booked=1))
    booked = await (await client.get("/__admin/callbacks")).json()
    assert [(each["phone"], each["state"], each["reason"]) for each in booked] == [
        ("+15551234", "SCHEDULED", None),
        ("+15550100", "COMPLETED", "CANCELLED"),
    ]
    assert await change(client, free=2) == (200, slot(NINE, "free"))


async def test_a_slot_that_already_has_the_requested_free_seats_is_not_changed(client: Client) -> None:
    assert await change(client, free=2) == (200, slot(NINE, "free"))
    assert await (await client.get("/__admin/callbacks")).json() == []


async def test_closing_and_reopening_a_slot_keeps_its_bookings(client: Client) -> None:
    await schedule(client)
    closed = slot(NINE, "closed", "closed by hand", booked=1)
    assert await change(client, closed=True) == (200, closed)
    assert await slots(client) == []
    assert (await slots(client, "&all=true&start=2026-03-02T09:00Z"))[0] == closed
    assert await schedule(client) == (400, "Office closed at the desired time.")
    assert await change(client, closed=False) == (200, slot(NINE, "taken", booked=1))
    assert await schedule(client) == (200, "Successful")


async def test_a_closed_slot_ends_the_opening_hours(client: Client) -> None:
    assert await open_for(client, f"?start={NINE}") == 3600
    await change(client, closed=True)
    assert await open_for(client, f"?start={NINE}") == 0
    assert await open_for(client, "?start=2026-03-04T09:00:00Z") == 3600


async def test_free_and_closed_can_be_set_at_once(client: Client) -> None:
    closed = slot(NINE, "closed", "closed by hand", booked=2)
    assert await change(client, free=0, closed=True) == (200, closed)


async def test_a_slot_that_is_closed_twice_is_reopened_by_one_change(client: Client) -> None:
    closed = slot(NINE, "closed", "closed by hand")
    assert [await change(client, closed=True) for _ in range(2)] == [(200, closed)] * 2
    assert [await change(client, closed=False) for _ in range(2)] == [(200, slot(NINE, "free"))] * 2


async def test_a_reset_undoes_changes_of_slots(client: Client) -> None:
    await change(client, free=0, closed=True)
    await client.post("/__admin/reset")
    assert await slots(client) == [slot(NINE, "free")]


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "free", f"free is required, unless `closed` is given: write {SlotChange.example}"),
        ({"free": "0"}, "free", "free must be a whole number or null, not text: write it without quotes"),
        ({"free": 3, "closed": True}, "free", "free must be from 0 to 2, the seats of the slot"),
        ({"free": -1}, "free", "free must be from 0 to 2, the seats of the slot"),
        ({"free": 0, "service": "salse"}, "service", SERVICE_UNKNOWN),
        ({"free": 0, "start": "x"}, "start", f"start 'x' {NOT_A_TIME}"),
        (
            {"free": 0, "start": "2026-03-02T08:56Z"},
            "start",
            "start lies in a slot that has begun at 2026-03-02T08:00:00.000Z",
        ),
        (
            {"closed": False, "start": "2026-03-02T10:00Z"},
            "closed",
            "closed cannot be false: the slot lies outside of the office hours",
        ),
    ],
)
async def test_an_invalid_change_names_its_field_and_changes_nothing(
    client: Client, fields: dict[str, object], field: str, message: str
) -> None:
    assert await change(client, **fields) == (400, {"message": message, "field": field})
    assert await slots(client) == [slot(NINE, "free")]
