import pytest

from mockgms.http.routing import Route
from tests.generator.shipped_document import ADMIN
from tests.live import Client


@pytest.mark.parametrize("route", ADMIN.routes, ids=lambda route: route.operation)
async def test_an_unknown_parameter_is_named(client: Client, route: Route) -> None:
    path = route.pattern.format(id="x", name="x")
    answer = await client.request(route.method, f"/__admin{path}", params={"zzz": "1"})
    assert (answer.status, await answer.json()) == (400, {"message": "zzz is not a parameter here", "field": "zzz"})


async def test_the_refusal_of_an_unknown_parameter_suggests_a_similar_one(client: Client) -> None:
    answer = await client.get("/__admin/requests", params={"operaton": "schedule"})
    message = "operaton is not a parameter here, did you mean `operation`?"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "operaton"})


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "reset"), ("PUT", "rules/x"), ("DELETE", "rules/x"), ("DELETE", "requests"), ("GET", "requests")],
)
async def test_a_body_that_the_operation_does_not_read_is_refused_and_nothing_changes(
    client: Client, method: str, path: str
) -> None:
    await client.post("/__admin/callbacks", json={"service": "sales", "phone": "+14155550100"})
    answer = await client.request(method, f"/__admin/{path}", data=b'{"scenario": "default"}')
    message = "body is not allowed here: leave it out"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "body"})
    assert len(await (await client.get("/__admin/callbacks")).json()) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b" null\n"])
async def test_an_empty_object_or_null_is_accepted_in_place_of_no_body(client: Client, body: bytes) -> None:
    answer = await client.post("/__admin/reset", data=body)
    assert answer.status == 200
