"""The pages by keyboard alone, in a browser."""

import pytest
from playwright.async_api import expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What covers the focused element: the header or the action bar, which stay in place when the page scrolls.
COVERED = """() => {
  const focused = document.activeElement;
  const { left, top, bottom } = focused.getBoundingClientRect();
  return [top + 2, (top + bottom) / 2, bottom - 2]
    .map((y) => document.elementFromPoint(left + 5, y)?.closest('.app-header, .action-bar'))
    .every((bar) => bar && !bar.contains(focused)) && focused.outerHTML;
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("path", ["/playground?when=later", "/__admin/docs#v3.schedule"])
async def test_the_bars_do_not_cover_what_has_the_focus(visitor: Visitor, path: str, width: int, height: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": height})
    await page.goto(path)
    await expect(page.locator("#time-list > :first-child, #send").first).to_be_visible()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(60):
            await page.keyboard.press(key)
            covered = await page.evaluate(COVERED)
            assert not covered, key
