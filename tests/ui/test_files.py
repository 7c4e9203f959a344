"""The pages and their files, as they go over the wire."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from mockgms.domain.refusals import Refusal
from mockgms.http.refusals import OwnDefect
from mockgms.scenario.model import Scenario
from mockgms.session import Session
from mockgms.ui import SCRIPTS, UI
from mockgms.ui.pages import PAGES
from tests.live import Client

PATHS = [route.pattern for route in UI.routes if route.pattern]
FILES = {item.name: item.read_bytes() for item in files("mockgms.ui").joinpath("static").iterdir()}
FILES["schema.json"] = Path("scenarios/schema.json").read_bytes()
TITLES = [page.title for page in PAGES]
NAMES = {route.pattern: route.operation.removeprefix("ui.") for route in UI.routes if route.pattern}
TYPES = {
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "ts": "text/plain; charset=utf-8",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', script-src 'nonce-{0}'; style-src 'nonce-{0}'"
)
POLICY_OF_FILES = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def test_every_file_and_page_is_at_one_path() -> None:
    assert sorted(NAMES.values()) == sorted([*FILES, *TITLES])


@pytest.mark.parametrize("base", ["", "/s/test-1"])
@pytest.mark.parametrize("path", PATHS)
async def test_a_page_or_file_is_sent_completely_with_its_type_and_a_strict_policy(
    client: Client, base: str, path: str
) -> None:
    answer = await client.get(base + path)
    name = NAMES[path]
    body = await answer.read()
    nonces = set(re.findall(rb'nonce="([\w-]{22})"', body))
    nonce = nonces.pop() if name in TITLES else b""
    assert nonces == set()
    assert answer.status == 200
    if nonce:
        assert f"<title>{name} · mockgms</title>".encode() in body
    else:
        assert body == FILES[name]
    sent = {key: answer.headers[key] for key in answer.headers if key not in ("Date", "Content-Length", "Vary")}
    assert {key: value for key, value in sent.items() if not key.startswith("Access-Control-")} == {
        "Content-Type": TYPES["html" if nonce else name.rpartition(".")[2]],
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY.format(nonce.decode()) if nonce else POLICY_OF_FILES,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


async def test_a_head_request_gets_the_headers_of_a_page(client: Client) -> None:
    answer = await client.head("/")
    assert (answer.status, await answer.read()) == (200, b"")
    page = await (await client.get("/")).read()
    assert int(answer.headers["Content-Length"]) == len(page)


async def test_a_page_has_a_new_nonce_each_time(client: Client) -> None:
    policies = {(await client.get("/")).headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


async def test_a_session_is_reached_with_a_slash_and_without(client: Client) -> None:
    for path in ("/s/test-1", "/s/test-1/"):
        answer = await client.get(path)
        assert (answer.status, answer.url.path) == (200, "/s/test-1/")
        assert b"<title>Start " in await answer.read()
    answer = await client.get("/s/test-1", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (307, "test-1/")  # relative: a proxy may add a prefix


@pytest.mark.parametrize("path", ["/ui/nothing.js", "/ui/..%2f__init__.py", "/ui/%2e%2e%2f__init__.py", "/ui/"])
async def test_other_paths_of_files_are_not_found(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert answer.content_type == "application/json"


async def test_scripts_for_the_pages_of_others_are_sent_to_them_and_pages_are_not(client: Client) -> None:
    elsewhere = {"Host": "mock.shop.example", "Origin": "http://shop.example"}
    for path in PATHS:
        answer = await client.get(path, headers=elsewhere)
        assert answer.status == (200 if path in SCRIPTS else 403)


async def test_requests_for_pages_are_not_in_the_journal(client: Client) -> None:
    for path in PATHS:
        await client.get(path)
    await client.get("/callbacks/availability/sales")
    journal = await (await client.get("/__admin/requests")).json()
    assert [entry["request"]["path"] for entry in journal["requests"]] == ["/callbacks/availability/sales"]


async def test_the_pages_leave_the_paths_of_the_widget_at_the_root_in_place(client: Client) -> None:
    answer = await client.post("/callbacks/create", json={"serviceName": "sales", "phoneNumber": "+15551234"})
    assert answer.status == 200
    answer = await client.post("/")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("refusal", [OwnDefect()])
def test_a_defect_is_answered_as_text(refusal: Refusal) -> None:
    reply = UI.render_refusal(refusal, Session("default", Scenario("test", "For a test.")))
    assert (reply.status, reply.body, reply.content_type) == (
        500,
        b"A defect of mockgms: see its log.\n",
        "text/plain; charset=utf-8",
    )
