"""The playground, in a browser."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from mockgms.app import assemble, listen
from mockgms.http.access import Access
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY
from tests.ui.playground import ROWS, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("version", ["v1", "v3"])
async def test_a_visitor_books_as_soon_as_possible(visitor: Visitor, version: str) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label(version, exact=True).check()
    await playground.submit()
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    (callback,) = await playground.admin("/__admin/callbacks")
    assert (callback["service"], callback["phone"], callback["state"]) == ("sales", "+14155550100", "QUEUED")
    await expect(playground.part("Answer")).to_contain_text(re.compile(r"^200 OK\n"))
    await expect(playground.part("Its result")).to_contain_text(callback["id"])
    await expect(playground.page.locator(".events")).to_have_text(re.compile("CallbackService.scheduled"))


async def test_the_request_is_shown_as_it_went_out(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label("API key").fill("KEY-1")
    await playground.submit()
    await expect(playground.part("Request")).to_have_text(
        "POST /engagement/v3/callbacks/create\n"
        "Accept: */*\n"
        "Content-Type: application/x-www-form-urlencoded\n"
        "x-api-key: KEY-1\n"
        "\n"
        "userData%5Bfirstname%5D=Bob&userData%5Blastname%5D=Jones&userData%5Bemail%5D=b.jones%40mail.com"
        "&userData%5Bsubject%5D=product+questions&serviceName=sales&phoneNumber=%2B14155550100",
        use_inner_text=True,
    )
    fields = playground.page.get_by_role("table", name="The fields of the request")
    await expect(fields.get_by_role("row", name="phoneNumber")).to_have_text("phoneNumber+14155550100")
    await expect(playground.part("Configuration")).to_have_text(
        "window._genesys.widgets.callback = {\n"
        '  apiVersion: "v3",\n'
        f'  dataURL: "{visitor.url}/engagement/v3/callbacks",\n'
        '  serviceName: "sales",\n'
        '  apikey: "KEY-1",\n'
        "};",
        use_inner_text=True,
    )


@pytest.mark.parametrize("version", ["v1", "v3"])
async def test_a_visitor_picks_a_time_that_is_really_free(visitor: Visitor, version: str) -> None:
    playground = await Playground(visitor).open()
    page = playground.page
    await page.get_by_label(version, exact=True).check()
    await page.get_by_label("At a time that I choose").check()
    # The day of the session's clock, by the clock of the browser: it is 14:25 in Kolkata.
    await expect(page.get_by_label("Day")).to_have_value("2026-03-02")
    await expect(page.locator("#times-told")).to_have_text(
        re.compile(r"38 free times, by the clock of this browser \(Asia/")
    )
    for seats in (2, 1):
        await page.get_by_label(f"18:15, {seats} free").check()
        await playground.submit()
        await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
        await page.get_by_label("Day").fill("2026-03-03")
        await page.get_by_label("Day").fill("2026-03-02")
        await expect(page.get_by_label(f"18:15, {seats} free")).to_have_count(0)
    await expect(page.locator("#times-told")).to_have_text(re.compile("^37 free times"))
    assert [callback["desired_time"] for callback in await playground.admin("/__admin/callbacks")] == [
        "2026-03-02T12:45:00.000Z"
    ] * 2


class TestOnAClosedDay:
    @pytest.fixture
    def scenario(self) -> Scenario:
        closed = 'services: {"*": {office_hours: [Tue 09:00-09:15]}}'
        return Catalog().parse(MONDAY.replace('services: {"*": {capacity: 2}}', closed))

    async def test_a_day_without_free_times_says_so(self, visitor: Visitor) -> None:
        playground = await Playground(visitor).open()
        await playground.page.get_by_label("At a time that I choose").check()
        told = playground.page.locator("#times-told")
        await expect(told).to_have_text("There is no free time on this day. Choose another.")
        await playground.page.get_by_label("v1", exact=True).check()
        await expect(told).to_have_text("The query was rejected: see what happened.")
        await expect(playground.told).to_have_text(f"Row 2 of availability: {ROWS[6][2]}")
        await playground.page.get_by_label("Day").fill("2026-03-03")
        await expect(told).to_have_text(re.compile("^1 free time, by the clock"))

    async def test_and_nothing_is_booked_on_it(self, visitor: Visitor) -> None:
        playground = await Playground(visitor).open()
        await playground.page.get_by_label("At a time that I choose").check()
        await expect(playground.page.locator("#times-told")).to_have_text(
            "There is no free time on this day. Choose another."
        )
        await playground.submit()
        assert await playground.page.locator("#day:invalid").count() == 1
        await playground.page.get_by_label("As soon as possible").check()
        await playground.submit()
        await expect(playground.told).to_have_text(re.compile("^Row . of schedule"))
        requests = (await playground.admin("/__admin/requests"))["requests"]
        assert [each["operation"] for each in requests] == ["v3.availability", "v3.schedule"]


@pytest.mark.parametrize("version", ["v1", "v3"])
async def test_every_row_of_the_reference_is_a_click(visitor: Visitor, version: str) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label(version, exact=True).check()
    for command, number, text in ROWS:
        await playground.page.get_by_role("button", name=f"Produce row {number} of {command}").click()
        await expect(playground.told).to_have_text(f"Row {number} of {command}: {text}")
        await expect(playground.page.locator("#tables [aria-current]")).to_have_id(f"row-{command}-{number}")


async def test_a_row_that_is_not_met_is_told_apart(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    rule = {"name": "down", "when": {}, "then": {"fault": "server_error", "status": 503}}
    await playground.page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    await playground.page.get_by_role("button", name="Produce row 1 of schedule").click()
    await expect(playground.told).to_have_text(
        "Rejected with status 503. No row of the reference describes it. The click was for row 1."
    )
    await expect(playground.page.locator("#tables [aria-current]")).to_have_count(0)


async def test_what_no_row_tells_of_is_said(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    produce = playground.page.get_by_role("button", name="Produce row 1 of availability")
    empty = {"fault": "respond", "headers": {"Content-Type": "application/json"}, "body": "{}"}
    rule = {"name": "empty", "when": {"operation": "availability"}, "then": empty}
    await playground.page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    await produce.click()
    await expect(playground.told).to_have_text(
        "Rejected with the body of an answer that has no slots. No row of the reference describes it. "
        "The click was for row 1."
    )
    await playground.page.get_by_label("Service", exact=True).fill("")
    await playground.submit()
    await expect(playground.told).to_have_text(
        'Rejected with the text "Invalid configuration. serviceName should be configured.". '
        "No row of the reference describes it."
    )
    await expect(playground.part("Request")).to_contain_text("POST /playground")


async def test_it_is_told_why_a_request_was_answered_so(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label("or a magic number").select_option("400: the slot is full")
    await playground.submit()
    why = playground.page.locator("#outcome .why")
    await expect(why.locator("b")).to_have_text("Refused with 400 by the rule magic-400 (slot_conflict).")
    await expect(why.locator("li").first).to_have_text("Rule magic-400: fired: match 1")
    (request,) = (await playground.admin("/__admin/requests"))["requests"]
    told = (await playground.admin(f"/__admin/requests/{request['id']}/explain"))["paragraph"]
    first, rest = told.split(". ", 1)
    assert await why.locator("b").text_content() == f"{first}."
    await expect(why.locator("details p")).to_have_text(rest)


async def test_why_is_told_of_this_request_where_no_operation_was_found_too(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.submit()
    await expect(playground.page.locator("#outcome .why")).to_be_visible()
    await playground.page.get_by_label("Service", exact=True).fill("")
    await playground.page.get_by_label("v1", exact=True).check()
    await playground.submit()
    await expect(playground.told).to_have_text("Rejected with status 404. No row of the reference describes it.")
    await expect(playground.page.locator("#outcome .why b")).to_contain_text("nothing is at")


async def test_a_server_with_a_token_tells_why_once_the_page_was_given_it(visitor: Visitor) -> None:
    secret = assemble(Catalog().parse(MONDAY), Catalog(), access=Access(token="s3cret"))
    runner, port = await listen(secret, "127.0.0.1", 0)
    playground = await Playground(visitor).open(f"http://127.0.0.1:{port}/playground")
    page = playground.page
    await playground.submit()
    why = page.locator("#outcome .why")
    await expect(why).to_have_text(re.compile("Enter the token of the server at the top of the page"))
    field = page.get_by_label("requires its admin token")
    await field.fill("wrong")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#token-wrong")).to_be_visible()
    await field.fill("s3cret")
    await page.get_by_role("button", name="Go on").click()
    await expect(field).to_be_hidden()
    await expect(why.locator("b")).to_have_text("Answered with 200.")
    await playground.submit()
    await expect(why.locator("b")).to_have_text("Answered with 200.")
    assert await visitor.violations() == []
    await runner.stop()


async def test_a_server_that_is_closed_says_why_it_does_not_tell(visitor: Visitor) -> None:
    closed = assemble(Catalog().parse(MONDAY), Catalog(), access=Access("0.0.0.0"))  # noqa: S104  # it listens here alone
    runner, port = await listen(closed, "127.0.0.1", 0)
    playground = await Playground(visitor).open(f"http://127.0.0.1:{port}/playground")
    await playground.submit()
    await expect(playground.page.locator("#outcome .why")).to_contain_text("start mockgms with a token")
    await runner.stop()


async def test_each_session_has_a_playground_of_its_own(visitor: Visitor) -> None:
    playground = await Playground(visitor).open("/s/test-1/playground")
    await playground.submit()
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    assert len(await playground.admin("/s/test-1/__admin/callbacks")) == 1
    assert await playground.admin("/__admin/callbacks") == []
    for link in await playground.page.get_by_role("link", name="Calendar").all():  # one of them below the row
        await expect(link).to_have_attribute("href", "/s/test-1/?service=sales&zone=browser")
    await playground.page.locator("#session-button").click()
    await playground.page.get_by_label("Name of a new session").fill("test-2")
    await playground.page.get_by_role("button", name="New", exact=True).click()
    await playground.page.wait_for_url("**/s/test-2/playground")


async def test_what_comes_out_of_a_request_is_text(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    attack = "<img src=x onerror=\"document.title = 'broken'\">"
    await playground.page.get_by_label("Notes").fill(attack)
    await playground.page.get_by_label("Service").fill(attack)
    await playground.page.get_by_label("v1", exact=True).check()
    await playground.submit()
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    await expect(playground.page.get_by_role("row", name="subject")).to_contain_text(attack)
    await expect(playground.page.locator("#outcome img")).to_have_count(0)
    await expect(playground.page).to_have_title("Playground · mockgms")


async def test_it_can_be_used_by_keyboard(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    keyboard = playground.page.keyboard
    await playground.page.get_by_label("As soon as possible").focus()
    await keyboard.press("ArrowDown")
    await expect(playground.page.locator("#times-told")).to_contain_text("38 free times")
    await playground.page.get_by_label("14:30, 2 free").focus()
    await keyboard.press("ArrowRight")
    await expect(playground.page.get_by_label("14:45, 2 free")).to_be_checked()
    await keyboard.press("Enter")
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    (callback,) = await playground.admin("/__admin/callbacks")
    assert callback["desired_time"] == "2026-03-02T09:15:00.000Z"


async def test_on_a_phone_what_happened_comes_to_the_top(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": 360, "height": 740})
    playground = await Playground(visitor).open()
    await playground.submit()
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    box = await visitor.page.locator("#outcome-title").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 110  # below the header, which stays


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_everybody_can_use_it(visitor: Visitor, scheme: str, width: int, tmp_path: Path) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visitor.page.set_viewport_size({"width": width, "height": 800})
    playground = await Playground(visitor).open()
    assert await visitor.violations() == []
    await visitor.page.get_by_label("At a time that I choose").check()
    await expect(visitor.page.locator("#times-told")).to_contain_text("38 free times")
    await visitor.page.get_by_role("button", name="Produce row 2 of schedule").click()
    await expect(playground.told).to_have_text(f"Row 2 of schedule: {ROWS[1][2]}")
    await expect(playground.told).to_be_in_viewport()
    assert await visitor.violations() == []
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == width
    await visitor.page.screenshot(path=tmp_path / f"playground-{scheme}-{width}.png", full_page=True)  # to be looked at
