"""The start page as a whole, in a browser."""

import json
import re
from contextlib import suppress

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import Page, expect

from mockgms.app import assemble, listen
from mockgms.http.access import Access
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.server.tls import self_signed_identity
from tests.live import LiveServer
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY
from tests.ui.start import Start

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A few slots: axe looks at each for 10 ms, and drawing them takes time.
FEW = MONDAY.replace("capacity: 2", 'capacity: 2, time_bucket: 60, office_hours: ["Mon-Sun 08:00-12:00"]')
COPIED = "navigator.clipboard.readText()"
EWT = {"v1": "/genesys/1/service/ewt-for-vq", "v2": "/genesys/2/ewt", "v3": "/engagement/v3/estimated-wait-time"}
RUN = "(script) => { delete window._genesys; (0, eval)(script); return window._genesys.widgets; }"


@pytest.fixture
def scenario() -> Scenario:
    return Catalog().parse(FEW)


@pytest.mark.parametrize(("base", "session"), [("", "default"), ("/s/test-1", "test-1")])
async def test_the_settings_of_a_widget_are_copied_by_two_presses(visitor: Visitor, base: str, session: str) -> None:
    page = visitor.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await Start(visitor).open(f"{base}/")
    await expect(page.locator("#session-name")).to_have_text(session)
    await expect(page).to_have_title("test-1 · Start · mockgms" if base else "Start · mockgms")
    api = f"{visitor.url}{base}"
    widgets = {
        "v1": {"callback": {"apiVersion": "v1", "dataURL": f"{api}/genesys/1/service/callback/sales"}},
        "v3": {"callback": {"apiVersion": "v3", "dataURL": f"{api}/engagement/v3/callbacks", "serviceName": "sales"}},
        "EWT": {"stats": {"ewt": {"apiVersion": "v3", "dataURL": f"{api}/engagement/v3/estimated-wait-time"}}},
    }
    other = await page.context.new_page()  # a page of the mock does not evaluate text
    for version, configuration in widgets.items():
        await page.locator("#version").get_by_role("button", name=version).click()
        await page.get_by_role("button", name="Copy the dataURL").click()
        url = json.dumps(configuration).split('"dataURL": "')[1].split('"')[0]
        await expect(page.locator("#data-url")).to_have_text(url)
        assert await page.evaluate(COPIED) == url
        await page.locator("#config-button").click()
        await page.get_by_role("button", name="Copy the configuration", exact=True).press("Enter")
        await expect(page.locator("#config [data-copy]")).to_have_text("Copied")
        assert await other.evaluate(RUN, await page.evaluate(COPIED)) == configuration
        await page.keyboard.press("Escape")
        await expect(page.locator("#config-button")).to_be_focused()
        await expect(page.locator("#config [data-copy]")).to_have_text("Copy")
    await page.locator("#config-button").click()
    await expect(page.locator("#ewt-versions")).to_contain_text("only if callback.ewt.queue names the service")
    for version, path in EWT.items():
        await page.locator("#ewt-version").get_by_role("button", name=version).click()
        await expect(page.locator("#data-url")).to_have_text(f"{api}{path}")
    await other.close()


async def test_links_to_the_other_pages_keep_the_shown_service(visitor: Visitor) -> None:
    await Start(visitor).open("/s/one/?service=help")
    await visitor.page.get_by_role("navigation").get_by_role("link", name="Playground").click()
    await visitor.page.wait_for_url("**/s/one/playground?service=help")
    await expect(visitor.page.locator("#service")).to_have_value("help")


