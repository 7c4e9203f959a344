"""The documentation site as `mkdocs.yml` builds it, in a browser."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from mockgms.api.dispatcher import Dispatcher
from mockgms.scenario.model import Scenario
from mockgms.session import Sessions
from mockgms.ui import UI, documentation, site
from tests.docs.markdown import ROOT
from tests.generator.shipped_document import ADMIN
from tests.live import LiveServer
from tests.ui.browser import Visitor

in_browser = pytest.mark.asyncio(loop_scope="session")
# What a browser loads without a click. Links to other sites cause no requests.
_LOADED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=\"?([^\s\">]+)")
_LOADED_BY_STYLE = re.compile(r"(?:url\(|@import )['\"]?([^'\")]+)")

# The theme makes long code focusable a moment after it is shown.
SCROLLABLE_CODE_HAS_A_TAB_STOP = """() => [...document.querySelectorAll('pre > code')]
  .every((code) => code.scrollWidth <= code.clientWidth || code.tabIndex === 0)"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def url(built: Path) -> AsyncIterator[str]:
    """The URL of a server with the site and the pages, in place of the server of the other tests."""
    apis = (ADMIN, documentation.api(ADMIN), site.api(ADMIN, built), UI)
    dispatcher = Dispatcher(Sessions(Scenario("test", "For a test.")), apis)
    async with LiveServer(dispatcher) as server:
        yield f"http://127.0.0.1:{server.port}"


def pages(built: Path) -> Iterator[str]:
    yield from sorted(page.relative_to(built).as_posix() for page in built.rglob("*.html"))


def test_every_page_is_built(built: Path) -> None:
    sources = sorted(
        page.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for page in ROOT.glob("docs/**/*.md")
    )
    assert list(pages(built)) == sources


def test_no_page_and_no_style_loads_from_an_absolute_path_or_another_host(built: Path) -> None:
    for name in pages(built):
        loaded = _LOADED.findall((built / name).read_text())
        assert loaded
        assert [each for each in loaded if each.startswith(("/", "http:", "https:"))] == []
    for style in built.rglob("*.css"):
        loaded = _LOADED_BY_STYLE.findall(style.read_text())
        assert [each for each in loaded if not each.startswith("data:") and re.match(r"\w*:|//?", each)] == []


def test_paths_in_tables_can_break_before_a_slash(built: Path) -> None:
    page = (built / "reference/endpoints.html").read_text()
    assert "<td><code>POST /genesys<wbr>/1<wbr>/service<wbr>/callback<wbr>/{name}</code></td>" in page
    assert "<code>/__admin/docs</code>" in page


def test_no_script_of_a_page_is_inline(built: Path) -> None:
    for name in pages(built):
        scripts = re.findall(r"<script\b([^>]*)>", (built / name).read_text())
        assert [each for each in scripts if "src=" not in each and "application/json" not in each] == []


def test_every_file_is_within_the_depth_that_the_server_sends(built: Path) -> None:
    assert max(len(file.relative_to(built).parts) for file in built.rglob("*") if file.is_file()) <= 5


@in_browser
@pytest.mark.parametrize(("first", "base", "width"), [(0, "", 1280), (1, "/s/test-1", 390)])
async def test_every_page_opens_within_the_window_without_an_error_or_a_request_to_another_host(
    visitor: Visitor, built: Path, first: int, base: str, width: int
) -> None:
    """Every second page is opened in a session, and on a telephone: a page takes a second on a busy machine."""
    await visitor.page.set_viewport_size({"width": width, "height": 800})
    for name in list(pages(built))[first::2]:
        answer = await visitor.page.goto(f"{base}/__admin/docs/{name}")
        assert answer is not None
        assert answer.status == 200
        await expect(visitor.page.locator("h1").first).to_be_visible()
        assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= width, name
    start = f"{visitor.url}{base}/__admin/docs/"
    assert [request.url for request in visitor.requests if not request.url.startswith((start, "data:"))] == []


