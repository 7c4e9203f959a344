"""The calendar of the start page, in a browser."""

from typing import Any

import pytest
from playwright.async_api import expect

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY
from tests.ui.start import Start

pytestmark = pytest.mark.asyncio(loop_scope="session")

AVAILABILITY = "/genesys/1/service/callback/sales/availability?start=2026-03-02T09:00:00Z&end=2026-03-02T09:30:00Z"
SHAPES = r"""(slots) => slots.map((slot) => getComputedStyle(slot)).map(({ backgroundImage, borderTopStyle }) => (
  `${borderTopStyle} ${backgroundImage.replaceAll(/rgba?\([^)]*\)/g, '')}`))"""
MON = "Monday 2 March 2026"
OFFICE = """
description: A desk in Paris.
clock: {now: 2026-03-27T10:10:00Z, frozen: true}
services:
  "*": {timezone: Europe/Paris, time_bucket: 60}
  sales: {capacity: 2, office_hours: [Mon-Fri 09:00-12:00, Mon-Fri 13:00-15:00]}
  support: {capacity: 1}
unknown_services: refuse
"""


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    few = MONDAY.replace("capacity: 2", 'capacity: 2, office_hours: ["Mon-Sun 08:00-13:00"]')
    return Catalog().parse(getattr(request, "param", few))


async def test_clicks_on_a_slot_change_the_answers_to_availability_and_can_be_undone(visitor: Visitor) -> None:
    nine, quarter = "2026-03-02T09:00:00.000Z", "2026-03-02T09:15:00.000Z"
    start = await Start(visitor).open()
    cell = start.slot(MON, "09:00")
    await cell.click()
    await expect(visitor.page.locator("#inspector-title")).to_have_text("sales · Mon 2 Mar 09:00")
    await expect(visitor.page.locator("#slot-state")).to_have_text(
        "2 of 2 seats freeA booking is accepted, unless a rule says otherwise."
    )

    async def change(name: str, words: str, free: dict[str, int]) -> None:
        await start.press(name)
        await expect(cell).to_have_accessible_name(f"{MON}, 09:00: {words}")
        assert await visitor.ask("GET", AVAILABILITY) == free

    await change("Take one seat", "partly taken, 1 of 2 free", {nine: 1, quarter: 2})
    await change("Undo", "free, 2 of 2 free", {nine: 2, quarter: 2})
    await change("Fill", "full, 0 of 2 free", {quarter: 2})
    await expect(cell).to_have_text("0")
    await change("Undo", "free, 2 of 2 free", {nine: 2, quarter: 2})
    await change("Close slot", "closed (closed by hand)", {quarter: 2})
    await change("Open slot", "free, 2 of 2 free", {nine: 2, quarter: 2})
    await change("Undo", "closed (closed by hand)", {quarter: 2})
    await change("Open slot", "free, 2 of 2 free", {nine: 2, quarter: 2})
    for phone in ("+14155550101", "+14155550102"):
        await visitor.book(phone, desired=nine)
    await expect(start.details.locator("li.callback .phone")).to_have_text(["+1 415 555 0101", "+1 415 555 0102"])
    await change("Free one seat", "partly taken, 1 of 2 free", {nine: 1, quarter: 2})
    await change("Undo", "full, 0 of 2 free", {quarter: 2})
    await change("Empty", "free, 2 of 2 free", {nine: 2, quarter: 2})
    await change("Undo", "full, 0 of 2 free", {quarter: 2})
    callbacks = await visitor.ask("GET", "/__admin/callbacks?limit=2")
    assert [(each["phone"], each["state"]) for each in callbacks] == [
        ("+14155550101", "SCHEDULED"),
        ("+14155550102", "SCHEDULED"),
    ]


async def test_a_callback_can_be_booked_by_hand(visitor: Visitor) -> None:
    start = await Start(visitor).open()
    cell = start.slot(MON, "09:15")
    await cell.click()
    await visitor.page.get_by_label("Number", exact=True).fill("0")
    await start.press("Book")
    await expect(cell).to_have_text("1")
    [callback] = await visitor.ask("GET", "/__admin/callbacks")
    assert (callback["phone"], callback["slot"]) == ("0", "2026-03-02T09:15:00.000Z")
    await start.press("Undo")
    await expect(cell).to_have_text("2")


