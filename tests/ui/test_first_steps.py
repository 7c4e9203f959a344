"""The first steps of a user who does not know GMS."""

import pytest
from playwright.async_api import expect

from tests.ui.browser import Visitor
from tests.ui.start import Start

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_user_books_sees_it_makes_the_next_booking_fail_and_finds_out_why(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.get_by_role("link", name="Open the playground").first.click()
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    await page.get_by_role("button", name="At a time").click()
    await page.locator("#time-list input").first.check()
    await page.get_by_role("button", name="Request a callback").click()
    await page.locator("#outcome").get_by_role("link", name="Show in the calendar").click()

    await page.locator("#week .slot[data-state=partly]").click()
    await expect(start.details.locator("li.callback")).to_contain_text("Jones")
    await page.keyboard.press("Escape")
    await page.locator("#faults [value=slot_conflict]").click()
    await expect(page.locator("#sentence")).to_have_text(
        "The next booking is refused with 400: the slot is full, once."
    )
    await start.press("Arm")
    await expect(page.locator("#rules li").first).to_contain_text("by-hand-1")

    await page.get_by_role("navigation").get_by_role("link", name="Playground").click()
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    await page.get_by_role("button", name="Request a callback").click()
    await expect(page.locator("#outcome .say")).to_have_text("Refused: the slot is full.")
    await page.get_by_role("navigation").get_by_role("link", name="Start").click()

    await start.rows.filter(has=page.locator(".is-refused")).click()
    await expect(start.details.locator(".why-first")).to_have_text(
        "Refused with 400 by the rule by-hand-1 (slot_conflict)."
    )
    await expect(start.details.locator(".checks li").first).to_have_text("by-hand-1 fired: match 1")
    await page.keyboard.press("Escape")
    await expect(page.locator("#rules li").first).to_contain_text("used up")