@in_browser
async def test_the_search_finds_a_page_without_another_host(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/s/test-1/__admin/docs/")
    await page.get_by_label("Search", exact=True).first.click()
    await page.get_by_placeholder("Search").press_sequentially("magic numbers")
    found = page.locator(".md-search-result__link").filter(has_text="Magic numbers").first
    await found.click()
    await expect(page).to_have_url(re.compile(r"/s/test-1/__admin/docs/reference/scenarios\.html.*#magic-numbers$"))


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_the_header_leads_to_the_pages_of_the_session(visitor: Visitor, width: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto("/s/test-1/__admin/docs/how-to/front-end.html")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    await expect(links).to_have_text(["Start", "Playground", "Scenario", "API", "Docs"])
    await expect(links.last).to_have_attribute("aria-current", "page")
    base = f"{visitor.url}/s/test-1"
    pages = ["/", "/playground", "/scenario", "/__admin/docs", "/__admin/docs/"]
    assert await links.evaluate_all("(all) => all.map(({ href }) => href)") == [f"{base}{path}" for path in pages]


@in_browser
async def test_on_a_phone_the_cells_of_a_row_are_below_each_other_and_say_their_column(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.goto("/__admin/docs/reference/endpoints.html")
    cells = page.locator("article table tr").nth(1).locator("td")
    boxes = await cells.evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().toJSON())")
    assert all(above["bottom"] <= below["top"] for above, below in pairwise(boxes))
    assert max(box["right"] for box in boxes) <= 390
    label = "(cell) => getComputedStyle(cell, '::before').content"
    assert await cells.nth(1).evaluate(label) == '"Does: "'


@in_browser
async def test_the_header_has_no_links_to_pages_where_mockgms_does_not_serve_the_site(
    visitor: Visitor, built: Path
) -> None:
    async def send(route: Route) -> None:
        await route.fulfill(path=built / route.request.url.partition("/site/")[2])

    page = visitor.page
    await page.route("**/site/**", send)
    await page.goto("/site/how-to/front-end.html")
    await expect(page.locator("h1").first).to_be_visible()
    await expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()


@in_browser
async def test_dark_mode_stays_on_the_next_page(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/__admin/docs/")
    body = page.locator("body")
    await expect(body).to_have_attribute("data-md-color-scheme", "default")
    await page.get_by_title("Dark mode").click()
    await expect(body).to_have_attribute("data-md-color-scheme", "slate")
    await page.goto("/__admin/docs/reference/rules.html")
    await expect(body).to_have_attribute("data-md-color-scheme", "slate")


@in_browser
async def test_light_or_dark_is_chosen_once_for_the_site_and_the_pages(visitor: Visitor) -> None:
    page = visitor.page
    colours, scheme = page.locator("html"), page.locator("body")
    await page.emulate_media(color_scheme="light")
    await page.goto("/__admin/docs")
    await page.get_by_role("button", name="Light or dark").click()
    await page.goto("/__admin/docs/")
    await expect(scheme).to_have_attribute("data-md-color-scheme", "slate")
    await page.get_by_title("Light mode").click()
    await page.goto("/s/test-1/__admin/docs")
    await expect(colours).to_have_attribute("data-theme", "light")
    await page.goto("/s/test-1/__admin/docs/")
    await expect(scheme).to_have_attribute("data-md-color-scheme", "default")
    await page.get_by_title("Dark mode").click()
    await page.goto("/__admin/docs")
    await expect(colours).to_have_attribute("data-theme", "dark")


@in_browser
async def test_the_site_follows_the_system_until_a_theme_is_chosen(visitor: Visitor) -> None:
    for scheme, shown in ("light", "default"), ("dark", "slate"):
        await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await visitor.page.goto("/__admin/docs/")
        await expect(visitor.page.locator("body")).to_have_attribute("data-md-color-scheme", shown)


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_everybody_can_read_a_page_of_each_kind_and_use_the_search(
    visitor: Visitor, scheme: str, width: int, tmp_path: Path
) -> None:
    page = visitor.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 800})
    for name in (
        "index",
        "tutorials/first-test",
        "how-to/front-end",
        "reference/rules",
        "reference/refusals",
        "explanation/clock",
    ):
        await page.goto(f"/__admin/docs/{name}.html")
        await page.wait_for_function(SCROLLABLE_CODE_HAS_A_TAB_STOP)
        assert await visitor.violations() == [], name
        await page.screenshot(path=tmp_path / f"{name.replace('/', '-')}-{scheme}-{width}.png")  # to be looked at
    search = page.get_by_placeholder("Search")
    await (search if width > 1000 else page.locator("label[for=__search]:visible").first).click()
    await search.press_sequentially("throttle")
    await expect(page.locator(".md-search-result__item mark").first).to_be_visible()
    assert await visitor.violations() == []
