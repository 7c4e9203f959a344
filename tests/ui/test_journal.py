"""The journal of the start page, in a browser."""

import asyncio
import subprocess
from typing import Any

import pytest
from playwright.async_api import expect

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY
from tests.ui.start import Start

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = '<img src=x onerror="window.broken = true">'
TEXTS = "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"
DRAWN = "(all) => all.filter((each) => each.firstChild.checkVisibility({ contentVisibilityAuto: true })).length"
AVAILABILITY = "/genesys/1/service/callback/sales/availability"


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """Three hours are open, unless a test is parametrized with another scenario."""
    mornings = MONDAY.replace("capacity: 2", 'capacity: 2, office_hours: ["Mon-Fri 09:00-12:00"]')
    return Catalog().parse(getattr(request, "param", mornings))


async def test_a_row_shows_a_request_its_answer_and_the_reason(visitor: Visitor) -> None:
    start = await Start(visitor).open()
    for phone in ("+14155550148", "+14155550149", "+14155550150"):
        await visitor.book(phone, desired="2026-03-02T09:00:00Z")
    await visitor.book("+14295550101")
    await visitor.book("+14155550151", desired="2026-03-07T09:00:00Z")
    await visitor.ask("GET", AVAILABILITY)
    await expect(start.rows).to_have_count(6)
    cells = await start.rows.evaluate_all(TEXTS)
    assert cells == [
        ["08:55:00", "200 OK", "Availability v1", "sales", "\u2013", "11 times offered", ""],
        ["08:55:00", "400 Refused", "Book v3", "sales", "+1 415 555 0151", "Closed at Sat 7 Mar 09:00", ""],
        *(
            ["08:55:00", *row]
            for row in (
                [
                    "429 Throttled",
                    "Book v3",
                    "sales",
                    "+1 429 555 0101",
                    "Throttled by rule, retry after 30 s",
                    "magic-429",
                ],
                ["400 Refused", "Book v3", "sales", "+1 415 555 0150", "Slot Mon 2 Mar 09:00 is full (2 of 2)", ""],
                ["200 OK", "Book v3", "sales", "+1 415 555 0149", "Booked Mon 2 Mar 09:00", ""],
                ["200 OK", "Book v3", "sales", "+1 415 555 0148", "Booked Mon 2 Mar 09:00", ""],
            )
        ),
    ]
    assert await start.page.locator("#journal .status").evaluate_all("(all) => all.map((each) => each.className)") == [
        "status is-ok",
        "status is-refused",
        "status is-throttled",
        "status is-refused",
        "status is-ok",
        "status is-ok",
    ]


async def test_a_name_that_is_too_long_for_its_column_is_whole_in_its_tooltip(visitor: Visitor) -> None:
    await Start(visitor).open()
    name = "customer-care-for-billing"
    await visitor.book("+14295550100", serviceName=name)
    row = visitor.page.locator("#journal tr[data-id]")
    for column, text in {"op": "Book v3", "sv": name, "ru": "magic-429"}.items():
        await expect(row.locator(f".{column}")).to_have_attribute("title", text)


