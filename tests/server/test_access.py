"""Access to the admin API and the pages, through the dispatcher."""

import json

import pytest

from mockgms.app import assemble
from mockgms.http.access import Access
from mockgms.http.messages import Reply, Request
from mockgms.scenario.catalog import Catalog

PAGE = "http://localhost:3000"
EVIL = "http://evil.example"


async def send(target: str, access: Access | None = None, method: str = "GET", **headers: str) -> Reply:
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog, access=access or Access())
    all_headers = {"host": "localhost:8080", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await dispatcher.answer(Request(method, target, headers=all_headers))


@pytest.mark.parametrize("path", ["/__admin/clock", "/s/other/__admin/clock", "/__admin/clock/"[:-1], "/"])
async def test_a_foreign_host_is_refused_in_every_session(path: str) -> None:
    reply = await send(path, host="evil.example")
    assert (reply.status, json.loads(reply.body)["field"]) == (403, "Host")


@pytest.mark.parametrize("path", ["/callbacks/availability/sales", "/genesys/1/service/callback", "/__admin/health"])
async def test_the_mocked_api_is_open_to_every_host_and_page(path: str) -> None:
    reply = await send(path, Access("192.168.1.7"), host="gms.example", origin=EVIL)
    assert reply.status == 200


async def test_a_page_of_this_machine_can_read_the_answer() -> None:
    reply = await send("/__admin/clock", origin=PAGE)
    assert reply.status == 200
    assert ("Access-Control-Allow-Origin", PAGE) in reply.headers


async def test_a_foreign_page_is_refused_and_cannot_read_the_refusal() -> None:
    reply = await send("/__admin/clock", origin=EVIL)
    assert (reply.status, json.loads(reply.body)["field"]) == (403, "Origin")
    assert not any(name.startswith("Access-Control") for name, _ in reply.headers)


@pytest.mark.parametrize(("origin", "status"), [(PAGE, 204), (EVIL, 405)])
async def test_a_preflight_is_granted_only_to_pages_of_this_machine(origin: str, status: int) -> None:
    reply = await send("/__admin/reset", method="OPTIONS", origin=origin, access_control_request_method="POST")
    assert reply.status == status


async def test_a_server_with_a_token_accepts_any_page_that_sends_it() -> None:
    access = Access("192.168.1.7", token="s3cret")
    preflight = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}
    granted = await send("/__admin/reset", access, "OPTIONS", origin=EVIL, **preflight)
    assert (granted.status, dict(granted.headers)["Access-Control-Allow-Headers"]) == (204, "authorization")
    refused = await send("/__admin/reset", access, "POST", origin=EVIL, host="gms.example")
    assert (refused.status, json.loads(refused.body)["field"]) == (401, "Authorization")
    assert (await send("/__admin/reset", access, "POST", origin=EVIL, authorization="Bearer s3cret")).status == 200


@pytest.mark.parametrize("path", ["/", "/playground", "/__admin/docs", "/__admin/openapi.json"])
@pytest.mark.parametrize("access", [Access("192.168.1.7", token="s3cret"), Access("192.168.1.7")])
async def test_pages_are_served_without_a_token(path: str, access: Access) -> None:
    assert (await send(path, access)).status == 200


async def test_an_unknown_path_is_a_404_even_if_the_admin_api_is_closed() -> None:
    assert (await send("/__admin/nothing", Access("192.168.1.7"))).status == 404


async def test_a_token_that_is_sent_to_the_mocked_api_is_masked_in_the_journal() -> None:
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog)
    await dispatcher.answer(Request("GET", "/callbacks/open-for/sales", headers={"authorization": "Bearer s3cret"}))
    shown = await dispatcher.answer(Request("GET", "/__admin/requests"))
    assert b"s3cret" not in shown.body