async def test_a_callback_can_be_moved_completed_and_cancelled_with_undo(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await visitor.book("+14155551234", desired="2026-03-02T09:20:00Z")
    await expect(page.locator("#callbacks-count")).to_have_text("1")
    await page.locator("#tab-callbacks").click()
    item = page.locator("#callbacks li.callback")
    await expect(item).to_have_text("+1 415 555 1234SCHEDULEDMon 2 Mar 09:20 · salesMoveCompleteCancel")
    for name, reason in (("Complete", "BY_HAND"), ("Cancel", "CANCELLED")):
        await start.press(f"{name} the callback of +1 415 555 1234")
        await expect(item).to_have_text(f"+1 415 555 1234COMPLETEDMon 2 Mar 09:20, {reason} · sales")
        await start.press("Undo")
        await expect(item).to_contain_text("SCHEDULED")
    await start.press("Move the callback of +1 415 555 1234")
    await page.get_by_label("Time", exact=True).last.fill("08:00")
    await start.details.get_by_role("button", name="Move").click()
    await expect(start.message).to_contain_text("The callback stays where it is: 400, ")
    await page.get_by_label("Time", exact=True).last.fill("11:30")
    await start.details.get_by_role("button", name="Move").click()
    await expect(start.message).to_have_text("Moved the callback of +1 415 555 1234 to Mon 2 Mar 11:30.")
    await expect(item).to_contain_text("Mon 2 Mar 11:30")
    await start.press("Undo")
    await expect(item).to_contain_text("Mon 2 Mar 09:20")
    for name, state in (("Queue", "QUEUED"), ("Route", "ROUTING"), ("Answer", "PROCESSING")):
        await start.press("Move the callback of +1 415 555 1234")
        await start.press(f"{name} it now")
        await expect(item).to_contain_text(state)


async def test_a_callback_leads_to_its_slot_in_any_week_and_service(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await visitor.book("+14155551234", desired="2026-04-08T10:50:00Z")
    await visitor.book("+14155551235", serviceName="billing")
    await expect(page.locator("#services [aria-pressed=true]")).to_have_text("billing1")
    await page.locator("#tab-callbacks").click()
    await page.get_by_role("button", name="Wed 8 Apr 10:50 · sales").click()
    await expect(page.locator("#inspector-title")).to_have_text("sales · Wed 8 Apr 10:45")
    await expect(start.slot("Wednesday 8 April 2026", "10:45")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(start.slot("Wednesday 8 April 2026", "10:45")).to_be_focused()


async def test_the_calendar_shows_the_service_of_the_newest_request_until_one_is_chosen(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.book("+14155551234", serviceName="billing")
    await Start(visitor).open()
    chosen = page.locator("#services [aria-pressed=true]")
    await expect(chosen).to_have_text("billing1")
    await visitor.book("+14155551234", serviceName="support")
    await expect(chosen).to_have_text("support1")
    await page.request.get("/engagement/v3/estimated-wait-time?virtual-queues=vq1")
    await expect(page.locator("#journal .sv").first).to_have_text("vq1")
    await expect(chosen).to_have_text("support1")  # a widget repeats this request
    await page.locator("#services [value=billing]").click()
    await expect(page.locator("#follow")).not_to_be_checked()
    await expect(page).to_have_url(f"{visitor.url}/?service=billing")
    await visitor.book("+14155551234", serviceName="support")
    await expect(page.locator("#services [value=support] .n")).to_have_text("2")
    await expect(chosen).to_have_text("billing1")
    await page.locator("#service-more").click()
    await page.get_by_label("Name of the service").fill("<b>help</b>")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(chosen).to_have_text("<b>help</b>0")


async def test_the_calendar_can_be_used_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    first = start.slot(MON, "09:00")
    await expect(first).to_have_attribute("tabindex", "0")  # the first that can be booked
    await expect(page.locator("#week [tabindex='0']")).to_have_count(1)
    await first.focus()
    for key, day, time in (
        ("ArrowRight", MON, "09:15"),
        ("ArrowDown", MON, "10:15"),
        ("ArrowUp", MON, "09:15"),
        ("ArrowLeft", MON, "09:00"),
        ("End", "Sunday 8 March 2026", "09:45"),
        ("PageDown", "Sunday 8 March 2026", "12:45"),
        ("Control+Home", MON, "08:00"),
        ("PageDown", MON, "12:00"),
        ("Control+End", "Sunday 8 March 2026", "12:45"),
        ("ArrowRight", "Sunday 8 March 2026", "12:45"),
        ("PageUp", "Sunday 8 March 2026", "08:45"),
        ("Home", MON, "08:00"),
    ):
        await page.keyboard.press(key)
        await expect(start.slot(day, time)).to_be_focused()
    await first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#inspector-title")).to_have_text("sales · Mon 2 Mar 09:00")
    await expect(first).to_have_attribute("aria-selected", "true")
    await page.get_by_role("button", name="Fill", exact=True).press("Enter")
    await expect(first).to_have_text("0")
    await page.keyboard.press("Escape")
    await expect(page.locator("#inspector")).to_be_hidden()
    await expect(first).to_be_focused()


async def test_the_states_of_slots_differ_in_shape_and_not_in_colour_alone(visitor: Visitor) -> None:
    await Start(visitor).open()
    shapes = await visitor.page.locator("#legend .slot").evaluate_all(SHAPES)
    assert len(shapes) == 6
    assert len(set(shapes)) == 6


@pytest.mark.parametrize("scenario", [OFFICE], indirect=True)
async def test_closed_hours_are_left_out_and_a_week_is_in_the_chosen_zone(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    hours = page.locator("#week .hour")
    await expect(hours).to_have_text(["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"])
    await expect(page.locator("#week-title")).to_have_text("27 Mar \u2013 2 Apr")
    await expect(page.locator("#zone")).to_have_text("Europe/Paris")
    await page.locator("#zone").click()
    await expect(page.locator("#zone")).to_contain_text("Asia/")
    await expect(start.slot("Monday 30 March 2026", "12:30")).to_have_text("2")
    await page.locator("#zone").click()
    for name, title in (
        ("The week after", "3 \u2013 9 Apr"),
        ("The week before", "27 Mar \u2013 2 Apr"),
        ("The week before", "20 \u2013 26 Mar"),
    ):
        await start.press(name)
        await expect(page.locator("#week-title")).to_have_text(title)
    await page.locator("#week-today").click()
    await expect(page.locator("#week-title")).to_have_text("27 Mar \u2013 2 Apr")
    await page.locator("#services [value=support]").click()
    await expect(start.slot("Sunday 29 March 2026", "01:00")).to_have_text("1")
    await expect(start.slot("Sunday 29 March 2026", "02:00")).to_have_count(0)  # the clocks go forward
    await page.locator("#version [value=v1]").click()
    await expect(page.locator("#data-url")).to_have_text(f"{visitor.url}/genesys/1/service/callback/support")


@pytest.mark.parametrize("scenario", ["description: None.\nunknown_services: refuse"], indirect=True)
async def test_without_a_service_the_calendar_says_what_to_do(visitor: Visitor) -> None:
    await Start(visitor).open()
    await expect(visitor.page.locator("#no-service")).to_be_visible()
    await expect(visitor.page.locator("#week")).to_be_hidden()


async def test_clicks_can_be_copied_as_a_scenario_that_starts_with_their_effects(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.ask("PUT", "/__admin/scenario", {"name": "second-attempt-500"})
    start = await Start(visitor).open()
    await page.locator("#clock-more").click()
    await page.locator("#clock-date").fill("2026-03-02")
    await page.locator("#clock-at").fill("08:55")
    await page.locator("#clock-frozen").check()
    await start.press("Set the time")
    await start.slot(MON, "09:00").click()
    await start.press("Fill")
    await expect(start.message).to_have_text("Filled Mon 2 Mar 09:00.")
    await start.slot(MON, "09:15").click()
    await start.press("Close slot")
    await expect(start.message).to_have_text("Closed Mon 2 Mar 09:15.")
    await page.keyboard.press("Escape")
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    await page.get_by_label("second-attempt is in force").uncheck()
    await expect(start.message).to_have_text("second-attempt is disarmed.")
    await expect(page.locator("#clicked-count")).to_have_text("5")
    copied = await page.evaluate(
        """async () => {
          const { Record } = await import(new URL('ui/record.js', location.href));
          return new Record({ clock: { now: () => 0, frozen: true }, changed() {} }).yaml('second-attempt-500', true);
        }"""
    )
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
        '  - {name: "by-hand-1", when: {operation: "schedule"}, times: 1, '
        'then: {fault: "throttle", retry_after: "30s"}}\n'
        '  - {name: "second-attempt", when: {operation: "schedule"}, per: "phone", skip: 1, times: 0, '
        'then: {fault: "server_error"}}\n'
    )
    await visitor.ask("PUT", "/s/copy/__admin/scenario", copied)
    here, there = [await shown_slots(visitor, session) for session in ("", "/s/copy")]
    assert here == there
    await visitor.ask("POST", "/__admin/reset")
    await expect(page.locator("#clicked-count")).to_have_text("0")


async def shown_slots(visitor: Visitor, base: str) -> Any:
    return await visitor.ask("GET", f"{base}/__admin/slots?service=sales&all=true")


COUNT_BUTTONS = """
window.mostButtons = 0;
let made = 0;
const { port1, port2 } = new MessageChannel(); // a message comes with the next task
port1.onmessage = () => { made = 0; };
const create = document.createElement.bind(document);
document.createElement = (name) => {
  if (name === 'button') {
    if (made === 0) port2.postMessage('');
    made += 1;
    window.mostButtons = Math.max(window.mostButtons, made);
  }
  return create(name);
};
"""
WATCH_WEEK = """
addEventListener('DOMContentLoaded', () => {
  window.changes = [];
  new MutationObserver((records) => records.forEach(({ type, addedNodes }) => {
    if (type === 'attributes') changes.push('look');
    else if ([...addedNodes].some((each) => each.querySelector?.('.slot'))) changes.push('cells');
  })).observe(document.querySelector('#week'), { attributeFilter: ['class'], childList: true });
});
"""
CELLS = 7 * 24 * 4  # of a week around the clock, with slots of 15 minutes


@pytest.mark.parametrize("scenario", [MONDAY], indirect=True)
async def test_the_cells_of_a_long_week_are_made_in_pieces_so_that_no_task_takes_long(visitor: Visitor) -> None:
    await visitor.page.add_init_script(COUNT_BUTTONS)
    await Start(visitor).open()
    await expect(visitor.page.locator("#week .slot")).to_have_count(CELLS)
    assert await visitor.page.evaluate("mostButtons") < CELLS / 3


@pytest.mark.parametrize("scenario", [MONDAY.replace("capacity: 2", "time_bucket: 5")], indirect=True)
async def test_narrow_cells_are_laid_out_once(visitor: Visitor) -> None:
    await visitor.page.add_init_script(WATCH_WEEK)
    await Start(visitor).open()
    await expect(visitor.page.locator("#week .slot")).to_have_count(3 * CELLS)
    assert await visitor.page.evaluate("changes") == ["look", "cells"]


HOURLY = """
description: Slots of an hour.
clock: {now: 2026-03-02T14:40:00Z, frozen: true}
services: {sales: {time_bucket: 60}}
"""


@pytest.mark.parametrize("scenario", [HOURLY], indirect=True)
async def test_the_calendar_begins_with_the_line_of_the_clock(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": 1280, "height": 800})
    await Start(visitor).open()
    now = await visitor.page.locator("#week .now").bounding_box()
    head = await visitor.page.locator("#week .day.today").bounding_box()
    assert now is not None
    assert head is not None
    assert 0 <= now["y"] - (head["y"] + head["height"]) < 24  # pixels: in the first row below the days


LONG = "billing-and-invoices-of-the-northern-region-office"
MANY = f"description: Many services.\nservices: {{sales: , support: , vip: , returns: , {LONG}: }}"


@pytest.mark.parametrize("scenario", [MANY], indirect=True)
@pytest.mark.parametrize("width", [390, 1024, 1280, 1920])
async def test_the_tab_of_a_service_with_a_long_name_shows_its_count_in_one_line(visitor: Visitor, width: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 900})
    start = await Start(visitor).open()
    await start.look_at("calendar")
    head = page.locator("#calendar-panel .panel-head")
    before = await head.bounding_box()
    assert before
    await visitor.book("+14155551234", serviceName=LONG)
    chosen = page.locator("#services [aria-pressed=true]")
    await expect(chosen).to_have_text(f"{LONG}1")
    await expect(chosen).to_have_attribute("title", LONG)
    group = await page.locator("#services").bounding_box()
    count = await chosen.locator(".n").bounding_box()
    assert group
    assert count
    assert group["x"] <= count["x"]
    assert count["x"] + count["width"] <= group["x"] + group["width"]
    assert await head.bounding_box() == before
    if width >= 1280:
        assert before["height"] < 48  # pixels: one line
