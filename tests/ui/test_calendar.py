"""The calendar of the start page, in a browser."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

AVAILABILITY = "/genesys/1/service/callback/sales/availability?start=2026-03-02T09:00:00Z&end=2026-03-02T09:30:00Z"
OFFICE = """
description: A desk in Paris.
clock: {now: 2026-03-27T10:10:00Z, frozen: true}
services:
  "*": {timezone: Europe/Paris, time_bucket: 60}
  sales: {capacity: 2, office_hours: [Mon-Fri 09:00-12:00, Mon-Fri 13:00-15:00]}
  support: {capacity: 1}
unknown_services: refuse
"""


def slot(visitor: Visitor, day: str, time: str) -> Locator:
    return visitor.page.get_by_role("gridcell", name=f"{day}, {time}: ")


async def choose(visitor: Visitor, time: str) -> Locator:
    await visitor.page.goto("/")
    chosen = slot(visitor, "Monday 2 March 2026", time)
    await chosen.click()
    await expect(visitor.page.locator("#slot-title")).to_have_text(f"Mon 2 Mar, {time}")
    return chosen


async def click(visitor: Visitor, name: str) -> None:
    await visitor.page.get_by_role("button", name=name, exact=True).click()


async def test_clicks_on_a_slot_change_what_availability_answers(visitor: Visitor) -> None:
    nine, quarter = "2026-03-02T09:00:00.000Z", "2026-03-02T09:15:00.000Z"
    cell = await choose(visitor, "09:00")
    await expect(cell).to_have_text("2/2")
    await click(visitor, "Take one")
    await expect(cell).to_have_text("1/2")
    assert await visitor.ask("GET", AVAILABILITY) == {nine: 1, quarter: 2}
    await click(visitor, "Fill")
    await expect(cell).to_have_accessible_name("Monday 2 March 2026, 09:00: full, 0 of 2 free")
    assert await visitor.ask("GET", AVAILABILITY) == {quarter: 2}
    await click(visitor, "Free")
    await expect(cell).to_have_text("2/2")
    assert await visitor.ask("GET", AVAILABILITY) == {nine: 2, quarter: 2}
    await click(visitor, "Close")
    await expect(cell).to_have_accessible_name("Monday 2 March 2026, 09:00: closed (closed by hand)")
    assert await visitor.ask("GET", AVAILABILITY) == {quarter: 2}
    await click(visitor, "Open")
    await expect(cell).to_have_text("2/2")
    assert await visitor.ask("GET", AVAILABILITY) == {nine: 2, quarter: 2}


async def test_a_callback_is_shown_in_its_slot_and_moved_as_the_table_of_states_allows(visitor: Visitor) -> None:
    page = visitor.page
    cell = await choose(visitor, "09:15")
    await visitor.book("+15551234", desired="2026-03-02T09:20:00Z")
    await expect(cell).to_have_text("1/2")
    shown = page.locator("#slot-callbacks li")
    await expect(shown).to_contain_text("+15551234")
    moves = page.locator("#callbacks")
    for verb, state in (("Queue", "QUEUED"), ("Route", "ROUTING"), ("Answer", "PROCESSING"), ("Complete", "COMPLETED")):
        await moves.get_by_role("button", name=f"{verb} the callback of +15551234: {state}").click()
        await expect(page.locator("#callbacks .state")).to_have_text(state)
    await expect(page.locator("#callbacks .buttons")).to_have_count(0)
    await expect(cell).to_have_text("2/2")
    [callback] = await visitor.ask("GET", "/__admin/callbacks")
    assert (callback["state"], callback["reason"]) == ("COMPLETED", "BY_HAND")


async def test_one_is_booked_by_hand(visitor: Visitor) -> None:
    cell = await choose(visitor, "09:15")
    await visitor.page.get_by_label("Number").fill("0")
    await click(visitor, "Book")
    await expect(cell).to_have_text("1/2")
    [callback] = await visitor.ask("GET", "/__admin/callbacks")
    assert (callback["phone"], callback["slot"]) == ("0", "2026-03-02T09:15:00.000Z")


async def test_a_callback_leads_to_its_slot_in_whatever_week(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/")
    await visitor.book("+15551234", desired="2026-04-08T23:50:00Z")
    await page.get_by_role("button", name="Wed 8 Apr, 23:50").click()
    await expect(page.locator("#slot-title")).to_have_text("Wed 8 Apr, 23:45")
    await expect(slot(visitor, "Wednesday 8 April 2026", "23:45")).to_be_focused()
    await expect(slot(visitor, "Wednesday 8 April 2026", "23:45")).to_be_in_viewport()


async def test_it_is_used_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/")
    await expect(page.locator("#live")).to_have_text("live")
    first = slot(visitor, "Monday 2 March 2026", "09:00")
    await expect(first).to_have_attribute("tabindex", "0")  # the first that can be booked
    await expect(page.locator("#grid [tabindex='0']")).to_have_count(1)
    await first.focus()
    for key, day, time in (
        ("ArrowDown", "Monday 2 March 2026", "09:15"),
        ("ArrowRight", "Tuesday 3 March 2026", "09:15"),
        ("ArrowUp", "Tuesday 3 March 2026", "09:00"),
        ("ArrowLeft", "Monday 2 March 2026", "09:00"),
        ("End", "Sunday 8 March 2026", "09:00"),
        ("PageDown", "Sunday 8 March 2026", "11:00"),
        ("Control+End", "Sunday 8 March 2026", "23:45"),
        ("ArrowDown", "Sunday 8 March 2026", "23:45"),
        ("Control+Home", "Monday 2 March 2026", "00:00"),
        ("PageUp", "Monday 2 March 2026", "00:00"),
        ("Home", "Monday 2 March 2026", "00:00"),
    ):
        await page.keyboard.press(key)
        await expect(slot(visitor, day, time)).to_be_focused()
    await first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#slot-title")).to_have_text("Mon 2 Mar, 09:00")
    await expect(first).to_have_attribute("aria-selected", "true")
    await page.get_by_role("button", name="Fill", exact=True).press("Enter")
    await expect(first).to_have_text("0/2")
    await page.get_by_role("button", name="Close", exact=True).press("Escape")
    await expect(page.locator("#slot")).to_be_hidden()
    await expect(first).to_be_focused()


@pytest.mark.parametrize("scenario", [OFFICE], indirect=True)
async def test_closing_time_is_folded_and_a_week_is_that_of_the_chosen_zone(visitor: Visitor) -> None:
    page = visitor.page
    await page.goto("/")
    rows = page.locator("#grid tbody tr")
    await expect(rows).to_have_text(
        [
            "closed 00:00 to 09:00",
            "09:002/22/22/22/2",
            "10:002/22/22/22/2",
            "11:002/22/22/22/2",
            "12:00",
            "13:002/22/22/22/22/2",
            "14:002/22/22/22/22/2",
            "closed 15:00 to 24:00",
        ]
    )
    await expect(page.locator("#week-title")).to_have_text("Fri 27 Mar to Thu 2 Apr")
    await page.locator("#zone").select_option("browser")
    await expect(page.locator("#clock-zone")).to_have_text(re.compile(r"Asia/\w+ \(\+05:30\)"))
    await expect(slot(visitor, "Monday 30 March 2026", "12:30")).to_have_text("2/2")
    await page.locator("#zone").select_option("service")
    await page.get_by_role("button", name="The week after").click()
    await expect(page.locator("#week-title")).to_have_text("Fri 3 Apr to Thu 9 Apr")
    await page.get_by_role("button", name="The week before").click()
    await page.get_by_role("button", name="The week before").click()
    await expect(page.locator("#week-title")).to_have_text("Fri 20 Mar to Thu 26 Mar")
    await page.get_by_role("button", name="Today").click()
    await expect(page.locator("#week-title")).to_have_text("Fri 27 Mar to Thu 2 Apr")


@pytest.mark.parametrize("scenario", [OFFICE], indirect=True)
async def test_another_service_is_chosen(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await visitor.page.locator("#service").select_option("support")
    await expect(slot(visitor, "Sunday 29 March 2026", "01:00")).to_have_text("1/1")
    await expect(slot(visitor, "Sunday 29 March 2026", "02:00")).to_have_count(0)  # the clocks go forward
    await expect(visitor.page.locator("#data-url-v1")).to_have_text(f"{visitor.url}/genesys/1/service/callback/support")


async def test_a_service_of_any_name_is_shown(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await visitor.page.locator("#service").select_option("another…")
    await visitor.page.get_by_label("Name of the service").fill("<b>help</b>")
    await click(visitor, "Show")
    await expect(visitor.page.locator("#service")).to_have_value("<b>help</b>")
    await expect(slot(visitor, "Monday 2 March 2026", "09:00")).to_have_text("2/2")


@pytest.mark.parametrize("scenario", ["description: None.\nunknown_services: refuse"], indirect=True)
async def test_without_a_service_it_is_told_what_to_do(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    await expect(visitor.page.locator("#no-service")).to_be_visible()
    await expect(visitor.page.locator("#week")).to_be_hidden()


async def test_an_hour_that_comes_twice_has_two_rows(visitor: Visitor) -> None:
    await visitor.page.goto("/")
    slots = [{"start": f"2026-10-25T0{hour}:00:00Z", "state": "free", "booked": 0} for hour in range(3)]
    rows = await visitor.page.evaluate(
        """async (slots) => {
          const [{ weekOf }, { Zone }] = await Promise.all([import('/ui/week.js'), import('/ui/zone.js')]);
          const { rows } = weekOf('2026-10-25', slots, new Zone('Europe/Paris'));
          return rows.map(({ time, cells }) => [time, cells[0].start]);
        }""",
        slots,
    )
    assert rows == [["02:00", slots[0]["start"]], ["02:00", slots[1]["start"]], ["03:00", slots[2]["start"]]]


async def test_what_was_clicked_is_copied_as_a_scenario_that_starts_with_it(visitor: Visitor) -> None:
    page = visitor.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.ask("PUT", "/__admin/scenario", {"name": "second-attempt-500"})
    await visitor.ask("PUT", "/__admin/clock", {"now": "2026-03-02T08:55:00Z", "frozen": True})
    await choose(visitor, "09:00")
    await click(visitor, "Fill")
    await slot(visitor, "Monday 2 March 2026", "09:15").click()
    await click(visitor, "Close")
    await expect(page.locator("#notice")).to_have_text("It is closed now.")
    await click(visitor, "Arm it")
    for verb, next_verb in (("Disarm", "Arm"), ("Arm", "Disarm"), ("Disarm", "Arm")):
        await click(visitor, f"{verb} the rule second-attempt")
        await expect(
            page.get_by_role("button", name=f"{next_verb} the rule second-attempt", exact=True)
        ).to_be_visible()
    await page.get_by_text("Your changes, as a scenario").click()
    await click(visitor, "Copy as YAML")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == (
        'description: "Your changes in second-attempt-500."\n'
        'extends: "second-attempt-500"\n'
        'clock: {now: "2026-03-02T08:55:00.000Z", frozen: true}\n'
        "services:\n"
        '  "sales":\n'
        "    slots:\n"
        '      - {start: "2026-03-02T09:00:00.000Z", free: 0}\n'
        '      - {start: "2026-03-02T09:15:00.000Z", closed: true}\n'
        "rules:\n"
        '  - {name: "next-1", when: {operation: "schedule"}, times: 1, then: {fault: "slot_conflict"}}\n'
        '  - {name: "second-attempt", when: {operation: "schedule"}, per: "phone", skip: 1, times: 0, '
        'then: {fault: "server_error"}}\n'
    )
    await visitor.ask("PUT", "/s/copy/__admin/scenario", copied)
    here, there = [await shown_slots(visitor, session) for session in ("", "/s/copy")]
    assert here == there
    await visitor.ask("POST", "/__admin/reset")
    await expect(page.locator("#clicked")).to_be_hidden()


async def shown_slots(visitor: Visitor, base: str) -> Any:
    return await visitor.ask("GET", f"{base}/__admin/slots?service=sales&all=true")
