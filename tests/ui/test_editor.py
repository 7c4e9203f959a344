"""The scenario editor, in a browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.editor import TEXT, opened, press

pytestmark = pytest.mark.asyncio(loop_scope="session")

FULL_DAY = Path("scenarios/full-day.yaml").read_text()
CLICKED: dict[str, Any] = {
    "began": {"now": "2026-03-02T08:55:00.000Z", "frozen": True},
    "clock": {"now": "2026-03-02T09:15:00.000Z", "frozen": True},
    "slots": {
        "sales": {"2026-03-02T16:00:00.000Z": {"closed": True}},
        "billing": {"2026-03-02T10:00:00.000Z": {"free": 0}, "2026-03-02T11:00:00.000Z": {"free": 1}},
        "*": {"2026-03-02T12:00:00.000Z": {"free": 0}},
    },
    "rules": {
        "busy": {"name": "busy", "times": 0, "then": {"fault": "throttle"}},
        "by-hand-1": {"name": "by-hand-1", "times": 1, "then": {"fault": "server_error"}},
    },
    "notes": ["the callback of +1 moved to COMPLETED"],
}
WITH_CLICKS = """\
# Kept as it is written
description: A Monday.
clock: {now: "2026-03-02T09:15:00.000Z", frozen: true}
services:
  sales:
    slots:
      - {start: "2026-03-02T16:00:00.000Z", closed: true}
  "*": {capacity: 2, slots: [{start: "2026-03-02T12:00:00.000Z", free: 0}]}
  billing:
    capacity: 3
    slots:
      - {start: "2026-03-02T10:00:00.000Z", free: 0}
      - {start: "2026-03-02T11:00:00.000Z", free: 1}
rules:
  - {name: "by-hand-1", times: 1, then: {fault: "server_error"}}
  - {name: "busy", times: 0, then: {fault: "throttle"}}
