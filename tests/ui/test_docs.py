"""The API reference, in a browser."""

import asyncio
import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

AWKWARD = 'it\'s "漢字" \\ $HOME `x` %s'


async def opened(visitor: Visitor, operation: str, base: str = "") -> Page:
    """The page with an operation."""
    await visitor.page.goto(f"{base}/__admin/docs#{operation}")
    await expect(visitor.page.locator(f"[id='{operation}']")).to_be_visible()
    await expect(visitor.page.locator(".entry:not([hidden])")).to_have_count(1)
    return visitor.page


async def send(page: Page) -> None:
    """Press Send."""
    await page.get_by_role("button", name="Send", exact=True).click()


async def test_the_fields_are_sent_and_shown_in_the_examples(visitor: Visitor) -> None:
    page = await opened(visitor, "v1.schedule", "/s/test-1")
    example, answer = page.locator("#example"), page.locator("#answer")
    shown = page.locator(".entry:not([hidden])")
    await shown.get_by_label("_customer_number").fill("+14155550123")
    address = f"{visitor.url}/s/test-1/genesys/1/service/callback/sales"
    await expect(example).to_contain_text(f"curl -i -X POST '{address}'")
    await expect(example).to_contain_text('"_customer_number": "+14155550123"')
    await page.get_by_role("button", name="Python").click()
    await expect(example).to_contain_text(f'requests.post(\n    "{address}"', use_inner_text=True)
    await page.get_by_role("button", name="fetch").click()
    await expect(example).to_contain_text(f'await fetch("{address}"')
    await expect(page.locator("#sent")).to_have_text("Example")
    await send(page)
    await expect(answer).to_contain_text('"_text": "You will receive the call shortly"')
    await expect(answer.locator(".k", has_text="_text")).to_have_text('"_text"')
    await expect(answer.locator(".s", has_text="shortly")).to_have_text('"You will receive the call shortly"')
    documented = shown.locator(".answer-of pre").first
    await expect(documented.locator(".k").first).to_have_text('"_dialog_id"')
    await expect(page.locator("#sent")).to_have_text(re.compile(r"^Real answer · \d+ ms$"))
    (callback,) = await visitor.ask("GET", "/s/test-1/__admin/callbacks")
    assert callback["phone"] == "+14155550123"
    await page.get_by_label("Answer with").select_option("throttle")
    await send(page)
    await expect(answer).to_contain_text("429 Too Many Requests")
    await expect(answer).to_contain_text("retry-after: 30")
    await page.get_by_label("Answer with").select_option("disconnect")
    await send(page)
    await expect(answer).to_have_text("No answer: Failed to fetch")


