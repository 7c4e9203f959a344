"""The documentation site, as it goes over the wire. The site itself is in `test_built_site.py`."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from yarl import URL

from mockgms.api.dispatcher import Dispatcher
from mockgms.http.access import LOCAL, Access
from mockgms.scenario.model import Scenario
from mockgms.session import Sessions
from mockgms.ui import site
from mockgms.ui.pages import API, START, Page, navigation
from tests.generator.shipped_document import ADMIN
from tests.live import Client, LiveServer
from tests.messages import HAS_NUL

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILES = {
    "index.html": "text/html; charset=utf-8",
    "reference/rules.html": "text/html; charset=utf-8",
    "assets/javascripts/workers/deep/search.js": "text/javascript; charset=utf-8",
    "assets/main.css": "text/css; charset=utf-8",
    "search/search_index.json": "application/json",
    "pictures/start.png": "image/png",
    "pictures/icon.svg": "image/svg+xml",
    "objects.inv": "application/octet-stream",
}
NOT_FOUND = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>mockgms: not found</title>
<link rel="stylesheet" href="{up}../ui/tokens.css"><link rel="stylesheet" href="{up}../ui/components.css">
<main class="page">
<h1>Not found</h1>
<p>{text}</p>
<p>The <a href="{up}docs">API page</a> lists every endpoint.</p>
</main>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small site, beside a file that is not part of it."""
    (tmp_path / "secret.html").write_text("secret")
    for name in FILES:
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"the file {name}")
    return tmp_path / "site"


@pytest.fixture
async def client(folder: Path, aiohttp_client: Callable[[LiveServer], Awaitable[Client]]) -> Client:
    return await aiohttp_client(LiveServer(dispatcher(folder)))


def dispatcher(folder: Path, access: Access = LOCAL) -> Dispatcher:
    return Dispatcher(Sessions(Scenario("test", "For a test.")), (ADMIN, site.api(ADMIN, folder)), access)


@pytest.mark.parametrize("base", ["", "/s/test-1"])
@pytest.mark.parametrize("name", FILES)
async def test_a_file_of_the_site_is_sent_with_its_type_and_a_strict_policy(
    client: Client, base: str, name: str
) -> None:
    answer = await client.get(f"{base}/__admin/docs/{name}")
    assert (answer.status, await answer.text()) == (200, f"the file {name}")
    sent = answer.headers
    assert (sent["Content-Type"], sent["Content-Security-Policy"]) == (FILES[name], POLICY)
    assert (sent["Cache-Control"], sent["X-Content-Type-Options"]) == ("no-cache", "nosniff")


async def test_the_path_of_the_folder_answers_with_the_first_page(client: Client) -> None:
    answer = await client.get("/__admin/docs/")
    assert (answer.status, await answer.text()) == (200, "the file index.html")


@pytest.mark.parametrize(
    ("path", "page", "up"),
    [
        ("nothing.html", "nothing.html", "../"),
        ("reference/nothing.html", "reference/nothing.html", "../../"),
        ("reference", "reference", "../"),
        ("%3Cb%3E", "&lt;b&gt;", "../"),
        ("..%2Fsecret.html", "../secret.html", "../"),
        ("%2E%2E/secret.html", "../secret.html", "../../"),
    ],
)
async def test_any_other_path_is_answered_with_a_page_that_leads_back(
    client: Client, path: str, page: str, up: str
) -> None:
    answer = await client.get(URL(f"/__admin/docs/{path}", encoded=True))
    text = f'The documentation has no page {page}. It <a href="{up}docs/">starts here</a>.'
    assert (answer.status, await answer.text()) == (404, NOT_FOUND.format(text=text, up=up))
    assert answer.content_type == "text/html"


@pytest.mark.parametrize(("path", "up"), [("", "../"), ("reference/rules.html", "../../")])
async def test_a_package_without_the_site_says_how_to_build_it(
    tmp_path: Path, aiohttp_client: Callable[[LiveServer], Awaitable[Client]], path: str, up: str
) -> None:
    client = await aiohttp_client(LiveServer(dispatcher(tmp_path / "none")))
    answer = await client.get(f"/__admin/docs/{path}")
    text = (
        "This installation of mockgms has no documentation site. Released packages have it. "
        'It is also at <a href="https://mockgms.github.io/mockgms/">mockgms.github.io</a>. '
        "In a clone of the repository, its pages are in the folder <code>docs</code>, and "
        "<code>scripts/docs build</code> adds the site."
    )
    assert (answer.status, await answer.text()) == (404, NOT_FOUND.format(text=text, up=up))


@pytest.mark.parametrize("page", [START, API])
def test_the_pages_link_to_the_site_if_the_package_has_it(folder: Path, page: Page) -> None:
    titles = ["Start", "Playground", "Scenario", "API"]
    for has_site, expected in ((site.is_built(folder), [*titles, "Docs"]), (site.is_built(folder.parent), titles)):
        links = navigation("../", page, has_site=has_site)
        assert [link.partition("<")[0] for link in links.split(">")[1::2]] == expected


async def test_the_refusal_of_an_unreadable_path_names_the_page(client: Client) -> None:
    answer = await client.get(URL("/__admin/docs/reference/%00", encoded=True))
    assert answer.status == 400
    assert await answer.json() == {"message": f"page {HAS_NUL}", "field": "page"}


async def test_the_site_has_the_access_rules_of_the_pages(client: Client) -> None:
    answer = await client.get("/__admin/docs/", headers={"Host": "mock.shop.example"})
    assert answer.status == 403


async def test_the_site_needs_no_token(folder: Path, aiohttp_client: Callable[[LiveServer], Awaitable[Client]]) -> None:
    client = await aiohttp_client(LiveServer(dispatcher(folder, Access(token="secret"))))
    answer = await client.get("/__admin/docs/index.html", headers={"Host": "mock.shop.example"})
    assert (answer.status, await answer.text()) == (200, "the file index.html")
