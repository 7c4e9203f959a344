"""The longest tasks of the start page with a full journal and a full week, as Chromium traces them.

`python -m benchmarks.pages` prints a line for each thing that is done. A task is uninterrupted work of the page: while
it lasts, nothing that somebody presses is answered. The time is processor time, which other programs on the machine
hardly make longer. It needs what the tests of the pages need.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

from playwright.async_api import Page, async_playwright

from mockgms.app import assemble, listen
from mockgms.scenario.catalog import Catalog
from tests.ui.browser import ARGUMENTS, executable

SCENARIO: Final = """
description: A week of 504 slots.
clock: {now: 2026-03-02T05:55:00Z, frozen: true}
services: {sales: {capacity: 5, office_hours: [Mon-Sun 06:00-24:00]}, billing: {capacity: 2}}
"""
ENTRIES: Final = 1_000
LIMIT: Final = 100  # milliseconds


async def measure() -> None:
    """Do what a user does, and print the longest task of each step."""
    runner, port = await listen(assemble(Catalog().parse(SCENARIO), Catalog()), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        for number in range(ENTRIES):
            await book(page, url, number)
        await step(page, "open", page.goto(url))
        await step(page, "read", page.wait_for_selector("#connection[data-state=live]"))
        slots = await page.locator(".slot[data-start]").count()
        print(f"{slots} slots, {await page.inner_text('#journal-count')} entries")
        await step(page, "a request comes", book(page, url, ENTRIES))
        await step(page, "fifty requests come", asyncio.gather(*(book(page, url, each) for each in range(50))))
        await step(
            page, "scroll the journal", page.evaluate("document.getElementById('journal-wrap').scrollTop = 9000")
        )
        await step(page, "list the callbacks", page.locator("#tab-callbacks").click())
        await step(page, "another request comes", book(page, url, ENTRIES + 1))
        await step(page, "filter", page.locator("#filter").press_sequentially("5550148"))
        await step(page, "filter no more", page.locator("#filter").fill(""))
        await step(page, "open a request", page.locator("#journal tr[data-id]").first.click())
        await step(page, "open a slot", page.locator("#week .slot[data-state=partly]").first.click())
        await step(page, "fill it", page.get_by_role("button", name="Fill", exact=True).click())
        await step(page, "undo", page.locator("#undo").click())
        await step(page, "move the clock", page.locator("#clock-hour").click())
        await step(page, "another service", page.locator("#services [value=billing]").click())
        await step(page, "start over", page.locator("#start-over").click())
        await step(page, "undo", page.locator("#undo").click())
        await browser.close()
    await runner.stop()


async def book(page: Page, url: str, number: int) -> None:
    """Book a callback, at one of the times of the week."""
    day, quarter = 2 + number % 7, number // 7 % 72
    desired = f"2026-03-0{day}T{6 + quarter // 4:02}:{15 * (quarter % 4):02}:00Z"
    body = {"serviceName": "sales", "phoneNumber": f"+1415555{number:04}", "desiredTime": desired}
    await page.request.post(f"{url}/engagement/v3/callbacks/create", data=body)


async def step(page: Page, name: str, act: Awaitable[object]) -> None:
    """Do one thing, wait until the page is quiet, and print its longest task."""
    tracing = await page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]  # it was launched here
    events: list[dict[str, Any]] = []
    is_complete = asyncio.Event()
    tracing.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    tracing.on("Tracing.tracingComplete", lambda _: is_complete.set())
    await tracing.send("Tracing.start", {"traceConfig": {"includedCategories": ["toplevel"]}})
    await act
    await page.wait_for_timeout(1_500)
    await tracing.send("Tracing.end")
    await is_complete.wait()
    await tracing.detach()
    pages = {(event["pid"], event["tid"]) for event in events if event["args"].get("name") == "CrRendererMain"}
    longest = max(event.get("tdur", 0) for event in events if (event["pid"], event["tid"]) in pages) / 1000
    print(f"{name:24} {longest:6.0f} ms{'' if longest <= LIMIT else '  over the limit'}")


if __name__ == "__main__":
    asyncio.run(measure())
