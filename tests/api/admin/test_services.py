from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.service import Service
from mockgms.scenario.model import ClockStart, Scenario
from tests.conftest import NOW
from tests.live import Client
from tests.messages import SERVICE_UNKNOWN

SALES = Service("sales", timezone=ZoneInfo("Europe/Paris"), time_bucket=30)
LISTED = {"name": "sales", "timezone": "Europe/Paris", "time_bucket": 30, "callbacks": 0}
PROVISIONED = {"name": "support", "timezone": "UTC", "time_bucket": 15, "callbacks": 0}


@pytest.fixture(params=[True, False])
def provisions(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def scenario(provisions: bool) -> Scenario:
    fallback = Service() if provisions else None
    return Scenario("test", "For a test.", {"sales": SALES}, fallback, clock=ClockStart(NOW, frozen=True))


async def test_the_list_has_the_services_of_the_scenario_and_those_used_since(client: Client, provisions: bool) -> None:
    answer = await client.get("/__admin/services")
    assert (answer.status, await answer.json()) == (200, {"services": [LISTED], "any_name": provisions})
    await client.get("/genesys/1/service/callback/support/availability")
    answer = await client.get("/__admin/services")
    await client.post("/__admin/callbacks", json={"service": "sales", "phone": "+14155550123"})
    answer = await client.get("/__admin/services")
    booked = LISTED | {"callbacks": 1}
    services = [booked, PROVISIONED] if provisions else [booked]
    assert await answer.json() == {"services": services, "any_name": provisions}


@pytest.mark.parametrize("provisions", [False], indirect=True)
async def test_the_refusal_of_an_unknown_service_suggests_a_similar_one_and_lists_them(client: Client) -> None:
    for method, path, body in (
        ("GET", "/slots?service=salse", None),
        ("PUT", "/slots", {"service": "salse", "start": "2026-03-02T10:00:00Z", "free": 0}),
        ("POST", "/callbacks", {"service": "salse", "phone": "+14155550100"}),
        ("POST", "/clock/advance", {"to": "next_opening", "service": "salse"}),
    ):
        answer = await client.request(method, f"/__admin{path}", json=body)
        assert (answer.status, await answer.json()) == (400, {"message": SERVICE_UNKNOWN, "field": "service"})
