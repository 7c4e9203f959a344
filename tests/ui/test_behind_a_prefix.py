"""The pages and the stand-in behind a proxy that strips a path prefix, as development servers do."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from playwright.async_api import expect

from tests.ui.browser import Visitor
from tests.ui.callbackservice.form import opened
from tests.ui.callbackservice.shop import shop, v3
from tests.ui.playground import Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")

PREFIX = "/dev/gms"
HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
SESSIONS = pytest.mark.parametrize("base", [PREFIX, f"{PREFIX}/s/test-1"])


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(visitor: Visitor) -> AsyncIterator[str]:
    """A proxy in front of the mock. Outside the prefix there is nothing."""

    mock = visitor.url

    async def forward(request: web.Request) -> web.StreamResponse:
        if not request.rel_url.raw_path.startswith(f"{PREFIX}/"):
            return web.Response(status=404, text=f"not below {PREFIX}")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        target = mock + request.raw_path.removeprefix(PREFIX)
        async with client.request(
            request.method, target, headers=headers, data=await request.read(), allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
            response = web.StreamResponse(status=answer.status, headers=kept)
            await response.prepare(request)
            async for part in answer.content.iter_any():
                await response.write(part)
            return response

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", forward)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    async with ClientSession(auto_decompress=False) as client:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await visitor.page.goto("about:blank")  # ends the stream of events
        await runner.cleanup()


@SESSIONS
async def test_the_start_page_is_live_and_leads_to_the_other_pages(visitor: Visitor, proxy: str, base: str) -> None:
    page = visitor.page
    await page.goto(f"{proxy}{base}/" if base == PREFIX else f"{proxy}{base}")
    await expect(page.locator("#connection-text")).to_have_text("Live")
    await expect(page).to_have_url(f"{proxy}{base}/")
    assert await page.evaluate("getComputedStyle(document.querySelector('.panel')).borderTopStyle") == "solid"
    await page.get_by_role("link", name="Playground", exact=True).click()
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    await page.get_by_role("link", name="Start", exact=True).click()
    await expect(page.locator("#connection-text")).to_have_text("Live")
    await page.get_by_role("link", name="API", exact=True).click()
    await expect(page).to_have_url(f"{proxy}{base}/__admin/docs")


@SESSIONS
async def test_every_page_leads_to_every_other_one_and_to_the_documentation(
    visitor: Visitor, proxy: str, base: str
) -> None:
    page = visitor.page
    paths = ["/", "/playground", "/scenario", "/__admin/docs", "/__admin/docs/"]
    for path in paths[:-1]:
        await page.goto(f"{proxy}{base}{path}")
        links = page.get_by_role("navigation", name="Pages").get_by_role("link")
        found = await links.evaluate_all("(all) => all.map(({ origin, pathname }) => origin + pathname)")
        assert found == [f"{proxy}{base}{each}" for each in paths]


@SESSIONS
async def test_the_playground_can_book(visitor: Visitor, proxy: str, base: str) -> None:
    playground = await Playground(visitor).open(f"{proxy}{base}/playground")
    await playground.submit()
    await expect(playground.says).to_have_text("Accepted: we call as soon as possible.")
    await expect(playground.part("Request")).to_contain_text(f"POST {base}/engagement/v3/callbacks/create")
    await expect(playground.why).to_contain_text("Answered with 200.")
    await playground.press("Open the widget's own form")
    await expect(playground.page.get_by_role("dialog")).to_be_visible()


@SESSIONS
async def test_the_page_of_the_api_can_send_requests(visitor: Visitor, proxy: str, base: str) -> None:
    await visitor.page.goto(f"{proxy}{base}/__admin/docs#v3.schedule")
    await visitor.page.get_by_role("button", name="Send", exact=True).click()
    await expect(visitor.page.locator("#answer")).to_contain_text("200 OK")
    await expect(visitor.page.locator("#example")).to_contain_text(f"{proxy}{base}/engagement/v3/callbacks/create")


@SESSIONS
async def test_the_scenario_editor_checks_and_applies(visitor: Visitor, proxy: str, base: str) -> None:
    page = visitor.page
    await page.goto(f"{proxy}{base}/scenario")
    await page.get_by_label("Scenario as YAML").fill("description: Mine.\n")
    await expect(page.locator("#verdict")).to_have_text("No mistakes")
    await page.get_by_role("button", name="Apply and start over").click()
    await expect(page.locator("#message")).to_have_text("Applied, and started over.")


@SESSIONS
async def test_the_form_of_the_stand_in_can_book(visitor: Visitor, proxy: str, base: str) -> None:
    visitor.url = f"{proxy}{base}"
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(visitor, page)
        await form.submit("+14155550100")
        await expect(form.dialog.locator("#done")).to_contain_text("as soon as possible")
    (callback,) = await visitor.ask("GET", "/__admin/callbacks")
    assert callback["phone"] == "+14155550100"
