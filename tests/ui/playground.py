"""The playground page object."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor

SCHEDULE = "Of a booking"
AVAILABILITY = "Of a query for free times"
# Group, name of the button, kind of the outcome, its sentence, and what it settles with.
CASES = [
    (SCHEDULE, "Accepted", "ok", "Accepted: we call as soon as possible.", "done, row 1 of the reference"),
    (SCHEDULE, "Slot is full", "refused", "Refused: Mon 2 Mar 15:30 is full.", "fail, row 2 of the reference"),
    (SCHEDULE, "Too many requests", "throttled", "Throttled: try again in 30 s.", "fail, row 3 of the reference"),
    (SCHEDULE, "Server error", "failed", "Failed: the server answered 500.", "fail, row 4 of the reference"),
    (SCHEDULE, "No form data", "lost", "Not sent: there is no data.", "fail, row 5 of the reference"),
    (
        *(SCHEDULE, "Office closed", "refused", "Refused: the office is closed at Mon 2 Mar 15:30."),
        "fail, row 2 of the reference",
    ),
    (SCHEDULE, "Unavailable", "failed", "Failed: the server answered 503.", "fail, in no row of the reference"),
    (
        *(SCHEDULE, "Connection lost", "lost", "Lost: the connection broke before an answer came."),
        "fail, in no row of the reference",
    ),
    (SCHEDULE, "Not JSON", "failed", "Failed: the answer with 200 cannot be used.", "fail, in no row of the reference"),
    (AVAILABILITY, "Times are free", "ok", "Answered: 20 times are free.", "done, row 1 of the reference"),
    (
        *(AVAILABILITY, "No time is free", "refused", "Refused: no time of this period is free."),
        "fail, row 2 of the reference",
    ),
    (AVAILABILITY, "Wrong request", "refused", "Refused: the request is wrong.", "fail, row 3 of the reference"),
    (AVAILABILITY, "Server error", "failed", "Failed: the server answered 500.", "fail, row 4 of the reference"),
    (AVAILABILITY, "No query data", "lost", "Not sent: there is no data.", "fail, row 5 of the reference"),
]


class Playground:
    """The opened page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.says = visitor.page.locator("#outcome .say")
        self.why = visitor.page.locator("#why")

    async def open(self, path: str = "/playground") -> "Playground":
        """Go to the page, and wait until it is ready."""
        await self.page.goto(path)
        await expect(self.page.locator("body")).to_have_attribute("data-ready", "yes")
        return self

    def part(self, name: str) -> Locator:
        """Return a region of the page, by its label."""
        return self.page.get_by_role("region", name=name, exact=True)

    async def submit(self) -> None:
        """Press the button of the form."""
        await self.press("Request a callback")

    async def press(self, name: str) -> None:
        """Press the button of this name."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    def case(self, group: str, name: str) -> Locator:
        """Return the button of an outcome."""
        return self.page.get_by_role("group", name=group).get_by_role("button", name=name)

    async def admin(self, path: str) -> Any:
        """Return the answer of the server to a GET request."""
        return await (await self.page.request.get(f"{self.visitor.url}{path}")).json()
