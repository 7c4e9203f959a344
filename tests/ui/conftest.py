"""Fixtures: a browser, a live server, and a visitor of its pages.

A browser test and these fixtures share one event loop, that of the whole run: starting a browser takes a second.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from mockgms.app import assemble
from mockgms.http.access import Access
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import LiveServer
from tests.ui.browser import ARGUMENTS, Visitor, executable

LONGEST = 15_000  # milliseconds, on a busy machine
expect.set_options(timeout=LONGEST)

MONDAY = """
description: A Monday, with the magic numbers.
extends: default
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services: {"*": {capacity: 2}}
"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """The scenario that the server starts with; a test can be parametrized with another one."""
    return Catalog().parse(getattr(request, "param", MONDAY))


@pytest_asyncio.fixture(loop_scope="session")
async def url(scenario: Scenario) -> AsyncIterator[str]:
    """The URL of a server that was started with the scenario."""
    async with LiveServer(assemble(scenario, Catalog())) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest_asyncio.fixture(loop_scope="session")
async def guarded_url(scenario: Scenario) -> AsyncIterator[str]:
    """The URL of a server with the scenario, whose admin API requires the token `s3cret`."""
    async with LiveServer(assemble(scenario, Catalog(), access=Access(token="s3cret"))) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, url: str) -> AsyncIterator[Visitor]:
    """A visitor with an empty page, far from UTC. The page must have no errors, and no requests to other hosts."""
    context = await browser.new_context(base_url=url, locale="en-GB", timezone_id="Asia/Kolkata")
    context.set_default_timeout(LONGEST)
    visitor = Visitor(await context.new_page(), url)
    yield visitor
    await context.close()
    visitor.leave()
