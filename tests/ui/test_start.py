"""The start page, in a browser."""

import pytest
from playwright.async_api import expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("base", "session"), [("", "default"), ("/s/test-1", "test-1")])
async def test_it_tells_where_a_widget_finds_its_session(visitor: Visitor, base: str, session: str) -> None:
    await visitor.page.goto(f"{base}/")
    await expect(visitor.page.locator("#session")).to_have_text(session)
    await expect(visitor.page.locator("#data-url-v3")).to_have_text(f"{visitor.url}{base}/engagement/v3/callbacks")
    await expect(visitor.page.locator("#scenario")).to_have_text("<body>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(visitor: Visitor, scheme: str) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visitor.page.goto("/")
    assert await visitor.violations() == []
