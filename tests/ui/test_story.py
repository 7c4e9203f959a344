"""What somebody does who has never heard of GMS."""

import pytest
from playwright.async_api import expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_somebody_books_sees_it_makes_the_next_booking_fail_and_finds_out_why_it_did(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/")
    await page.get_by_role("link", name="Book a callback in the playground").click()
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    await page.get_by_label("At a time that I choose").check()
    await page.locator("#time-list input").first.check()
    await page.get_by_role("button", name="Request a callback").click()
    booked = await page.locator("#time-list input:checked + label").text_content()
    await page.locator("#outcome").get_by_role("link", name="calendar").click()

    # By the clock by which it was chosen, and in sight at once.
    await expect(page.get_by_role("button", name=(booked or "").split(",")[0])).to_be_in_viewport()
    await page.locator("#grid .slot.taken").click()
    await expect(page.locator("#slot-callbacks")).to_contain_text("Jones")
    await page.get_by_label("meets").select_option("a full slot")
    await page.get_by_role("button", name="Arm it").click()
    await expect(page.locator("#rules li").first).to_contain_text("next-1")

    await page.get_by_role("navigation").get_by_role("link", name="Playground").click()
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    await page.get_by_role("button", name="Request a callback").click()
    await expect(page.locator("#told")).not_to_contain_text("Nothing yet")
    await page.get_by_role("link", name="Calendar", exact=True).click()

    refused = page.locator("#journal > li").filter(has=page.locator(".status.refused"))
    await refused.locator("> details > summary").click()
    await expect(refused.locator(".why b")).to_have_text("Refused with 400 by the rule next-1 (slot_conflict).")
    await expect(refused.locator(".why li").first).to_have_text("Rule next-1: fired: match 1")
    await refused.get_by_text("In full").click()
    await expect(refused.locator(".why details p")).to_contain_text("Rule magic-400 did not match")
    await expect(page.locator("#rules li").first).to_contain_text("used up")
