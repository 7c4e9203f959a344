"""The page of the tutorial for front-end developers, in a browser."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.docs.markdown import PAGES, blocks
from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_page_of_the_tutorial_can_book_and_is_refused_with_a_magic_number(
    visitor: Visitor, tmp_path: Path
) -> None:
    [shop] = blocks(PAGES["docs/tutorials/widget-offline.md"], "html")
    file = tmp_path / shop.title
    file.write_text(shop.text.replace("http://localhost:8080", visitor.url))
    page = visitor.page
    await page.goto(file.as_uri())
    await page.get_by_role("button", name="Call me back").click()
    await expect(page.get_by_role("status")).to_contain_text("Booked: ")
    assert [each["phone"] for each in await visitor.ask("GET", "/__admin/callbacks")] == ["4155550100"]
    await page.get_by_label("Phone").fill("4295550100")
    await page.get_by_role("button", name="Call me back").click()
    await expect(page.get_by_role("status")).to_have_text("Refused: 429")