async def test_the_first_visit_shows_three_steps_until_the_first_request(visitor: Visitor) -> None:
    page = visitor.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start = await Start(visitor).open()
    await expect(page.locator("#first h3")).to_have_text(
        ["1Point your widget here", "2Book a callback", "3Make it fail"]
    )
    await start.press("Show all numbers")
    await expect(page.locator("#fail-number")).to_be_visible()
    await start.press("Copy a curl command")
    await expect(page.locator("#first-curl")).to_have_text("Copied")
    assert await page.evaluate(COPIED) == (
        f"curl {visitor.url}/engagement/v3/callbacks/create -d serviceName=sales -d phoneNumber=%2B14155550100"
    )
    await visitor.book("+14155550123")
    await expect(start.rows).to_have_count(1)
    await expect(page.locator("#first")).to_be_hidden()


POPOVERS = {"#config-button": "#config", "#clock-more": "#clock-pop", "#scenario-button": "#picker"} | {
    "#session-button": "#sessions",
    "#service-more": "#service-pop",
}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_the_page_is_accessible(visitor: Visitor, scheme: str, width: int) -> None:
    page = visitor.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 900})
    start = await Start(visitor).open()
    violations = visitor.violations
    assert await violations() == []
    for at, change in (("09", {"free": 0}), ("10", {"free": 1}), ("11", {"closed": True})):
        await visitor.ask("PUT", "/__admin/slots", {"service": "sales", "start": f"2026-03-02T{at}:00Z", **change})
    await visitor.ask("PUT", "/__admin/sessions/other", {})
    for phone in ("+14155550123", "+14005550101", "+14295550101", "+15005550101"):
        await visitor.book(phone)
    await expect(start.rows).to_have_count(4)
    for button, popover in POPOVERS.items():
        await start.look_at("calendar" if button == "#service-more" else "journal")
        await page.locator(button).click()
        await expect(page.locator(f"{popover} :is(button, input)").first).to_be_visible()
        assert await violations(popover) == []
        await page.keyboard.press("Escape")
        await expect(page.locator(button)).to_be_focused()
    await start.look_at("rules")
    await page.locator("#tab-callbacks").click()
    assert await violations("#rules-panel") == []
    await start.look_at("fail")
    await start.press("Condition")
    for way in ("number", "header", "next"):
        await page.locator(f"#fail-by [value={way}]").click()
        assert await violations("#fail-panel") == []
    await page.locator("#faults [value=more]").click()
    assert await violations("#inspector") == []
    await page.keyboard.press("Escape")
    await start.look_at("calendar")
    await page.locator("#week .slot[data-state=full]").click()
    await expect(start.details.locator("li.callback").first).to_be_visible()
    assert await violations() == []
    await page.keyboard.press("Escape")
    await start.look_at("journal")
    await start.rows.nth(1).click()
    await expect(start.details.locator(".checks")).to_be_visible()
    assert await violations() == []


async def test_nothing_is_wider_than_the_page_from_320_to_1920(visitor: Visitor) -> None:
    page = visitor.page
    await Start(visitor).open()
    await visitor.book("+14155550123")
    for zoomed in (False, True):
        await page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", "200%" if zoomed else "")
        for width in (320, 390, 719, 720, 768, 1023, 1024, 1280, 1679, 1680, 1920):
            await page.set_viewport_size({"width": width, "height": 900})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert (zoomed, width, wide) == (zoomed, width, width)


@pytest.mark.parametrize("size", [(1366, 620), (390, 844)])
async def test_a_page_that_is_scrolled_past_the_journal_does_not_grow(visitor: Visitor, size: tuple[int, int]) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    for number in range(3):
        await visitor.book(f"+1415555010{number}")
    start = await Start(visitor).open()
    await expect(start.rows).to_have_count(3)
    height = await page.evaluate("document.documentElement.scrollHeight")
    for _ in range(5):
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert await page.evaluate("document.documentElement.scrollHeight") == height


