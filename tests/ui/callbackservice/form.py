"""The form that Callback.open shows in a shop."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor
from tests.ui.callbackservice.shop import Shop

WIDTHS = {390: 844, 1280: 800}


class Form:
    """The opened form."""

    def __init__(self, visitor: Visitor, page: Shop) -> None:
        self.visitor = visitor
        self.shop = page
        self.page = page.page
        self.dialog = page.page.get_by_role("dialog")
        self.alert = self.dialog.get_by_role("alert")
        self.status = self.dialog.get_by_role("status")

    def field(self, label: str) -> Locator:
        return self.dialog.get_by_label(label)

    def button(self, name: str) -> Locator:
        return self.dialog.get_by_role("button", name=name, exact=True)

    async def submit(self, phone: str | None = None) -> None:
        """Send the form, with this phone number if there is one."""
        if phone is not None:
            await self.field("Phone number").fill(phone)
        await self.button("Request a callback").click()

    async def choose_later(self) -> None:
        """Let the form load its times, again if they are loaded already."""
        await self.field("As soon as possible").check()
        await self.field("At a time that I choose").check()

    async def expect_failure(self, text: str) -> None:
        """The form says this and nothing else, is open for another attempt, and axe finds nothing."""
        await expect(self.alert.locator("p")).to_have_text(text)
        await expect(self.button("Request a callback")).not_to_have_attribute("aria-disabled", "true")
        assert await self.visitor.violations() == []


async def opened(visitor: Visitor, page: Shop, options: dict[str, Any] | None = None, *, width: int = 1280) -> Form:
    """Open the form in a window of this width."""
    await page.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    await page.page.evaluate("(options) => CXBus.command('Callback.open', options)", options or {})
    form = Form(visitor, page)
    await expect(form.dialog).to_be_visible()
    return form
