"""Access to the admin API and the pages, through the exchange."""

import json

import pytest

from mockgms.app import assemble
from mockgms.http.access import Access
from mockgms.http.messages import Reply, Request
from mockgms.scenario.catalog import Catalog

PAGE = "http://localhost:3000"
EVIL = "http://evil.example"


async def ask(target: str, access: Access | None = None, method: str = "GET", **headers: str) -> Reply:
    catalog = Catalog()
    exchange = assemble(catalog.named("default"), catalog, access=access or Access())
    named = {"host": "localhost:8080", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await exchange.answer(Request(method, target, headers=named))


@pytest.mark.parametrize("path", ["/__admin/clock", "/s/other/__admin/clock", "/__admin/clock/"[:-1], "/"])
async def test_a_foreign_name_is_refused_in_every_session(path: str) -> None:
    reply = await ask(path, host="evil.example")
    assert (reply.status, json.loads(reply.body)["field"]) == (403, "Host")


@pytest.mark.parametrize("path", ["/callbacks/availability/sales", "/genesys/1/service/callback", "/__admin/health"])
async def test_the_api_that_is_mocked_is_for_every_name_and_page(path: str) -> None:
    reply = await ask(path, Access("192.168.1.7"), host="gms.example", origin=EVIL)
    assert reply.status == 200


async def test_a_page_of_this_machine_reads_what_it_is_answered() -> None:
    reply = await ask("/__admin/clock", origin=PAGE)
    assert reply.status == 200
    assert ("Access-Control-Allow-Origin", PAGE) in reply.headers


async def test_a_foreign_page_is_refused_and_cannot_read_why() -> None:
    reply = await ask("/__admin/clock", origin=EVIL)
    assert (reply.status, json.loads(reply.body)["field"]) == (403, "Origin")
    assert not any(name.startswith("Access-Control") for name, _ in reply.headers)


@pytest.mark.parametrize(("origin", "status"), [(PAGE, 204), (EVIL, 405)])
async def test_a_preflight_is_granted_to_pages_of_this_machine_alone(origin: str, status: int) -> None:
    reply = await ask("/__admin/reset", method="OPTIONS", origin=origin, access_control_request_method="POST")
    assert reply.status == status


async def test_with_a_token_any_page_may_come_and_show_it() -> None:
    access = Access("192.168.1.7", token="s3cret")
    asked = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}
    granted = await ask("/__admin/reset", access, "OPTIONS", origin=EVIL, **asked)
    assert (granted.status, dict(granted.headers)["Access-Control-Allow-Headers"]) == (204, "authorization")
    refused = await ask("/__admin/reset", access, "POST", origin=EVIL, host="gms.example")
    assert (refused.status, json.loads(refused.body)["field"]) == (401, "Authorization")
    assert (await ask("/__admin/reset", access, "POST", origin=EVIL, authorization="Bearer s3cret")).status == 200


@pytest.mark.parametrize("path", ["/", "/playground", "/__admin/docs", "/__admin/openapi.json"])
@pytest.mark.parametrize("access", [Access("192.168.1.7", token="s3cret"), Access("192.168.1.7")])
async def test_a_page_comes_without_a_token_for_a_browser_sends_none(path: str, access: Access) -> None:
    assert (await ask(path, access)).status == 200


async def test_a_path_that_is_not_there_is_unknown_to_everybody() -> None:
    assert (await ask("/__admin/nothing", Access("192.168.1.7"))).status == 404


async def test_a_token_that_is_sent_where_it_is_not_wanted_is_masked() -> None:
    catalog = Catalog()
    exchange = assemble(catalog.named("default"), catalog)
    await exchange.answer(Request("GET", "/callbacks/open-for/sales", headers={"authorization": "Bearer s3cret"}))
    shown = await exchange.answer(Request("GET", "/__admin/requests"))
    assert b"s3cret" not in shown.body
