"""The pictures of the documentation, taken of the running pages: `scripts/docs pictures`."""

import asyncio
from pathlib import Path
from typing import Final

from playwright.async_api import APIRequestContext, ViewportSize, async_playwright, expect

from mockgms.app import assemble, listen
from mockgms.scenario.catalog import Catalog
from tests.ui.browser import ARGUMENTS, executable

_FOLDER: Final = Path("docs/pictures")
_SIZE: Final[ViewportSize] = {"width": 1280, "height": 800}
_SCENARIO: Final = """
description: A Monday, with the magic numbers.
extends: default
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services: {sales: {capacity: 2, office_hours: [Mon-Fri 09:00-18:00]}}
"""
_TIMES: Final = ("10:00", "10:00", "10:00", "10:15", "11:30", "14:00", "14:15")


async def _book(request: APIRequestContext, **fields: str) -> None:
    """Book a callback. The mock may refuse it."""
    await request.post("/engagement/v3/callbacks/create", form={"serviceName": "sales", **fields})


async def _take() -> None:
    server, port = await listen(assemble(Catalog().parse(_SCENARIO, "monday"), Catalog()), "127.0.0.1", 0)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        page = await browser.new_page(
            base_url=f"http://127.0.0.1:{port}", viewport=_SIZE, locale="en-GB", timezone_id="UTC"
        )
        await page.goto("/")
        for number, time in enumerate(_TIMES):
            desired = f"2026-03-02T{time}:00Z"
            await _book(page.request, phoneNumber=f"+1415555014{number}", desiredTime=desired)
        for area in 429, 503:
            await _book(page.request, phoneNumber=f"+1{area}5550100")
        await expect(page.locator("#journal-count")).to_have_text("9")
        await expect(page.locator("#callbacks-count")).to_have_text("6")  # of the first seven, one is refused
        await page.screenshot(path=_FOLDER / "start.png", animations="disabled")
        await browser.close()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_take())
