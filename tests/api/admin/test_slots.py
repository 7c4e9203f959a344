from typing import Any

import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR
from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, Scenario
from tests.conftest import NOW
from tests.live import Client
from tests.messages import NAME_TOO_LONG, NOT_A_NUMBER, NOT_A_TIME

NINE_TO_TEN = OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 10 * 60),))
SALES = Service("sales", time_bucket=30, capacity=Capacity(2), hours=NINE_TO_TEN, horizon=3 * DAY)


@pytest.fixture
def scenario() -> Scenario:
    clock = ClockStart(NOW, frozen=True)
    return Scenario("test", "For a test.", {"sales": SALES}, fallback=None, clock=clock)


def slot(start: str, booked: int = 0) -> dict[str, Any]:
    state = ("free", "taken", "full")[booked]
    counted = {"start": f"{start}:00.000Z", "capacity": 2, "booked": booked, "free": 2 - booked}
    return counted | {"state": state, "reason": None}


async def book(client: Client, start: str) -> None:
    answer = await client.post(
        "/genesys/1/service/callback/sales",
        json={"_customer_number": "+15551234", "_desired_time": f"{start}:00.000Z"},
    )
    assert answer.status == 200


async def slots(client: Client, **query: str) -> object:
    answer = await client.get("/__admin/slots", params={"service": "sales"} | query)
    assert answer.status == 200
    return await answer.json()


async def test_the_slots_of_the_next_day_are_listed_with_their_booked_seats(client: Client) -> None:
    await book(client, "2026-03-02T09:00")
    for _ in range(2):
        await book(client, "2026-03-02T09:40")
    assert await slots(client) == [slot("2026-03-02T09:00", 1), slot("2026-03-02T09:30", 2)]


@pytest.mark.parametrize(
    ("query", "starts"),
    [
        ({"days": "2"}, ["2026-03-02T09:00", "2026-03-02T09:30", "2026-03-03T09:00", "2026-03-03T09:30"]),
        ({"start": "2026-03-03T10:30+01:00"}, ["2026-03-03T09:30", "2026-03-04T09:00"]),
        ({"start": "2026-03-01T09:15Z", "days": "1"}, ["2026-03-02T09:00"]),
        ({"start": "2026-03-04T00:00Z", "days": "366"}, ["2026-03-04T09:00", "2026-03-04T09:30"]),
        ({"start": "9997-12-31T00:00Z", "days": "366"}, []),
    ],
)
async def test_the_list_has_the_slots_of_the_requested_days_up_to_the_horizon(
    client: Client, query: dict[str, str], starts: list[str]
) -> None:
    assert await slots(client, **query) == [slot(start) for start in starts]


async def test_slots_follow_the_clock_of_the_session(client: Client) -> None:
    await client.post("/s/one/__admin/clock/advance", json={"by": f"{HOUR}ms"})
    answer = await client.get("/s/one/__admin/slots?service=sales")
    assert await answer.json() == [slot("2026-03-03T09:00"), slot("2026-03-03T09:30")]


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("", "service", "is required"),
        ("service=", "service", "is required"),
        ("service=support", "service", "'support' is not in the scenario (there are: sales)"),
        (f"service={'x' * 256}", "service", NAME_TOO_LONG),
        ("service=sales&days=0", "days", "must be from 1 to 366"),
        ("service=sales&days=367", "days", "must be from 1 to 366"),
        ("service=sales&days=x", "days", f"{NOT_A_NUMBER} 'x'"),
        ("service=sales&start=x", "start", f"'x' {NOT_A_TIME}"),
        (
            "service=sales&start=2026-03-02T09:00",
            "start",
            "'2026-03-02T09:00' has no zone: end it with Z or an offset such as +01:00",
        ),
    ],
)
async def test_an_invalid_parameter_is_named(client: Client, query: str, field: str, reason: str) -> None:
    answer = await client.get(f"/__admin/slots?{query}")
    assert (answer.status, await answer.json()) == (400, {"message": f"{field} {reason}", "field": field})
