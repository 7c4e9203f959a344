"""The pages and their files, as they go over the wire."""

import re
from importlib.resources import files

import pytest
from aiohttp import ClientResponse

from mockgms.domain.refusals import Refusal
from mockgms.http.refusals import OwnDefect
from mockgms.scenario.model import Scenario
from mockgms.session import Session
from mockgms.ui import SCRIPTS, UI
from mockgms.ui.pages import PAGES
from tests.live import Client

PATHS = [route.pattern for route in UI.routes if route.pattern]
FILES = {item.name: item.read_bytes() for item in files("mockgms.ui").joinpath("static").iterdir()}
NAMES = {route.pattern: route.operation.removeprefix("ui.") for route in UI.routes if "." in route.pattern}
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
ALONE = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
)
HEADERS = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def sent(answer: ClientResponse) -> dict[str, str]:
    """The headers of an answer, without those that every answer has."""
    return {
        name: value
        for name, value in answer.headers.items()
        if name not in ("Date", "Content-Length", "Vary") and not name.startswith("Access-Control-")
    }


def test_every_file_is_at_one_path() -> None:
    assert sorted(NAMES.values()) == sorted(FILES)


@pytest.mark.parametrize("base", ["", "/s/test-1"])
@pytest.mark.parametrize("path", NAMES)
async def test_a_file_comes_whole_with_its_type_and_a_strict_policy(client: Client, base: str, path: str) -> None:
    answer = await client.get(base + path)
    name = NAMES[path]
    assert (answer.status, await answer.read()) == (200, FILES[name])
    kind = TYPES[name.rpartition(".")[2]]
    assert sent(answer) == {**HEADERS, "Content-Type": kind, "Content-Security-Policy": ALONE}


@pytest.mark.parametrize("base", ["", "/s/test-1"])
@pytest.mark.parametrize("path", [*(page.path for page in PAGES), "/__admin/docs"])
async def test_a_page_has_a_nonce_of_its_own_for_its_scripts_and_styles(client: Client, base: str, path: str) -> None:
    nonces = set()
    for _ in range(2):
        answer = await client.get(base + path)
        text = await answer.text()
        [nonce] = set(re.findall(r'nonce="([^"]+)"', text))
        nonces.add(nonce)
        expected = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY.format(nonce=nonce)}
        assert sent(answer) == {**HEADERS, **expected}
        loading = re.findall(r'<(?:script|link rel="stylesheet"|link nonce)[^>]*>', text)
        assert [tag for tag in loading if "nonce" not in tag] == []
        assert text.count('aria-current="page"') == 1
    assert len(nonces) == 2


async def test_the_head_of_a_page_can_be_asked_for_alone(client: Client) -> None:
    answer = await client.head("/")
    assert (answer.status, await answer.read()) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(await (await client.get("/")).read())


async def test_the_address_of_a_session_gets_a_slash_at_its_end_so_that_relative_addresses_work(client: Client) -> None:
    answer = await client.get("/s/test-1", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (308, "test-1/")
    answer = await client.get("/s/test-1")
    assert (answer.status, answer.url.path) == (200, "/s/test-1/")


@pytest.mark.parametrize("path", ["/ui/nothing.js", "/ui/..%2f__init__.py", "/ui/%2e%2e%2f__init__.py", "/ui/"])
async def test_there_is_nothing_else(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert answer.content_type == "application/json"


async def test_a_script_for_the_pages_of_others_is_sent_to_them_and_a_page_is_not(client: Client) -> None:
    elsewhere = {"Host": "mock.shop.example", "Origin": "http://shop.example"}
    for path in PATHS:
        answer = await client.get(path, headers=elsewhere)
        assert answer.status == (200 if path in SCRIPTS else 403)


async def test_pages_are_not_among_the_requests_noted(client: Client) -> None:
    for path in PATHS:
        await client.get(path)
    await client.get("/callbacks/availability/sales")
    noted = await (await client.get("/__admin/requests")).json()
    assert [entry["request"]["path"] for entry in noted["requests"]] == ["/callbacks/availability/sales"]


async def test_the_widgets_paths_at_the_bare_root_are_still_there(client: Client) -> None:
    answer = await client.post("/callbacks/create", json={"serviceName": "sales", "phoneNumber": "+15551234"})
    assert answer.status == 200
    answer = await client.post("/")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("refusal", [OwnDefect()])
def test_a_defect_is_told_as_text(refusal: Refusal) -> None:
    reply = UI.render_refusal(refusal, Session("default", Scenario("test", "For a test.")))
    assert (reply.status, reply.body, reply.content_type) == (
        500,
        b"A defect of mockgms: see its log.\n",
        "text/plain; charset=utf-8",
    )
