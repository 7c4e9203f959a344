from unittest.mock import ANY

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
    "properties": {"firstname": "Bob"},
}


async def test_callbacks_of_both_versions_are_listed_as_they_were_booked(client: Client) -> None:
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


async def test_without_callbacks_the_list_is_empty(client: Client) -> None:
    answer = await client.get("/__admin/callbacks")
    assert (answer.status, await answer.json()) == (200, [])
