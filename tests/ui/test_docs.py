"""The page that tells of the API, in a browser."""

import pytest
from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(visitor: Visitor, operation: str, base: str = "") -> Locator:
    """An operation of the page, opened by a link to it."""
    await visitor.page.goto(f"{base}/__admin/docs#{operation}")
    shown = visitor.page.locator(f"[id='{operation}']")
    await expect(shown).to_have_attribute("open", "")
    return shown


async def test_a_booking_through_v1_is_tried_out_in_the_session_of_the_page(visitor: Visitor) -> None:
    shown = await opened(visitor, "v1.schedule", "/s/test-1")
    await shown.get_by_role("button", name="Send").click()
    await expect(shown.locator(".answer")).to_contain_text('"_text": "You will receive the call shortly"')
    await expect(shown.locator(".asked")).to_have_text(
        f"curl -i -X POST '{visitor.url}/s/test-1/genesys/1/service/callback/sales'"
        " -H 'Content-Type: application/json'"
        """ -d '{ "_customer_number": "+14155550100", "_subject": "Order 4711" }'"""
    )


async def test_slots_of_v3_are_asked_for_with_a_parameter(visitor: Visitor) -> None:
    shown = await opened(visitor, "v3.availability")
    await shown.get_by_label("maxTimeSlots").fill("1")
    await shown.get_by_role("button", name="Send").click()
    await expect(shown.locator(".answer")).to_contain_text('"utcTime": "2026-03-02T09:00:00.000Z"')
    await expect(shown.locator(".answer")).not_to_contain_text("09:15")


async def test_a_fault_is_asked_for_and_its_answer_shown(visitor: Visitor) -> None:
    shown = await opened(visitor, "v3.schedule")
    await shown.get_by_label("X-Mockgms-Fault").fill("throttle")
    await shown.get_by_role("button", name="Send").click()
    await expect(shown.locator(".answer")).to_contain_text("429 Too Many Requests")
    await expect(shown.locator(".answer")).to_contain_text("retry-after: 30")


async def test_a_key_is_sent_in_the_header_of_the_version(visitor: Visitor) -> None:
    shown = await opened(visitor, "v3.schedule")
    await shown.get_by_label("x-api-key").fill("KEY-1")
    await shown.get_by_role("button", name="Send").click()
    await expect(shown.locator(".asked")).to_contain_text("-H 'x-api-key: KEY-1'")


async def test_a_lost_connection_is_told(visitor: Visitor) -> None:
    shown = await opened(visitor, "v3.schedule")
    await shown.get_by_label("X-Mockgms-Fault").fill("disconnect")
    await shown.get_by_role("button", name="Send").click()
    await expect(shown.locator(".answer")).to_have_text("No answer: Failed to fetch")


async def test_a_type_is_a_link_to_its_fields(visitor: Visitor) -> None:
    shown = await opened(visitor, "v1.schedule")
    await shown.locator("summary", has_text="429").click()
    await shown.get_by_role("link", name="GmsRefusal").last.click()
    schema = visitor.page.locator("#schema-GmsRefusal")
    await expect(schema).to_have_attribute("open", "")
    await expect(schema).to_contain_text("A Java class name; clients compare its end")


async def test_everybody_can_use_it(visitor: Visitor) -> None:
    shown = await opened(visitor, "v1.schedule")
    for summary in await shown.locator(".status > summary").all():
        await summary.click()
    assert await visitor.violations() == []
