"""The start page object."""

from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor


class Start:
    """The opened page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.message = visitor.page.locator("#message")
        self.rows = visitor.page.locator("#journal tr[data-id]")
        self.details = visitor.page.locator("#inspector-body")

    async def open(self, path: str = "/") -> "Start":
        """Go to the page, and wait until it has loaded everything."""
        await self.page.goto(path)
        await expect(self.page.locator("#connection")).to_have_attribute("data-state", "live")
        return self

    async def press(self, name: str) -> None:
        """Press the button of this name."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def look_at(self, view: str) -> None:
        """On a phone, show one of the panels; on larger screens all are visible."""
        button = self.page.locator(f"#views [value={view}]")
        if await button.is_visible():
            await button.click()

    async def leave_journal(self) -> None:
        """Take the pointer and the focus out of the journal, so that new rows are shown."""
        await self.page.mouse.move(5, 5)

    def slot(self, day: str, time: str) -> Locator:
        """Return the cell of a slot."""
        return self.page.get_by_role("gridcell", name=f"{day}, {time}: ")

    async def focused(self) -> str:
        """Return the id of the focused element, or its name."""
        return str(
            await self.page.evaluate(
                "document.activeElement.id || document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.textContent"
            )
        )