"""


@pytest.fixture
def scenario() -> Scenario:
    return Catalog().parse(TEXT)


async def test_a_mistake_is_shown_with_its_place_and_the_corrected_text_is_applied(visitor: Visitor) -> None:
    page = await opened(visitor)
    assert await visitor.book("+14155550100") == 200
    text = page.get_by_label("Scenario as YAML")
    await text.fill(TEXT.replace("throttle", "throtle"))
    await expect(page.locator("#verdict")).to_have_text("1 mistake")
    await expect(page.locator("#state")).to_have_text("Edited")
    await expect(page.locator(".mark.bad u")).to_have_text("throtle")
    await expect(page.locator("#problems")).to_contain_text("line 11, column 19")
    assert await visitor.violations() == []
    await page.locator("#apply").click(force=True)  # only aria-disabled, so that the page can say why
    await expect(page.locator("#message")).to_have_text("Mend the mistake at line 11 first.")
    await expect(text).to_be_focused()
    await press(page, "Use throttle", within="#problems")
    await expect(page.locator("#verdict")).to_have_text("No mistakes")
    await expect(text).to_have_value(TEXT)
    edited = TEXT.replace("A Monday", "Another Monday")
    await text.fill(edited)
    await page.reload()
    await expect(text).to_have_value(edited)  # a draft survives
    await press(page, "Apply rules only")
    await expect(page.locator("#message")).to_have_text("The rules are in force. Calendar and clock stay as they are.")
    assert len(await visitor.ask("GET", "/__admin/callbacks")) == 1
    await text.press("Control+s")
    await expect(page.locator("#message")).to_have_text("Applied, and started over.")
    await expect(page.locator("#state")).to_have_text("Active")
    assert await visitor.ask("GET", "/__admin/callbacks") == []
    await press(page, "Undo")
    await expect(page.locator("#message")).to_have_text("Undone.")
    assert len(await visitor.ask("GET", "/__admin/callbacks")) == 1


async def test_a_warning_is_shown_and_does_not_prevent_applying(visitor: Visitor) -> None:
    page = await opened(visitor)
    hidden = TEXT + '  - {name: vip, when: {operation: schedule, phone: "+15550*"}, then: {fault: hang}}\n'
    await page.get_by_label("Scenario as YAML").fill(hidden)
    await expect(page.locator("#verdict")).to_have_text("1 warning")
    await expect(page.locator("#problems")).to_contain_text("`busy` (line 9) comes first")
    await page.keyboard.press("F8")
    selected = "(field) => field.value.slice(field.selectionStart).slice(0, 11)"
    assert (await page.locator("#text").evaluate(selected)) == "{name: vip,"
    await expect(page.locator("#apply")).to_have_attribute("aria-disabled", "false")


async def test_clicks_are_put_into_the_text_as_a_difference_and_forgotten_once_applied(visitor: Visitor) -> None:
    page = await opened(visitor)
    await page.evaluate("(it) => sessionStorage.setItem('mockgms-clicked default', JSON.stringify(it))", CLICKED)
    await page.reload()
    await expect(page.locator("#clicks-count")).to_have_text("8")
    await expect(page.locator("#diff .add")).to_have_count(10)
    await expect(page.get_by_label("the callback of +1 moved to COMPLETED")).to_be_disabled()
    box = page.get_by_label(re.compile("^Set the clock"))
    await box.uncheck()
    await expect(page.locator("#diff")).not_to_contain_text("clock")
    await box.check()
    await press(page, "Put into the text")
    text = page.get_by_label("Scenario as YAML")
    await expect(text).to_have_value(WITH_CLICKS)
    await expect(page.locator(".mark.new").first).to_be_visible()
    await expect(page.locator("#diff div")).to_have_count(0)
    await press(page, "Undo")
    await expect(text).to_have_value(TEXT)
    await press(page, "Put into the text")
    await press(page, "Apply and start over")
    await expect(page.locator("#clicks-count")).to_have_text("0")
    await expect(page.locator("#clicked-count")).to_have_text("0")
    assert (await visitor.ask("GET", "/__admin/clock"))["now"] == "2026-03-02T09:15:00.000Z"


async def test_clicks_that_a_flow_map_cannot_take_are_named_and_missing_sections_are_added(visitor: Visitor) -> None:
    page = await opened(visitor)
    await page.evaluate("(it) => sessionStorage.setItem('mockgms-clicked default', JSON.stringify(it))", CLICKED)
    await page.reload()
    text = page.get_by_label("Scenario as YAML")
    await text.fill("description: x\nservices: {sales: {capacity: 1}}\nrules: []\n")
    await press(page, "Put into the text")
    await expect(page.locator("#message")).to_contain_text("Write this by hand")
    await expect(text).to_have_value(
        re.compile(r'^rules: \[\{name: "by-hand-1", .*, \{name: "busy", .*\}\]$', re.MULTILINE)
    )
    await text.fill("description: x\n")
    await press(page, "Put into the text")
    await expect(page.locator("#verdict")).to_have_text("1 warning")
    await expect(text).to_have_value(re.compile(r'^description: x\nclock: .*\n\nservices:\n  "\*":', re.MULTILINE))


async def test_a_scenario_can_be_opened_from_the_gallery_or_a_file_and_downloaded(visitor: Visitor) -> None:
    page = await opened(visitor)
    await page.keyboard.press("/")
    await page.keyboard.type("full-d")
    await page.get_by_role("navigation", name="Gallery").get_by_role("button").filter(visible=True).click()
    text = page.get_by_label("Scenario as YAML")
    await expect(text).to_have_value(FULL_DAY)
    await expect(page.locator("#state")).to_have_text("Opened")
    await expect(page.locator("#verdict")).to_have_text("No mistakes")
    await press(page, "Apply and start over")
    await expect(page.locator("#state")).to_have_text("Active")
    assert (await visitor.ask("GET", "/__admin/scenario"))["name"] == "full-day"
    file = {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": b"description: Mine.\n"}
    await page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    await expect(text).to_have_value("description: Mine.\n")
    await expect(page.locator("#title")).to_have_text("mine.yaml")
    async with page.expect_download() as coming:
        await press(page, "Download")
    download = await coming.value
    assert download.suggested_filename == "scenario.yaml"
    await press(page, "Apply and start over")
    await expect(page.locator("#title")).to_have_text("A scenario that was sent")


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("desc", "description: "),
        ("services:\n  sales:\n    cap", "    capacity: "),
        ("services:\n  sales: {time_b", "  sales: {time_bucket: "),
        ("rules:\n  - name: x\n    then: {fault: thr", "    then: {fault: throttle"),
        ("clock:\n  frozen: t", "  frozen: true"),
        ("rules:\n  - na", "  - name: "),
    ],
)
async def test_keys_and_values_are_completed_from_the_schema(visitor: Visitor, text: str, chosen: str) -> None:
    page = await opened(visitor)
    field = page.get_by_label("Scenario as YAML")
    await field.fill(text)
    await field.press("Control+End")
    await field.press("Control+Space")
    await expect(field).to_have_value(re.compile(f"{re.escape(chosen)}$"))


async def test_one_of_several_completions_is_chosen_by_keyboard(visitor: Visitor) -> None:
    page = await opened(visitor)
    field = page.get_by_label("Scenario as YAML")
    await field.fill("services:\n  sales:\n    ti")
    await field.press("Control+End")
    await field.press("Control+Space")
    await expect(page.get_by_role("option")).to_have_text([re.compile("^timezone"), re.compile("^time_bucket")])
    assert await visitor.violations() == []
    await field.fill("")
    await field.press("Control+Space")
    await expect(page.get_by_role("option").nth(8)).to_be_attached()
    assert await visitor.violations("#completions") == []
    await field.press("Escape")
    await expect(page.locator("#completions")).to_be_hidden()
    await field.fill("services:\n  sales:\n    ti")
    await field.press("Control+End")
    await field.press("Control+Space")
    await field.press("ArrowDown")
    await field.press("Enter")
    await expect(field).to_have_value("services:\n  sales:\n    time_bucket: ")


async def test_on_a_phone_a_button_completes_at_the_caret(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = await opened(visitor)
    field = page.get_by_label("Scenario as YAML")
    await field.fill("services:\n  sales:\n    ti")
    await press(page, "Complete at the caret")
    await page.get_by_role("option", name="time_bucket").click()
    await expect(field).to_have_value("services:\n  sales:\n    time_bucket: ")
    await expect(field).to_be_focused()


async def test_on_a_phone_the_gallery_opens_and_nothing_is_too_wide(visitor: Visitor, tmp_path: Path) -> None:
    await visitor.page.emulate_media(color_scheme="dark")
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = await opened(visitor)
    await press(page, "Gallery")
    await expect(page.get_by_role("button", name="magic-numbers The area")).to_be_visible()
    assert await visitor.violations() == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.screenshot(path=tmp_path / "scenario-dark-390.png", full_page=True)  # to look at


async def test_the_gallery_begins_with_the_scenario_of_the_session_and_says_when_nothing_matches(
    visitor: Visitor,
) -> None:
    page = await opened(visitor)
    gallery = page.locator("#gallery")
    await expect(gallery.locator("h2")).to_have_text(["This session", "Available"])
    await expect(gallery.locator("[aria-current]")).to_contain_text("A Monday.")
    await page.locator("#find").fill("full-d")
    await expect(gallery.locator("h2").filter(visible=True)).to_have_text(["Available"])
    await gallery.get_by_role("button").filter(visible=True).click()
    await expect(page.get_by_label("Scenario as YAML")).to_have_value(FULL_DAY)
    await page.locator("#find").fill("no such thing")
    await expect(gallery).to_have_text("No scenario matches.", use_inner_text=True)
    await page.locator("#find").fill("")
    await gallery.locator("[aria-current]").click()
    await expect(page.get_by_label("Scenario as YAML")).to_have_value(TEXT)
    await page.locator("#find").fill("full-d")
    await gallery.get_by_role("button").filter(visible=True).click()
    await press(page, "Apply and start over")
    await page.locator("#find").fill("")
    await expect(gallery.locator("[aria-current]")).to_contain_text("full-day")


async def test_many_mistakes_leave_no_gap_on_a_phone(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = await opened(visitor)
    await page.get_by_label("Scenario as YAML").fill(
        "description: Wrong.\n" + "".join(f"key{n}: 1\n" for n in range(20))
    )
    await expect(page.locator("#problems .problem")).to_have_count(20)
    below = "document.querySelector('.text-col').getBoundingClientRect().bottom"
    assert await page.evaluate(f"{below} - document.querySelector('#problems').getBoundingClientRect().bottom") < 2


async def test_the_page_asks_for_the_token_and_says_nothing_about_a_scenario_before(
    visitor: Visitor, guarded_url: str
) -> None:
    page = visitor.page
    await page.goto(f"{guarded_url}/scenario")
    field = page.get_by_label("requires its admin token")
    await expect(field).to_be_focused()
    for part in ("#state", "#verdict"):
        await expect(page.locator(part)).to_be_hidden()
    await expect(page.locator("#message")).to_have_text("")
    await page.get_by_role("button", name="Apply and start over").click()
    missing = "This server requires its admin token: enter it at the top of the page."
    await expect(page.locator("#message")).to_have_text(missing)
    await field.fill("s3cret")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#text")).to_have_value(TEXT)
    await expect(page.locator("#message")).to_have_text("")
    await expect(page.locator("#verdict")).to_have_text("No mistakes")
    await expect(page.locator("#verdict")).to_be_visible()