async def test_a_row_shows_the_service_beside_the_request_on_a_phone_too(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await Start(visitor).open()
    await visitor.book("+14295550100", serviceName="billing")
    row = visitor.page.locator("#journal tr[data-id]")
    for column in ("st", "op", "sv", "ph", "t"):
        await expect(row.locator(f".{column}")).to_be_visible()
        assert await row.locator(f".{column}").evaluate("each => each.scrollWidth <= each.clientWidth"), column
    assert await row.locator(".sv").inner_text() == "billing"


PARIS = MONDAY.replace("capacity: 2", "timezone: Europe/Paris")


@pytest.mark.parametrize("scenario", [PARIS], indirect=True)
async def test_the_times_of_requests_are_in_the_zone_of_the_calendar(visitor: Visitor) -> None:
    await visitor.book("+14155550148")
    start = await Start(visitor).open()
    time = start.rows.locator(".t")
    await expect(visitor.page.locator("#clock-time")).to_have_text("09:55:00")
    await expect(time).to_have_text("09:55:00")
    await visitor.page.locator("#tab-callbacks").click()
    await visitor.page.locator("#zone").click()
    await expect(visitor.page.locator("#clock-time")).to_have_text("14:25:00")  # in Kolkata
    await expect(time).to_have_text("14:25:00")


async def test_a_long_path_does_not_widen_the_details(visitor: Visitor) -> None:
    await visitor.page.request.get(f"{visitor.url}/genesys/1/nowhere/{'a' * 80}")
    start = await Start(visitor).open()
    await start.rows.first.click()
    await expect(start.details).to_contain_text("404 Refused")
    assert await start.details.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0


async def test_rows_are_filtered_by_digits_by_words_and_by_the_kind_of_answer(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    for phone in ("+14155551234", "+14005550101", "+15005550101"):
        await visitor.book(phone)
    await visitor.ask("GET", AVAILABILITY)
    await expect(page.locator("#journal-count")).to_have_text("4")
    await page.keyboard.press("/")
    await expect(page.locator("#filter")).to_be_focused()
    for text, count in (
        ("5551234", "1 of 4"),
        ("+1 415 555 12", "1 of 4"),
        ("555", "3 of 4"),
        ("magic", "2 of 4"),
        ("refused", "1 of 4"),
        ("availability v1", "1 of 4"),
        ("nothing", "0 of 4"),
    ):
        await page.locator("#filter").fill(text)
        await expect(page.locator("#journal-count")).to_have_text(count)
    await expect(page.locator("#none")).to_contain_text("4 are hidden by the filter.")
    await start.press("Show all")
    await expect(page.locator("#filter")).to_be_focused()
    for kind, count in (("Refused", "1 of 4"), ("Failed", "1 of 4"), ("Lost", "0 of 4"), ("All", "4")):
        await page.locator("#kind").get_by_role("button", name=kind).click()
        await expect(page.locator("#journal-count")).to_have_text(count)


async def test_new_rows_wait_while_the_pointer_or_the_focus_is_among_the_rows(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await visitor.book("+14155550123")
    await start.rows.first.hover()
    await visitor.book("+14155550124")
    await visitor.book("+14155550125")
    await expect(page.locator("#new")).to_have_text("2 new, show")
    await expect(start.rows).to_have_count(1)
    await page.locator("#new").click()
    await expect(start.rows).to_have_count(3)
    await start.rows.first.focus()
    await start.leave_journal()
    await visitor.book("+14155550126")
    await expect(page.locator("#new")).to_have_text("1 new, show")
    await page.locator("#filter").focus()
    await expect(start.rows).to_have_count(4)
    await expect(page.locator("#new")).to_have_text("")


async def test_the_journal_can_be_used_by_keyboard_and_the_details_follow(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    for phone in ("+14155550123", "+14005550101", "+15005550101"):
        await visitor.book(phone)
    await expect(start.rows).to_have_count(3)
    await expect(page.locator("#journal [tabindex='0']")).to_have_count(1)
    await start.rows.first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(start.rows.nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(start.details.locator(".outcome")).to_contain_text(
        "400 RefusedSlot Mon 2 Mar 08:45 is full by ruleRule magic-400"
    )
    await expect(start.rows.nth(1)).to_have_attribute("aria-selected", "true")
    await expect(start.details.locator(".why-first")).to_have_text(
        "Refused with 400 by the rule magic-400 (slot_conflict)."
    )
    await page.keyboard.press("ArrowDown")
    await expect(start.details.locator(".outcome")).to_contain_text("200 OKBooked as soon as possible")
    await expect(page.locator("#journal [aria-selected='true']")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator("#inspector")).to_be_hidden()
    await expect(start.rows.nth(2)).to_be_focused()
    await page.keyboard.press("Home")
    await expect(start.rows.nth(0)).to_be_focused()


async def test_times_in_the_reasons_of_rules_are_short_and_in_one_piece_on_a_phone(visitor: Visitor) -> None:
    rule = {"name": "fridays", "then": "throttle", "when": {"desired_time": "Fri 12:00-14:00"}}
    await visitor.page.request.post("/__admin/rules", data=rule)
    await visitor.book("+14155550148", desired="2026-03-02T10:00:00Z")
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    start = await Start(visitor).open()
    await start.rows.first.click()
    time = start.details.locator(".checks time").first
    await expect(time).to_have_text("Mon 2 Mar 10:00")
    await expect(time).to_have_attribute("datetime", "2026-03-02T10:00:00.000+00:00")
    assert await time.evaluate("time => time.getClientRects().length") == 1


async def test_html_in_a_request_is_shown_as_text(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    booking = {"service": "sales", "phone": HOSTILE, "desired_time": "2026-03-02T09:00Z", "properties": {"a": HOSTILE}}
    await visitor.ask("POST", "/__admin/callbacks", booking)
    await visitor.book(HOSTILE, **{HOSTILE: HOSTILE})
    await visitor.book("+14155550123", serviceName=HOSTILE)
    await visitor.ask("GET", f"{AVAILABILITY}?a={HOSTILE}")
    await visitor.ask("POST", "/__admin/rules", {"name": "x", "when": {"phone": HOSTILE}, "then": {"fault": "hang"}})
    await expect(page.locator("#rules li").first).to_contain_text(HOSTILE)
    await expect(page.locator("#services")).to_contain_text(HOSTILE)
    await page.locator("#tab-callbacks").click()
    await expect(page.locator("#callbacks .properties")).to_contain_text(HOSTILE)
    await expect(start.rows).to_have_count(3)
    for row in range(3):
        await start.rows.nth(row).click()
        await expect(start.details.get_by_role("region", name="Request", exact=True)).to_be_visible()
        await page.keyboard.press("Escape")
    assert await page.evaluate("window.broken") is None
    assert await page.locator("main img").count() == 0


async def test_a_request_can_be_copied_as_a_command_sent_again_and_made_into_a_rule(visitor: Visitor) -> None:
    page = visitor.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start = await Start(visitor).open("/s/one/")
    await visitor.book("+14155550123", session="one", userData={"name": "it's me"})
    await start.rows.first.click()
    await start.press("Copy as curl")
    await expect(start.details.locator("[data-key=curl]")).to_have_text("Copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -i \\\n  '{visitor.url}/s/one/engagement/v3/callbacks/create' \\\n  -H ")
    again = await asyncio.to_thread(subprocess.run, ["/bin/sh", "-c", copied], capture_output=True, text=True)
    assert again.stdout.startswith("HTTP/1.1 200 OK")
    await start.press("Send again")
    await expect(start.message).to_have_text("Sent again. It was answered with 200.")
    assert await booked(visitor) == [("+14155550123", {"name": "it's me"})] * 3
    await start.press("Undo")
    await expect(start.message).to_have_text("Undone.")
    await expect(page.locator("#callbacks-count")).to_have_text("2")
    await expect(start.rows).to_have_count(2)  # else the click may meet the row that goes
    await start.rows.first.click()
    await start.press("Make a rule")
    await expect(page.locator("#sentence")).to_have_text(
        "The next booking from +14155550123 is refused with 429 and Retry-After 30s, once."
    )
    await expect(page.locator("#arm")).to_be_focused()


async def booked(visitor: Visitor) -> list[Any]:
    """The callbacks of the session."""
    callbacks = await visitor.ask("GET", "/s/one/__admin/callbacks")
    return [(each["phone"], each["properties"]) for each in callbacks]


async def test_clearing_the_journal_can_be_undone(visitor: Visitor) -> None:
    start = await Start(visitor).open()
    await visitor.book("+14155550123")
    await start.press("Clear")
    await expect(start.message).to_have_text("1 request cleared.")
    await expect(start.rows).to_have_count(0)
    await start.press("Undo")
    await expect(start.rows).to_have_count(1)


async def test_a_request_without_an_answer_is_shown(visitor: Visitor) -> None:
    start = await Start(visitor).open()
    await visitor.page.evaluate(
        """() => { fetch('/engagement/v3/callbacks/create', {
          method: 'POST', body: JSON.stringify({ serviceName: 'sales', phoneNumber: '+14085550101' }) }); }"""
    )
    await expect(start.rows.locator(".st")).to_have_text("No answer")
    await expect(start.rows.locator(".re")).to_have_text("No answer, by rule")


async def test_of_1000_rows_only_the_visible_ones_are_in_the_document(visitor: Visitor) -> None:
    page = visitor.page
    for _ in range(10):
        await asyncio.gather(*(visitor.ask("GET", AVAILABILITY) for _ in range(101)))
    start = await Start(visitor).open()
    await expect(page.locator("#journal-count")).to_have_text("1000")
    assert await start.rows.count() <= 60
    await start.rows.first.focus()
    await page.keyboard.press("End")
    await expect(page.locator("#journal tr:focus")).to_have_attribute("aria-rowindex", "1001")
    await expect(page.locator("#journal tr:focus")).to_be_in_viewport()
    assert await start.rows.count() <= 60
    await page.locator("#filter").fill("no such thing")
    await expect(start.rows).to_have_count(0)


@pytest.mark.parametrize("scenario", [MONDAY.replace("capacity: 2", "capacity: 100")], indirect=True)
async def test_of_200_callbacks_only_those_near_the_visible_ones_are_drawn(visitor: Visitor) -> None:
    """`benchmarks/pages.py` measures the time that this saves."""
    await asyncio.gather(*(visitor.book(f"+1415555{number:04}") for number in range(210)))
    await Start(visitor).open()
    page = visitor.page
    await page.locator("#tab-callbacks").click()
    callbacks = page.locator("#callbacks .callback")
    await expect(callbacks).to_have_count(200)
    assert await callbacks.evaluate_all(DRAWN) < 100
