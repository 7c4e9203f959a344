"""The start page as a whole, in a browser."""

import pytest
from playwright.async_api import Page, expect

from mockgms.app import assemble, listen
from mockgms.http.access import Access
from mockgms.scenario.catalog import Catalog
from mockgms.server.tls import self_signed_identity
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("base", "session"), [("", "default"), ("/s/test-1", "test-1")])
async def test_it_tells_where_a_widget_finds_its_session(visitor: Visitor, base: str, session: str) -> None:
    await visitor.page.goto(f"{base}/")
    await expect(visitor.page.locator("#session")).to_have_value(session)
    await expect(visitor.page).to_have_title("test-1 · mockgms" if base else "mockgms")
    await expect(visitor.page.locator("#data-url-v1")).to_have_text(
        f"{visitor.url}{base}/genesys/1/service/callback/sales"
    )
    await expect(visitor.page.locator("#data-url-v3")).to_have_text(f"{visitor.url}{base}/engagement/v3/callbacks")
    for version, path in (
        ("v1", "/genesys/1/service/ewt-for-vq"),
        ("v2", "/genesys/2/ewt"),
        ("v3", "/engagement/v3/estimated-wait-time"),
    ):
        ewt = f"{{ apiVersion: '{version}', dataURL: '{visitor.url}{base}{path}' }}"
        await expect(visitor.page.locator(f"#stats-{version}")).to_have_text(
            f"window._genesys.widgets.stats = {{ ewt: {ewt} }};"
        )
    playground = visitor.page.get_by_role("navigation").get_by_role("link", name="Playground")
    await expect(playground).to_have_attribute("href", f"{base}/playground?service=sales")


async def test_the_playground_goes_on_with_the_service_that_is_shown(visitor: Visitor) -> None:
    await visitor.page.goto("/?service=help")
    await expect(visitor.page.locator("#service")).to_have_value("help")
    await visitor.page.get_by_role("navigation").get_by_role("link", name="Playground").click()
    await visitor.page.wait_for_url("**/playground?service=help")
    await expect(visitor.page.locator("#service")).to_have_value("help")


async def test_what_a_widget_needs_is_copied(visitor: Visitor) -> None:
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.page.goto("/")
    await expect(visitor.page.locator("#live")).to_have_text("live")
    await visitor.page.get_by_role("button", name="Copy the dataURL for v3").click()
    await expect(visitor.page.locator("#notice")).to_have_text("Copied.")
    copied = await visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{visitor.url}/engagement/v3/callbacks"


# Each kind of slot, of which axe looks at every one, for 10 ms.
FEW = MONDAY.replace("capacity: 2", 'capacity: 2, time_bucket: 60, office_hours: ["Mon-Fri 08:00-13:00"]')


