"""What the tests of the scenario editor share."""

from playwright.async_api import Page, expect

from tests.ui.browser import Visitor

TEXT = """\
# Kept as it is written
description: A Monday.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services:
  "*": {capacity: 2}
  billing:
    capacity: 3
rules:
  - name: busy
    when: {operation: schedule, phone: "+1555*"}
    then: {fault: throttle}
"""


async def opened(visitor: Visitor) -> Page:
    """The page, read and checked."""
    await visitor.page.goto("/scenario")
    await expect(visitor.page.locator("body")).to_have_attribute("data-ready", "yes")
    await expect(visitor.page.locator("#text")).to_have_value(TEXT)
    return visitor.page


async def press(page: Page, name: str, *, within: str = "body") -> None:
    """Press the button of this name."""
    await page.locator(within).get_by_role("button", name=name, exact=True).click()
