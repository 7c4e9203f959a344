"""Fixtures: a visitor of pages of another origin, in one tab for all tests."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.ui.browser import Visitor


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """One page for all tests: opening a page takes longer than most tests."""
    context = await browser.new_context(locale="en-GB", timezone_id="Asia/Kolkata")
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(page: Page, url: str) -> AsyncIterator[Visitor]:
    visitor = Visitor(page, url)
    yield visitor
    await page.goto("about:blank")
    visitor.leave()