@pytest.mark.parametrize("scenario", [FEW], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_everybody_can_use_it(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto("/")
    await expect(page.locator("#live")).to_have_text("live")
    assert await visitor.violations() == []
    await visitor.ask("PUT", "/__admin/slots", {"service": "sales", "start": "2026-03-02T09:00Z", "free": 0})
    await visitor.ask("PUT", "/__admin/slots", {"service": "sales", "start": "2026-03-02T10:00Z", "free": 1})
    await visitor.ask("PUT", "/__admin/slots", {"service": "sales", "start": "2026-03-02T11:00Z", "closed": True})
    await visitor.book("+14005550101")
    await page.locator("#grid .slot.full").click()
    await page.locator("#journal > li > details > summary").click()
    await expect(page.locator("#journal .why")).to_be_visible()
    await expect(page.locator("#slot-callbacks li")).to_have_count(2)
    assert await visitor.violations() == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_two_sessions_in_two_tabs_do_not_see_each_other(visitor: Visitor) -> None:
    page = visitor.page
    other = await page.context.new_page()
    await page.goto("/s/one/")
    await other.goto("/s/two/")
    await expect(other.locator("#live")).to_have_text("live")
    await visitor.book("+15551234", session="one")
    await expect(page.locator("#journal > li")).to_have_count(1)
    await page.get_by_role("button", name="+1 h").click()
    await expect(page.locator("#clock-time")).to_have_text("09:55:00")
    await visitor.book("+15555678", session="two")
    await expect(other.locator("#journal > li")).to_have_count(1)
    await expect(other.locator("#journal .phone")).to_have_text("+***78")
    await expect(other.locator("#callbacks .phone")).to_have_text("+15555678")
    await expect(other.locator("#clock-time")).to_have_text("08:55:00")


async def test_a_session_is_made_and_gone_to(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await visitor.page.locator("#session").select_option("new…")
    await visitor.page.get_by_label("Name of the new session").fill("mine")
    await visitor.page.get_by_role("button", name="Open", exact=True).click()
    await visitor.page.wait_for_url("**/s/mine/")
    await expect(visitor.page.locator("#session")).to_have_value("mine")
    await visitor.page.locator("#session").select_option("default")
    await visitor.page.wait_for_url(f"{visitor.url}/")


async def test_sessions_that_others_make_are_among_the_choices(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await expect(visitor.page.locator("#live")).to_have_text("live")
    await visitor.ask("PUT", "/__admin/sessions/other", {})
    await visitor.page.locator("#session").focus()
    await expect(visitor.page.locator("#session option")).to_have_text(["default", "other", "new…"])


async def test_a_list_that_somebody_looks_at_is_left_alone_while_things_happen(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await expect(visitor.page.locator("#service")).to_have_value("sales")
    option = await visitor.page.locator("#service option").first.element_handle()
    await visitor.book("+15551234")
    await expect(visitor.page.locator("#callbacks .phone")).to_have_text("+15551234")
    assert await option.evaluate("(option) => option.isConnected")


async def test_what_is_changed_elsewhere_is_shown(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/")
    await expect(page.locator("#scenario-name")).to_have_value("<body>")
    await visitor.ask("PUT", "/__admin/scenario", {"name": "second-attempt-500"})
    await expect(page.locator("#scenario-name")).to_have_value("second-attempt-500")
    await expect(page.locator("#rules li")).to_have_count(1)
    await expect(page.locator("#clock-state")).to_have_text("running")
    await visitor.ask("PUT", "/__admin/clock", {"now": "2026-03-02T10:00:00Z", "frozen": True})
    await expect(page.locator("#clock-time")).to_have_text("10:00:00")


async def test_it_goes_on_after_the_server_was_started_again(visitor: Visitor) -> None:
    page = visitor.page
    runner, port = await listen(assemble(Catalog().parse(MONDAY), Catalog()), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}"
    await page.goto(url)
    await visitor.book("+15551234", url=url)
    await expect(page.locator("#journal > li")).to_have_count(1)
    await runner.stop()
    await expect(page.locator("#live")).to_have_text("connection lost, trying again…")
    runner, _ = await listen(assemble(Catalog().parse(MONDAY), Catalog()), "127.0.0.1", port)
    await expect(page.locator("#live")).to_have_text("live")
    await expect(page.locator("#journal > li")).to_have_count(0)
    await visitor.book("+15555678", url=url)
    await expect(page.locator("#journal .phone")).to_have_text("+***78")
    await runner.stop()


async def turn(page: Page, *, hidden: bool) -> None:
    """Turn to another tab, or back: without a screen, every page takes itself for seen."""
    await page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )


async def test_a_tab_that_nobody_looks_at_keeps_no_connection_of_the_few_that_there_are(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/")
    await expect(page.locator("#live")).to_have_text("live")
    async with page.expect_event("requestfailed", lambda request: request.url.endswith("/__admin/events")):
        await turn(page, hidden=True)
    await visitor.book("+15551234")
    await turn(page, hidden=False)
    await expect(page.locator("#journal > li")).to_have_count(1)


async def test_a_refusal_is_told(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await expect(visitor.page.locator("#grid .slot").first).to_be_visible()
    await visitor.page.get_by_role("button", name="Next opening").click()
    await expect(visitor.page.locator("#notice")).to_have_text("to cannot be next_opening: 'sales' is always open")


async def test_a_server_with_a_token_is_asked_with_it(visitor: Visitor) -> None:
    page = visitor.page
    secret = assemble(Catalog().parse(MONDAY), Catalog(), access=Access(token="s3cret"))
    runner, port = await listen(secret, "127.0.0.1", 0)
    await page.goto(f"http://127.0.0.1:{port}")
    field = page.get_by_label("requires its admin token")
    await expect(field).to_be_focused()
    await field.fill("wrong")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#token-wrong")).to_be_visible()
    await field.fill("s3cret")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#live")).to_have_text("live")
    await expect(field).to_be_hidden()
    await page.get_by_role("button", name="+1 h").click()
    await expect(page.locator("#clock-time")).to_have_text("09:55:00")
    await page.reload()
    await expect(field).to_be_focused()
    stored = "[...Object.values(sessionStorage), ...Object.values(localStorage), document.cookie, window.name]"
    assert "s3cret" not in str(await page.evaluate(stored))
    await runner.stop()


async def test_a_server_that_is_closed_says_how_to_open_it(visitor: Visitor) -> None:
    closed = assemble(Catalog().parse(MONDAY), Catalog(), access=Access("0.0.0.0"))  # noqa: S104  # it listens here alone
    runner, port = await listen(closed, "127.0.0.1", 0)
    await visitor.page.goto(f"http://127.0.0.1:{port}")
    await expect(visitor.page.locator("#denied")).to_contain_text("start mockgms with a token")
    await runner.stop()


async def test_the_certificate_of_the_servers_own_authority_is_offered(visitor: Visitor) -> None:
    context, authority = self_signed_identity("127.0.0.1")
    safe = assemble(Catalog().parse(MONDAY), Catalog(), authority=authority, access=Access(token="s3cret"))
    runner, port = await listen(safe, "127.0.0.1", 0, context)
    browser = visitor.page.context.browser
    assert browser is not None
    page = await browser.new_page(base_url=f"https://127.0.0.1:{port}", ignore_https_errors=True)
    await page.goto("/")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="CA certificate").click()
    assert (await (await download.value).path()).read_bytes() == authority
    await page.close()
    await runner.stop()


async def test_without_an_authority_none_is_offered(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await expect(visitor.page.locator("#live")).to_have_text("live")
    await expect(visitor.page.locator("#authority")).to_be_hidden()