async def test_each_row_has_its_reason_and_its_time_answer_and_number_in_full_on_every_screen(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.book("+14295550100")
    start = await Start(visitor).open()
    is_cut = "(cells) => cells.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"
    for width in (390, 720, 1024, 1199, 1200, 1680, 1850, 1920):
        await page.set_viewport_size({"width": width, "height": 800})
        box = await start.rows.first.locator(".re").bounding_box()
        assert box is not None
        assert box["width"] > 100, width
        assert await start.rows.first.locator(".t, .st, .ph").evaluate_all(is_cut) == [], width


async def test_no_box_moves_when_the_page_changes(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await visitor.book("+14155550123")
    await expect(start.rows).to_have_count(1)
    boxes = """[...document.querySelectorAll('.panel, .strip .row, #journal-table th, .tabs button, #arm, .action-bar')]
      .filter((each) => each.offsetParent !== null && !each.closest('.inspector'))
      .map((each) => JSON.stringify(each.getBoundingClientRect()))"""
    before = await page.evaluate(boxes)
    await visitor.book("+14005550101")
    await expect(start.rows).to_have_count(2)
    assert await page.evaluate(boxes) == before
    for fault in await page.locator("#faults button:not([value=more])").all():
        await fault.click()
        assert await page.evaluate(boxes) == before
    await page.locator("#filter").fill("400")
    assert await page.evaluate(boxes) == before
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed")
    assert await page.evaluate(boxes) == before
    await start.press("Undo")
    await expect(start.message).to_have_text("Undone.")
    assert await page.evaluate(boxes) == before


async def test_two_sessions_in_two_tabs_do_not_affect_each_other(visitor: Visitor) -> None:
    page = visitor.page
    other = Visitor(await page.context.new_page(), visitor.url)
    one, two = await Start(visitor).open("/s/one/"), await Start(other).open("/s/two/")
    await visitor.book("+14155551234", session="one")
    await expect(one.rows).to_have_count(1)
    await one.press("+1 h")
    await expect(page.locator("#clock-time")).to_have_text("09:55:00")
    await visitor.book("+14155555678", session="two")
    await expect(two.rows).to_have_count(1)
    await expect(two.rows.locator(".ph")).to_have_text("+1 415 555 5678")
    await expect(other.page.locator("#clock-time")).to_have_text("08:55:00")
    other.leave()
    await other.page.close()


async def test_sessions_can_be_created_forked_compared_and_deleted_with_undo(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    menu, name = page.locator("#sessions"), page.get_by_label("Name of a new session")
    await page.locator("#session-button").click()
    await name.fill("my session")
    await start.press("New")
    await expect(page.locator("#session-error")).to_have_text(
        "Use letters, digits, . _ and -, and begin with a letter or digit."
    )
    await expect(name).to_be_focused()
    await name.fill("mine")
    await start.press("New")
    await page.wait_for_url("**/s/mine/")
    await visitor.book("+14155551234", session="mine")
    await expect(start.rows).to_have_count(1)
    await page.locator("#session-button").click()
    await name.fill("copy")
    await start.press("Fork this")
    await page.wait_for_url("**/s/copy/")
    await expect(start.rows).to_have_count(1)
    await visitor.book("+14005550101", session="copy")
    await expect(start.rows).to_have_count(2)

    await page.locator("#session-button").click()
    await expect(menu.locator("li")).to_contain_text(
        ["copythis pagea scenario that was sent · frozen at Mon 2 Mar 08:55 · 1 callback", "mine", "default"]
    )
    await start.press("Compare with mine")
    dialog = page.get_by_role("dialog", name="copy and mine")
    await expect(dialog.locator("tbody tr")).to_contain_text(
        ["Scenario", "Clock", "Services", "Rules in force", "Callbacks11same", "Requests21differs"]
    )
    await expect(dialog.locator(".compared-list li")).to_have_text(["Request 2: Book v3: 400 here, none there"])
    assert await visitor.violations("dialog") == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()

    # Created in this browser: it is deleted at once, and can be restored.
    await page.locator("#session-button").click()
    await start.press("Delete mine")
    await expect(start.message).to_have_text("Deleted the session mine.")
    await start.press("Undo")
    await expect(start.message).to_have_text("The session mine is back.")
    assert len(await visitor.ask("GET", "/s/mine/__admin/callbacks")) == 1

    # Created by somebody else: the first button keeps it.
    await visitor.ask("PUT", "/__admin/sessions/theirs", {})
    for button, left in (("Keep it", True), ("Delete it", False)):
        await page.locator("#session-button").click()
        await start.press("Delete theirs")
        await expect(page.get_by_role("dialog", name="Delete the session theirs?")).to_be_visible()
        await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
        await start.press(button)
        if not left:
            await expect(start.message).to_have_text("Deleted the session theirs.")
        assert ("theirs" in [each["id"] for each in await visitor.ask("GET", "/__admin/sessions")]) is left

    await page.locator("#session-button").click()
    await start.press("Fork default")
    await page.wait_for_url("**/s/default-fork-1/")


@pytest.mark.parametrize("width", [390, 1280])
async def test_sessions_that_differ_in_content_but_not_in_number_are_shown_as_different(
    visitor: Visitor, width: int
) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 800})
    await visitor.ask("PUT", "/__admin/sessions/a-session-of-a-long-name", {})
    await visitor.book("+14155550101")
    await visitor.book("+14155550102", session="a-session-of-a-long-name")
    for session, rule in (("", "mine"), ("/s/a-session-of-a-long-name", "theirs")):
        await visitor.ask("POST", f"{session}/__admin/rules", {"name": rule, "then": "hang"})
    start = await Start(visitor).open()
    await page.locator("#session-button").click()
    await start.press("Compare with a-session-of-a-long-name")
    rows = page.locator(".compared tbody tr")
    await expect(rows).to_have_text(
        [
            re.compile("^Scenario.*same$"),
            re.compile("^Clock.*same$"),
            "Services11same",
            "Rules in force88differs",
            "Callbacks11differs",
            "Requests11same",
        ]
    )
    lists = page.locator(".compared-list li")
    await expect(lists).to_have_text(
        ["mine", "theirs", re.compile(r"^\+?14155550101, sales,"), re.compile(r"^\+?14155550102, sales,")]
    )
    is_wide = "each => each.scrollWidth > each.clientWidth"
    assert not await page.locator(".dialog-body").evaluate(is_wide)


async def test_changes_by_other_clients_are_shown(visitor: Visitor) -> None:
    page = visitor.page
    await Start(visitor).open()
    await expect(page.locator("#scenario-name")).to_have_text("a scenario that was sent")
    await visitor.ask("PUT", "/__admin/scenario", {"name": "second-attempt-500"})
    await expect(page.locator("#scenario-name")).to_have_text("second-attempt-500")
    await expect(page.locator("#rules li")).to_have_count(1)
    await expect(page.locator("#clock-state")).to_have_text("runs")
    await visitor.ask("PUT", "/__admin/clock", {"now": "2026-03-02T10:00:00Z", "frozen": True})
    await expect(page.locator("#clock-time")).to_have_text("10:00:00")


async def test_arrow_keys_do_not_start_over_and_starting_over_can_be_undone_and_redone(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await visitor.book("+14155551234", desired="2026-03-02T09:00:00Z")
    await visitor.book("+14005550101")
    await expect(start.rows).to_have_count(2)
    await page.locator("#scenario-button").press("Enter")
    await expect(page.locator("#scenarios button").first).to_be_visible()
    await page.keyboard.type("nothing like this")
    await expect(page.locator("#no-scenario")).to_have_text("No scenario matches.")
    await page.locator("#scenario-find").fill("office")
    await expect(page.locator("#no-scenario")).to_be_hidden()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        await page.keyboard.press(key)
    await expect(start.rows).to_have_count(2)
    await page.locator("#scenarios [value=office-hours]").press("Enter")
    await expect(start.message).to_have_text("Switched to office-hours. 1 booking and 2 requests set aside.")
    await expect(start.rows).to_have_count(0)
    await page.locator("#scenario-button").press("Control+z")
    await expect(start.message).to_have_text("Undone.")
    await expect(start.rows).to_have_count(2)
    await expect(page.locator("#scenario-name")).to_have_text("a scenario that was sent")
    assert len(await visitor.ask("GET", "/__admin/callbacks")) == 1
    await start.press("Redo")
    await expect(page.locator("#scenario-name")).to_have_text("office-hours")
    await start.press("Start over")
    await expect(start.message).to_have_text("Started over. 0 bookings and 0 requests set aside.")
    assert [each["id"][:5] for each in await visitor.ask("GET", "/__admin/sessions")][1:] == ["undo-"] * 4
    await page.locator("#session-button").click()
    await expect(page.locator("#session-list li")).to_have_count(1)


async def test_ctrl_z_only_undoes_and_ctrl_y_and_ctrl_shift_z_only_do_it_again(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await visitor.book("+14155551234")
    await start.press("Start over")
    await expect(start.message).to_contain_text("Started over.")
    for again in ("Control+y", "Control+Shift+z"):
        for key in ("Control+z", "Control+z"):  # the second one changes nothing
            await page.keyboard.press(key)
            await expect(start.message).to_have_text("Undone.")
            assert len(await visitor.ask("GET", "/__admin/callbacks")) == 1
        for key in (again, again):
            await page.keyboard.press(key)
            await expect(start.message).to_have_text("Done again.")
            assert len(await visitor.ask("GET", "/__admin/callbacks")) == 0


async def test_the_clock_can_be_set_and_each_change_can_be_undone(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    time = page.locator("#clock-time")
    await start.press("+15 min")
    await expect(start.message).to_have_text("The clock shows Mon 2 Mar 09:10.")
    await start.press("Undo")
    await expect(time).to_have_text("08:55:00")
    await page.locator("#clock-more").click()
    await page.locator("#clock-date").fill("")
    await start.press("Set the time")
    await expect(page.locator("#clock-error")).to_have_text("Write a date and a time, such as 02/03/2026 and 08:55.")
    await page.locator("#clock-date").fill("2026-03-06")
    await page.locator("#clock-at").fill("17:30:15")
    await start.press("Set the time")
    await expect(time).to_have_text("17:30:15")
    await expect(page.locator("#clock-more")).to_be_focused()
    assert await visitor.ask("GET", "/__admin/clock") == {"now": "2026-03-06T17:30:15.000Z", "frozen": True}
    await expect(page.locator("#clicked-count")).to_have_text("1")
    await page.keyboard.press("Control+z")
    await expect(time).to_have_text("08:55:00")
    await expect(page.locator("#clicked-count")).to_have_text("0")
    await visitor.ask("PUT", "/__admin/clock", {"now": "2026-03-02T13:00:00Z"})
    await expect(time).to_have_text("13:00:00")
    await page.locator("#clock-more").click()
    await start.press("Next opening")
    await expect(time).to_have_text("08:00:00")
    await visitor.ask("PUT", "/__admin/scenario", {"name": "default"})
    await visitor.ask("PUT", "/__admin/clock", {"frozen": True})
    await expect(page.locator("#scenario-name")).to_have_text("default")
    await page.locator("#clock-more").click()
    await start.press("Next opening")
    await expect(page.locator("#clock-error")).to_have_text("There is no next opening: 'sales' is always open.")
    await page.keyboard.press("Escape")
    await start.press("Run")
    await expect(page.locator("#clock-state")).to_have_text("runs")
    await start.press("Undo")
    await expect(page.locator("#clock-state")).to_have_text("frozen")


async def test_a_chosen_theme_is_kept(visitor: Visitor) -> None:
    page = visitor.page
    await page.emulate_media(color_scheme="light")
    start = await Start(visitor).open()
    theme = page.locator("html")
    await expect(theme).to_have_attribute("data-theme", "light")
    await start.press("Light or dark")
    await expect(theme).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(theme).to_have_attribute("data-theme", "dark")


async def test_the_page_says_that_the_server_is_gone_and_continues_when_it_is_back(visitor: Visitor) -> None:
    page = visitor.page
    runner, port = await listen(assemble(Catalog().parse(MONDAY), Catalog()), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}"
    start = await Start(visitor).open(url)
    await visitor.book("+14155551234", url=url)
    await expect(start.rows).to_have_count(1)
    await runner.stop()
    await expect(page.locator("#connection")).to_have_text("Connection lost, trying again")
    await expect(start.message).to_have_text("The server does not answer. What you see is from 08:55:00.")
    await start.press("+1 h")  # controls are disabled
    await expect(start.message).to_have_text("The server does not answer. What you see is from 08:55:00.")
    runner, _ = await listen(assemble(Catalog().parse(MONDAY), Catalog()), "127.0.0.1", port)
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(start.message).to_have_text("The server answers again.")
    await expect(start.rows).to_have_count(0)
    await visitor.book("+14155555678", url=url)
    await expect(start.rows.locator(".ph")).to_have_text("+1 415 555 5678")
    await runner.stop()


async def set_hidden(page: Page, *, hidden: bool) -> None:
    """Hide the page, or show it again: in a headless browser, every page counts as visible."""
    await page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )


async def test_a_hidden_tab_closes_its_connection(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    async with page.expect_event("requestfailed", lambda request: "/__admin/events" in request.url):
        await set_hidden(page, hidden=True)
    await visitor.book("+15551234")
    await set_hidden(page, hidden=False)
    await expect(start.rows).to_have_count(1)


async def test_the_page_uses_the_token_that_was_entered_and_does_not_store_it(
    visitor: Visitor, guarded_url: str
) -> None:
    page = visitor.page
    await page.goto(guarded_url)
    field = page.get_by_label("requires its admin token")
    await expect(field).to_be_focused()
    await expect(page.locator("#first")).to_be_hidden()  # whether a request came is not known yet
    assert await visitor.violations() == []
    await field.fill("wrong")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#token-wrong")).to_be_visible()
    await field.fill("s3cret")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(field).to_be_hidden()
    await page.get_by_role("button", name="+1 h").click()
    await expect(page.locator("#clock-time")).to_have_text("09:55:00")
    await page.reload()
    await expect(field).to_be_focused()
    stored = "[...Object.values(sessionStorage), ...Object.values(localStorage), document.cookie, window.name]"
    assert "s3cret" not in str(await page.evaluate(stored))


async def test_the_page_of_a_closed_server_says_how_to_open_it(visitor: Visitor) -> None:
    closed = assemble(Catalog().parse(MONDAY), Catalog(), access=Access("0.0.0.0"))  # noqa: S104  # it listens here alone
    runner, port = await listen(closed, "127.0.0.1", 0)
    await visitor.page.goto(f"http://127.0.0.1:{port}")
    await expect(visitor.page.locator("#denied")).to_contain_text("start mockgms with a token")
    await runner.stop()


async def test_the_certificate_of_the_servers_own_authority_can_be_downloaded(visitor: Visitor) -> None:
    context, authority = self_signed_identity("127.0.0.1")
    safe = assemble(Catalog().parse(MONDAY), Catalog(), authority=authority, access=Access(token="s3cret"))
    runner, port = await listen(safe, "127.0.0.1", 0, context)
    browser = visitor.page.context.browser
    assert browser is not None
    page = await browser.new_page(base_url=f"https://127.0.0.1:{port}", ignore_https_errors=True)
    await page.goto("/")
    await page.get_by_label("requires its admin token").fill("s3cret")
    await page.get_by_role("button", name="Go on").click()
    await page.locator("#config-button").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="CA certificate").click()
    assert (await (await download.value).path()).read_bytes() == authority
    await page.close()
    await runner.stop()


async def test_the_page_works_below_a_path_prefix(visitor: Visitor) -> None:
    """Behind a proxy that serves the mock under a prefix, which it removes."""
    page = visitor.page

    async def forward(request: web.Request) -> web.StreamResponse:
        target = f"{visitor.url}{request.raw_path.removeprefix('/tools/mock')}"
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() in ("content-type", "accept")}
        async with client.request(request.method, target, data=body, headers=headers, allow_redirects=False) as answer:
            kept = ("Content-Type", "Content-Security-Policy", "Location", "Cross-Origin-Opener-Policy")
            relayed = web.StreamResponse(
                status=answer.status, headers={name: answer.headers[name] for name in kept if name in answer.headers}
            )
            await relayed.prepare(request)
            with suppress(ConnectionError):  # the page was left
                async for chunk in answer.content.iter_any():
                    await relayed.write(chunk)
            return relayed

    application = web.Application()
    application.router.add_route("*", "/tools/mock/{rest:.*}", forward)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as client:
        prefix = f"http://127.0.0.1:{runner.addresses[0][1]}/tools/mock"
        start = await Start(visitor).open(f"{prefix}/s/one")
        assert page.url == f"{prefix}/s/one/"
        await expect(page.locator("#data-url")).to_have_text(f"{prefix}/s/one/engagement/v3/callbacks")
        await visitor.book("+14155551234", url=prefix, session="one")
        await expect(start.rows).to_have_count(1)
        await start.press("+1 h")
        await expect(page.locator("#clock-time")).to_have_text("09:55:00")
        for name, path in (
            ("Playground", "playground?service=sales"),
            ("Scenario", "scenario"),
            ("API", "__admin/docs"),
        ):
            await page.get_by_role("navigation").get_by_role("link", name=name).click()
            await page.wait_for_url(f"{prefix}/s/one/{path}")
            await expect(page.locator("#connection")).to_have_text("Live")
            await expect(page.locator("#session-name")).to_have_text("one")
        await page.get_by_role("navigation").get_by_role("link", name="Start", exact=True).click()
        await page.wait_for_url(f"{prefix}/s/one/")
        await page.locator("#session-button").click()
        await page.locator("#session-list").get_by_role("link", name="default").click()
        await page.wait_for_url(f"{prefix}/")
        await page.goto("about:blank")
    await runner.cleanup()


async def test_a_lost_connection_moves_nothing_on_a_phone(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    server, port = await listen(assemble(Catalog().parse(MONDAY), Catalog()), "127.0.0.1", 0)
    start = await Start(visitor).open(f"http://127.0.0.1:{port}")
    before = await page.locator("header").bounding_box()
    await server.stop()
    await expect(page.locator("#connection")).to_have_text("Connection lost", use_inner_text=True)
    await expect(start.message).to_have_text("The server does not answer. What you see is from 08:55:00.")
    assert await page.locator("header").bounding_box() == before
    assert await start.message.evaluate("({ scrollHeight, clientHeight }) => scrollHeight - clientHeight") <= 1


async def test_a_broken_file_of_the_scenario_is_shown_until_it_is_mended(visitor: Visitor, scenario: Scenario) -> None:
    dispatcher = assemble(scenario, Catalog())
    async with LiveServer(dispatcher) as server:
        await Start(visitor).open(f"http://127.0.0.1:{server.port}/")
        dispatcher.sessions.report_broken(scenario, ["own.yaml:2:1: unknown key `sedd`", "own.yaml:3:1: no"])
        message = visitor.page.locator("#message")
        await expect(message).to_have_text("The file of <body> has mistakes. Its previous version stays in force.")
        await visitor.page.get_by_role("button", name="Show details").click()
        details = visitor.page.locator("#details-text")
        await expect(details).to_have_text("own.yaml:2:1: unknown key `sedd` own.yaml:3:1: no")
        await visitor.page.reload()
        await expect(message).to_have_text("The file of <body> has mistakes. Its previous version stays in force.")
        dispatcher.sessions.replace(scenario, scenario)
        await expect(message).to_have_text("The file of <body> has no mistakes any more. Its rules are in force.")
