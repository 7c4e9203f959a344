from unittest.mock import ANY

import pytest

from tests.live import Client

OF_V1 = {
    "id": ANY,
    "service": "sales",
    "phone": "+15551234",
    "created": "2026-03-02T08:55:00.000Z",
    "desired_time": "2026-03-02T10:07:00.000Z",
    "slot": "2026-03-02T10:00:00.000Z",
    "state": "SCHEDULED",
    "reason": None,
    "position": None,
    "wait": None,
    "moves": ["QUEUED", "COMPLETED"],
    "properties": {"firstname": "Ann"},
}
OF_V3 = {
    "id": ANY,
    "service": "sales",
    "phone": "+15555678",
    "created": "2026-03-02T08:55:00.000Z",
    "desired_time": "2026-03-02T08:55:00.000Z",
    "slot": None,
    "state": "QUEUED",
    "reason": None,
    "position": 1,
    "wait": 60,
    "moves": ["ROUTING", "COMPLETED"],
    "properties": {"firstname": "Bob"},
}


async def test_callbacks_of_both_versions_are_listed_in_the_order_of_booking(client: Client) -> None:
    await client.post(
        "/genesys/1/service/callback/sales",
        json={"_customer_number": "+15551234", "_desired_time": "2026-03-02T10:07:00.000Z", "firstname": "Ann"},
    )
    await client.post(
        "/callbacks/create",
        json={"serviceName": "sales", "phoneNumber": "+15555678", "userData": {"firstname": "Bob"}},
    )
    answer = await client.get("/__admin/callbacks")
    assert (answer.status, await answer.json()) == (200, [OF_V1, OF_V3])


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("limit=2", ["+15550002", "+15550003"]), ("limit=2&service=sales", ["+15550001", "+15550003"])],
)
async def test_a_limit_leaves_the_newest_callbacks(client: Client, query: str, numbers: list[str]) -> None:
    for service, number in (("sales", "+15550001"), ("support", "+15550002"), ("sales", "+15550003")):
        await client.post(f"/genesys/1/service/callback/{service}", json={"_customer_number": number})
    answer = await client.get(f"/__admin/callbacks?{query}")
    assert (answer.status, [callback["phone"] for callback in await answer.json()]) == (200, numbers)


async def test_without_callbacks_the_list_is_empty(client: Client) -> None:
    answer = await client.get("/__admin/callbacks")
    assert (answer.status, await answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("query", "phones"),
    [
        ("service=sales", ["1", "2", "3"]),
        ("service=support", ["4"]),
        ("service=sales&slot=2026-03-02T10:14Z", ["1", "2"]),
        ("service=support&slot=2026-03-02T10:14Z", []),
    ],
)
async def test_callbacks_are_found_by_service_and_by_slot(client: Client, query: str, phones: list[str]) -> None:
    for service, phone, desired in (
        ("sales", "1", "2026-03-02T10:00:00Z"),
        ("sales", "2", "2026-03-02T10:07:00Z"),
        ("sales", "3", "2026-03-02T10:15:00Z"),
        ("support", "4", "2026-03-02T10:15:00Z"),
    ):
        booking = {"service": service, "phone": phone, "desired_time": desired}
        assert (await client.post("/__admin/callbacks", json=booking)).status == 201
    answer = await client.get(f"/__admin/callbacks?{query}")
    assert (answer.status, [callback["phone"] for callback in await answer.json()]) == (200, phones)


async def test_a_filter_by_slot_requires_a_service(client: Client) -> None:
    answer = await client.get("/__admin/callbacks?slot=2026-03-02T10:00Z")
    assert (answer.status, await answer.json()) == (
        400,
        {"message": 'service is required: write the name of a service, such as "sales"', "field": "service"},
    )