async def run(*command: str) -> str:
    """What a command prints."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()


@pytest.mark.parametrize(
    ("language", "command"),
    [("curl", ("bash", "-c")), ("fetch", ("node", "--input-type=module", "-e")), ("Python", (sys.executable, "-c"))],
)
async def test_each_example_runs_and_sends_what_the_fields_say(
    visitor: Visitor, language: str, command: tuple[str, ...]
) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]}")
    page = await opened(visitor, "v3.schedule")
    shown = page.locator(".entry:not([hidden])")
    sent = {"subject": AWKWARD, "true": [True, False, None], "n": 1.5}
    await shown.get_by_label("userData").fill(json.dumps(sent))
    await page.get_by_role("group", name="Language").get_by_role("button", name=language).click()
    assert "200" in await run(*command, await page.locator("#example").inner_text())
    await page.get_by_label("Answer with").select_option("throttle")
    assert "429" in await run(*command, await page.locator("#example").inner_text())
    taken, refused = (await visitor.ask("GET", "/__admin/requests?unmasked=true"))["requests"]
    assert (taken["answer"]["status"], refused["answer"]["status"]) == (200, 429)
    assert json.loads(taken["request"]["body"])["userData"] == sent


async def test_parameters_and_keys_are_sent_in_the_query_and_the_headers(visitor: Visitor) -> None:
    page = await opened(visitor, "v3.availability")
    shown = page.locator(".entry:not([hidden])")
    await shown.get_by_label("maxTimeSlots").fill("1")
    await shown.get_by_label("x-api-key").fill("KEY-1")
    await expect(page.locator("#example")).to_contain_text("-H 'x-api-key: KEY-1'")
    await send(page)
    await expect(page.locator("#answer")).to_contain_text('"utcTime": "2026-03-02T09:00:00.000Z"')
    await expect(page.locator("#answer")).not_to_contain_text("09:15")


async def test_the_example_in_python_sends_json_as_a_value_and_other_bodies_as_text(visitor: Visitor) -> None:
    page = await opened(visitor, "v1.schedule")
    example = page.locator("#example")
    await page.get_by_role("button", name="Python").click()
    await expect(example).to_contain_text('    json={\n        "_customer_number": "+14155550100"\n    },')
    await expect(example).not_to_contain_text("Content-Type")
    await page.goto("/__admin/docs#admin.scenario.use")
    await page.locator(".entry:not([hidden]) textarea").fill("{extends: default}")
    await expect(example).to_contain_text('    data="{extends: default}".encode(),')
    await expect(example).to_contain_text('"Content-Type": "application/json"')
    await page.locator(".entry:not([hidden]) textarea").fill('{"description": "true \\/ \\\\/", "clock": null}')
    await expect(example).to_contain_text('    json={"description": "true / \\\\/", "clock": None},')


async def test_the_menu_of_sessions_asks_for_the_token_which_is_then_sent(visitor: Visitor, guarded_url: str) -> None:
    page = visitor.page
    await page.goto(f"{guarded_url}/__admin/docs#admin.rules")
    answer, menu = page.locator("#answer"), page.locator("#session-button")
    await send(page)
    await expect(answer).to_contain_text("401 Unauthorized")
    await expect(page.locator("#token")).to_be_hidden()
    await menu.click()
    await expect(page.locator("#message")).to_contain_text("enter it at the top of the page")
    await expect(page.get_by_label("requires its admin token")).to_be_focused()
    await page.keyboard.type("s3cret")
    await page.keyboard.press("Enter")
    await expect(page.locator("#token")).to_be_hidden()
    await expect(page.locator("#message")).to_have_text("")
    await send(page)
    await expect(answer).to_contain_text("200 OK")
    await menu.click()
    await expect(page.locator("#sessions")).to_contain_text("default")
    assert await visitor.violations() == []


async def test_an_endpoint_is_found_by_the_name_of_a_field_or_a_parameter(visitor: Visitor) -> None:
    page = await opened(visitor, "start")
    links = page.locator("#list a:visible")
    await page.locator("#find").fill("virtual-queues")
    await expect(links).to_have_count(1)
    await expect(links).to_have_attribute("href", "#v3.estimated_wait_time")
    await page.locator("#find").fill("_customer_lookup_keys")
    await expect(links).to_have_count(0)
    await page.locator("#find").fill("phoneNumber")
    await expect(page.locator("#list a:visible", has_text="Book a callback for desiredTime")).to_have_count(1)


async def test_an_endpoint_is_found_by_words_and_a_type_leads_to_its_fields(visitor: Visitor) -> None:
    page = await opened(visitor, "start")
    await page.keyboard.press("/")
    await page.keyboard.type("reschedule")
    await expect(page.locator("#list a:visible")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator("[id='v1.reschedule']")).to_be_visible()
    await expect(page.locator("#list [aria-current]")).to_have_attribute("href", "#v1.reschedule")
    shown = page.locator(".entry:not([hidden])")
    await shown.locator("[data-status='400'] > summary").click()
    await shown.get_by_role("link", name="GmsRefusal").last.click()
    await expect(page.locator("#schema-GmsRefusal")).to_contain_text("A Java class name; clients compare its end")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_the_page_is_accessible_and_fits_the_window(
    visitor: Visitor, scheme: str, width: int, tmp_path: Path
) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visitor.page.set_viewport_size({"width": width, "height": 800})
    page = await opened(visitor, "v1.schedule")
    if width == 390:
        await page.get_by_label("Endpoint", exact=True).select_option("v3.schedule")
        await expect(page.locator("[id='v3.schedule']")).to_be_visible()
    for summary in await page.locator(".entry:not([hidden]) .answer-of > summary").all():
        await summary.click()
    assert await visitor.violations() == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.screenshot(path=tmp_path / f"api-{scheme}-{width}.png")  # to look at


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_fields_of_a_schema_fit_in_the_window(visitor: Visitor, width: int) -> None:
    await visitor.page.set_viewport_size({"width": width, "height": 844})
    await visitor.page.goto("/__admin/docs#schema-Conditions")
    table = visitor.page.locator("[id='schema-Conditions'] .wide")
    await expect(table.get_by_text("user_data", exact=True)).to_be_visible()
    assert await table.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0
    assert await visitor.violations("#main") == []


async def test_the_search_hides_empty_groups_and_says_when_nothing_matches(visitor: Visitor) -> None:
    page = await opened(visitor, "v3.schedule")
    headings = page.locator("#list h2").filter(visible=True)
    await page.get_by_label("Find an endpoint").fill("/engagement/v3/callbacks/create")
    await expect(headings).to_have_text(["GES v3"])
    await expect(page.get_by_text("No endpoint matches.")).to_be_hidden()
    await page.get_by_label("Find an endpoint").fill("no such thing")
    await expect(headings).to_have_count(0)
    await expect(page.get_by_text("No endpoint matches.")).to_be_visible()
    await page.get_by_label("Find an endpoint").fill("")
    await expect(headings.first).to_have_text("Start here")
    await expect(page.get_by_text("No endpoint matches.")).to_be_hidden()


async def test_the_search_stays_in_view_beside_an_endpoint_far_down_the_list(visitor: Visitor) -> None:
    page = await opened(visitor, "schema-SlotChange")
    await expect(page.locator("#list [aria-current]")).to_be_in_viewport()
    await expect(page.get_by_label("Find an endpoint")).to_be_in_viewport(ratio=1)
