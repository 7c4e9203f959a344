from typing import Any

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import Client

V1, V3 = "/genesys/1/service/callback/sales", "/engagement/v3/callbacks"
NINE = "2026-03-02T09:00:00.000Z"


@pytest.fixture
def scenario() -> Scenario:
    return Catalog().parse(
        """
        description: A desk in Paris.
        clock: {now: 2026-03-02T08:55:00Z, frozen: true}
        services:
          sales: {timezone: Europe/Paris, capacity: 1, office_hours: [Mon-Fri 09:00-12:00], horizon: 1d}
        unknown_services: refuse
        """
    )


async def rows(client: Client) -> list[tuple[str | None, str | None]]:
    journal = await (await client.get("/__admin/requests?summary=true")).json()
    return [(each["service"], each["reason"]) for each in journal["requests"]]


async def create(client: Client, fault: str = "", service: str = "sales", **fields: Any) -> Any:
    headers = {"X-Mockgms-Fault": fault} if fault else {}
    body = {"serviceName": service, "phoneNumber": "+14155550123", **fields}
    return await client.post(f"{V3}/create", json=body, headers=headers)


async def test_the_reason_gives_the_result_of_a_booking_in_the_zone_of_its_service(client: Client) -> None:
    booked = await (await create(client, desiredTime=NINE)).json()
    await create(client, desiredTime=NINE)
    await create(client, desiredTime="2026-03-02T18:00:00Z")
    await create(client, desiredTime="2026-03-06T09:00:00Z")
    await client.post(V1, json={"_customer_number": "+14155550123", "_desired_time": "2026-03-01T08:00:00Z"})
    await client.put(f"{V1}/{booked['data']['id']}", json={"_new_desired_time": "2026-03-02T10:00:00Z"})
    await client.put(f"{V1}/{booked['data']['id']}", json={"name": "x"})
    await client.delete(f"{V1}/{booked['data']['id']}")
    await create(client, service="other")
    await create(client)
    assert await rows(client) == [
        ("sales", "Booked Mon 2 Mar 10:00"),
        ("sales", "Slot Mon 2 Mar 10:00 is full (1 of 1)"),
        ("sales", "Closed at Mon 2 Mar 19:00"),
        ("sales", "Fri 6 Mar 10:00 is beyond the horizon"),
        ("sales", "Sun 1 Mar 09:00 is in the past"),
        ("sales", "Moved to Mon 2 Mar 11:00"),
        ("sales", "Updated"),
        ("sales", "Cancelled, was Mon 2 Mar 11:00"),
        ("other", "The scenario has no service 'other' and does not create others"),
        ("sales", "Booked as soon as possible"),
    ]


async def test_the_reason_says_what_a_rule_did(client: Client) -> None:
    for fault in (
        "throttle",
        "server_error",
        "slot_conflict",
        "{fault: delay, by: 1ms}",
        "{fault: respond, status: 502}",
        "truncate",
    ):
        answer = await create(client, fault)
        answer.release()
    await client.post(
        "/__admin/rules", json={"name": "x", "phase": "after", "then": {"fault": "slow_body", "chunk": 999}}
    )
    await create(client, desiredTime="2026-03-02T18:00:00Z")
    assert [reason for _, reason in await rows(client)] == [
        "Throttled by rule, retry after 30 s",
        "Internal Server Error by rule",
        "Slot Mon 2 Mar 09:45 is full by rule",
        "Booked as soon as possible by rule",
        "By rule",
        "Answer cut off by rule; booked as soon as possible",
        "Answer sent slowly; closed at Mon 2 Mar 19:00",
    ]


async def test_the_reason_names_the_rule_only_for_its_own_refusals(client: Client) -> None:
    rule = {"name": "x", "then": {"fault": "rate_limit", "limit": 2, "per": "1m"}}
    await client.post("/__admin/rules", json=rule)
    await create(client, desiredTime="2026-03-02T18:00:00Z")
    await create(client)
    await create(client)
    await create(client, "{fault: error, refusal: slot_full}")
    assert [reason for _, reason in await rows(client)] == [
        "Closed at Mon 2 Mar 19:00",
        "Booked as soon as possible by rule",
        "Throttled by rule, retry after 30 s",
        "Slot is full by rule",
    ]


async def test_the_reason_of_an_availability_query_is_the_number_of_offered_times(client: Client) -> None:
    day = "start=2026-03-02T09:00:00Z&end=2026-03-02T09:30:00Z"
    await client.get(f"{V1}/availability?{day}")
    await client.get(f"{V3}/availability/sales?start=2026-03-02T09:00:00Z&end=2026-03-02T09:15:00Z")
    await client.get("/genesys/1/admin/callback/queues?time=now")
    await client.get("/nowhere")
    assert (await rows(client))[:3] == [("sales", "2 times offered"), ("sales", "1 time offered"), (None, None)]


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/genesys/1/service/ewt-for-vq?aqt=urs2&name=sales,support", "sales"),
        ("/genesys/2/ewt/urs2?vq=sales%2Csupport", "sales"),
        ("/engagement/v3/estimated-wait-time?virtual-queues=,%20sales%20,support", "sales"),
        ("/engagement/v3/estimated-wait-time?virtualQueues=sales", "sales"),
        ("/engagement/v3/estimated-wait-time", None),
        ("/engagement/v3/estimated-wait-time?virtual-queues=", None),
        ("/genesys/1/admin/callback/queues?target=sales", "sales"),
        ("/genesys/1/admin/callback/watermarks?service_name=sales&service_name=support", "sales"),
    ],
)
async def test_a_query_about_queues_has_the_first_of_them_as_service(
    client: Client, path: str, service: str | None
) -> None:
    await client.get(path)
    [(found, _)] = await rows(client)
    assert found == service
