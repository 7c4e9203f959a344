"""The playground, as a visitor has it before him."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor

ROWS = [
    ("schedule", 1, "resolved. When server confirms callback is scheduled: 200 OK."),
    ("schedule", 2, "rejected. When selected timeslot is not available: 400 Bad Request."),
    ("schedule", 3, "rejected. When AJAX exception occurs: 429 Too Many Requests."),
    ("schedule", 4, "rejected. When server exception occurs: 500 Internal Server Error."),
    ("schedule", 5, "rejected. When no form data is found to schedule callback: No data found to schedule callback."),
    ("availability", 1, "resolved. When server confirms the list of available callback timeslots: 200 OK."),
    ("availability", 2, "rejected. When timeslots are not available for selected period: 400 Bad Request."),
    ("availability", 3, "rejected. When AJAX exception occurs: 400 Bad Request."),
    ("availability", 4, "rejected. When server exception occurs: 500 Internal Server Error."),
    (
        *("availability", 5),
        "rejected. When no query data is found: No query parameters passed for callback availability service.",
    ),
]


class Playground:
    """The page, opened."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.told = visitor.page.locator("#told")

    async def open(self, path: str = "/playground") -> "Playground":
        await self.page.goto(path)
        await expect(self.page.locator("body")).to_have_attribute("data-ready", "yes")
        return self

    def part(self, name: str) -> Locator:
        """A part of what happened, by its label."""
        return self.page.get_by_role("region", name=name, exact=True)

    async def submit(self) -> None:
        await self.page.get_by_role("button", name="Request a callback").click()

    async def admin(self, path: str) -> Any:
        """What the server says, which knows nothing of the page."""
        return await (await self.page.request.get(f"{self.visitor.url}{path}")).json()
