"""Faults and rules of the start page, in a browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.conditions import NamedCondition
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.error import REFUSALS
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import ALL_CONDITIONS
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY
from tests.ui.start import Start

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def scenario() -> Scenario:
    return Catalog().parse(MONDAY.replace("capacity: 2", 'capacity: 2, office_hours: ["Mon-Fri 08:00-10:00"]'))


async def test_the_sentence_is_in_sight_and_the_zone_of_the_clock_in_full(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 1280, "height": 800})
    await Start(visitor).open()
    await visitor.ask("PUT", "/__admin/clock", {"frozen": True})
    await expect(page.locator("#clock-state")).to_have_text("frozen")
    end = "each => { const { left, bottom } = each.getBoundingClientRect();"
    is_on_top = f"{end} return document.elementFromPoint(left + 5, bottom - 4) === each; }}"
    assert await page.locator("#sentence").evaluate(is_on_top)
    is_cut = "each => each.scrollWidth > each.clientWidth && each.textContent.length < 4"
    assert not await page.locator("#clock-zone").evaluate(is_cut)


async def test_the_sentence_stands_whole_above_the_buttons_which_are_in_one_row(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 1280, "height": 800})
    await Start(visitor).open()
    await page.get_by_role("button", name="Condition").click()
    sentence = await page.locator("#sentence").bounding_box()
    buttons = [await each.bounding_box() for each in await page.locator(".fail .last button").all()]
    assert sentence is not None
    tops = {box["y"] for box in buttons if box is not None}
    assert len(tops) == 1
    assert sentence["y"] + sentence["height"] <= tops.pop()


async def test_a_sentence_says_what_happens_before_a_fault_is_armed(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    sentence = page.locator("#sentence")
    await expect(sentence).to_have_text("The next booking is refused with 429 and Retry-After 30s, once.")
    await page.locator("#f-key-retry_after").fill("5s")
    await page.get_by_role("button", name="More keys of Throttled").click()
    await expect(page.locator("#f-key-form")).to_be_focused()
    await page.locator("#f-what").select_option("request")
    await page.locator("#f-times").select_option("3 requests")
    await start.press("Condition")
    await page.get_by_label("Value of the condition on number").fill("+1415*")
    await expect(sentence).to_have_text("The next request from +1415* is refused with 429 and Retry-After 5s, 3 times.")
    await start.press("Condition")
    await page.get_by_label("Condition", exact=True).last.select_option("header")
    await page.get_by_label("Name of the header").fill("X-Trial")
    await start.press("Condition")
    await page.get_by_label("Condition", exact=True).last.select_option("skip the first")
    await expect(sentence).to_have_text(
        "The next request from +1415* with header X-Trial * is refused with 429 and Retry-After 5s, after the first"
        " one, 3 times."
    )
    await start.press("Arm")
    await expect(start.message).to_have_text(f"Armed by-hand-1. {await sentence.text_content()}")
    rule = page.locator("#rules li").first
    await expect(rule).to_contain_text("by-hand-1armed herefired 0 of 0")
    await expect(rule.locator(".rule-says")).to_have_text(
        "Requests from +1415* with header X-Trial * are refused with 429 and Retry-After 5s, after the first one,"
        " 3 times."
    )
    [armed, *_] = await visitor.ask("GET", "/__admin/rules")
    assert armed["rule"] == {
        "name": "by-hand-1",
        "when": {"phone": "+1415*", "header": {"X-Trial": "*"}},
        "skip": 1,
        "times": 3,
        "then": {"fault": "throttle", "retry_after": "5s"},
    }
    await start.press("Undo")
    await expect(rule).not_to_contain_text("by-hand-1")


async def test_every_fault_can_be_armed_and_its_sentence_is_that_of_the_rule(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.locator("#faults [value=more]").click()
    items = start.details.locator(".fault-item")
    names = await items.locator("code").all_text_contents()
    assert sorted(set(names)) == sorted(FAULTS)
    await page.keyboard.press("Escape")
    await expect(page.locator("#faults [value=more]")).to_be_focused()
    sentences = []
    for number in range(len(names)):
        await page.locator("#faults [value=more]").click()
        await items.nth(number).click()
        await expect(page.locator("#faults [aria-pressed=true]")).to_be_focused()
        sentences.append(await page.locator("#sentence").text_content())
        await start.press("Arm")
        await expect(start.message).to_contain_text(f"Armed by-hand-{number + 1}.")
    armed = [each for each in await visitor.ask("GET", "/__admin/rules") if each["from"] == "armed"][::-1]
    assert [each["rule"]["then"]["fault"] for each in armed] == names
    assert sentences == [of_next_booking(each["says"]) for each in armed]


async def test_every_condition_can_be_armed_and_its_words_are_those_of_the_rule(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    kinds = [kind for kind in ALL_CONDITIONS if kind.field]
    for kind in kinds:
        await start.press("Condition")
        await page.get_by_label("Condition", exact=True).last.select_option(kind.name)
        if issubclass(kind, NamedCondition):
            await page.locator("#conditions [data-part=name]").last.fill("trial")
    sentence = await page.locator("#sentence").text_content()
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    [armed, *_] = await visitor.ask("GET", "/__admin/rules")
    assert set(armed["rule"]["when"]) == {"operation", *(kind.name for kind in kinds)}
    assert sentence == of_next_booking(armed["says"])


async def test_a_second_condition_is_about_something_else(visitor: Visitor) -> None:
    start = await Start(visitor).open()
    for _ in range(2):
        await start.press("Condition")
    chosen = "rows => rows.map((row) => [row.firstElementChild.textContent, row.querySelector('select').value])"
    rows = visitor.page.locator("#conditions .condition")
    assert await rows.evaluate_all(chosen) == [["only if", "phone"], ["only if", "service"]]


async def test_conditions_on_the_same_thing_are_alternatives_in_the_form_too(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    for number in ("+1415*", "+1416*", "+1417*"):
        await start.press("Condition")
        await page.get_by_label("Condition", exact=True).last.select_option("phone")
        await page.locator("#conditions [data-part=value]").last.fill(number)
    for value in ("yes", "no"):
        await start.press("Condition")
        await page.get_by_label("Condition", exact=True).last.select_option("header")
        await page.locator("#conditions [data-part=name]").last.fill("X-Trial")
        await page.locator("#conditions [data-part=value]").last.fill(value)
    for chance in ("50%", "25%"):
        await start.press("Condition")
        await page.get_by_label("Condition", exact=True).last.select_option("chance")
        await page.locator("#conditions [data-part=value]").last.fill(chance)
    leads = page.locator("#conditions .lead")
    await expect(leads).to_have_text(["only if", "or if", "or if", "only if", "or if", "only if", "only if"])
    await expect(page.locator("#sentence")).to_have_text(
        "The next booking from +1415*, +1416* or +1417* with header X-Trial yes or no is refused with 429 and"
        " Retry-After 30s, in 25% of the cases, once."
    )
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    [armed, *_] = await visitor.ask("GET", "/__admin/rules")
    numbers, headers = ["+1415*", "+1416*", "+1417*"], {"X-Trial": ["yes", "no"]}
    assert armed["rule"]["when"] == {"operation": "schedule", "phone": numbers, "header": headers}
    assert armed["rule"]["chance"] == "25%"
    await page.get_by_role("button", name="Remove the condition").first.click()
    await expect(leads.first).to_have_text("only if")


async def test_the_words_of_keys_beside_when_are_those_of_the_rule(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    for key in ("skip", "chance", "phase"):
        await start.press("Condition")
        await page.get_by_label("Condition", exact=True).last.select_option(key)
    sentence = await page.locator("#sentence").text_content()
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    [armed, *_] = await visitor.ask("GET", "/__admin/rules")
    written = {key: value for key, value in armed["rule"].items() if key not in {"name", "when", "then", "times"}}
    assert written == {"skip": 1, "chance": "50%", "phase": "after"}
    end = ", after the first one, in 50% of the cases, after taking effect, once."
    assert sentence == f"The next booking is refused with 429 and Retry-After 30s{end}"
    assert armed["says"] == (
        "Bookings are refused with 429 and Retry-After 30s, after the first one, once, in 50% of the cases,"
        " after taking effect."
    )


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_condition_on_a_named_value_fits_beside_its_fields(visitor: Visitor, width: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 800})
    start = await Start(visitor).open()
    await start.look_at("fail")
    await start.press("Condition")
    await page.get_by_label("Condition", exact=True).select_option("header")
    assert await page.locator("#fail-next").evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0
    field = await page.get_by_label("Name of the header").bounding_box()
    assert field is not None
    assert field["width"] >= 56  # pixels: room for a few letters


@pytest.mark.parametrize("written", ["0x1f4", "constructor"])
async def test_a_value_that_a_key_does_not_take_is_shown_and_refused(visitor: Visitor, written: str) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.locator("#faults [value=server_error]").click()
    await page.locator("#f-key-status").fill(written)
    await expect(page.locator("#sentence")).to_have_text(f"The next booking fails with {written}, once.")
    await start.press("Arm")
    await expect(page.locator("#fail-error")).to_contain_text(f"takes a whole number from 500 to 599, not '{written}'")


def of_next_booking(sentence: str) -> str:
    """Return the sentence about a rule for bookings, as the form says it about the next one."""
    if (refused := " are refused ") in sentence:
        return sentence.replace("Bookings", "The next booking").replace(refused, " is refused ")
    verb = sentence.removeprefix("Bookings ").partition(" ")[0].rstrip(",")
    return sentence.replace(f"Bookings {verb}", f"The next booking {'passes' if verb == 'pass' else f'{verb}s'}")


@pytest.mark.parametrize(
    ("fault", "values", "expected"),
    [
        ("delay", {"min": "1s", "max": "2s"}, "waits 1s to 2s"),
        ("delay", {"median": "1s", "p99": "2s"}, "waits about 1s, at times 2s"),
        ("error", {"refusal": "slot_full"}, "is refused with the refusal slot_full"),
        ("throttle", {"form": "missing"}, "is refused with 429 and Retry-After missing"),
        ("set_state", {"clear": "true"}, "clears the state outage"),
        ("rate_limit", {"burst": "2", "key": "phone"}, "is refused with 429 beyond 5 per 30s"),
    ],
)
async def test_keys_behind_the_button_are_armed_in_place_of_those_that_they_replace(
    visitor: Visitor, fault: str, values: dict[str, str], expected: str
) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    if not await page.locator(f"#faults [value={fault}]").count():
        await page.locator("#faults [value=more]").click()
        await start.details.locator(".fault-item", has=page.get_by_text(fault, exact=True)).click()
    else:
        await page.locator(f"#faults [value={fault}]").click()
    await page.get_by_role("button", name="More keys of").click()
    for name, value in values.items():
        field = page.locator(f"#f-key-{name}")
        await (field.select_option(value) if await field.evaluate("each => each.options") else field.fill(value))
    which, times = ("Every", "until disarmed") if fault == "rate_limit" else ("The next", "once")
    await expect(page.locator("#sentence")).to_have_text(f"{which} booking {expected}, {times}.")
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    [armed, *_] = await visitor.ask("GET", "/__admin/rules")
    first: dict[str, dict[str, object]] = {
        "rate_limit": {"limit": 5, "per": "30s"},
        "throttle": {"retry_after": "30s"},
        "set_state": {"name": "outage"},
    }
    numbers: dict[str, object] = {"true": True, "2": 2}
    written = {name: numbers.get(value, value) for name, value in values.items()}
    assert armed["rule"]["then"] == {"fault": fault, **first.get(fault, {}), **written}


async def test_every_refusal_can_be_chosen_by_its_name(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.locator("#faults [value=more]").click()
    await start.details.locator(".fault-item", has=page.get_by_text("error", exact=True)).click()
    field = page.get_by_label("or refusal")
    assert await field.evaluate("({ options }) => [...options].map(({ value }) => value)") == ["", *REFUSALS]
    await field.select_option("number in queue")
    await expect(page.locator("#sentence")).to_have_text(
        "The next booking is refused with the refusal number_in_queue, once."
    )
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    assert await visitor.book("+14155550100") == 429
    await expect(start.rows.locator(".st")).to_have_text("429 Throttled")


async def test_the_address_with_a_fault_has_its_keys_and_is_answered_with_it(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 800})
    start = await Start(visitor).open()
    await start.look_at("fail")
    shown = []
    for fault in ("server_error", "slot_conflict"):
        await page.locator("#fail-by [value=next]").click()
        await page.locator(f"#faults [value={fault}]").click()
        await page.locator("#fail-by [value=header]").click()
        shown.append(await page.locator("#fail-header .hint code").first.text_content() or "")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert shown == ["?__fault=%7Bfault%3A%20%22server_error%22%2C%20status%3A%20500%7D", "?__fault=slot_conflict"]
    answer = await page.request.get(f"/engagement/v3/callbacks/open-for/sales{shown[0]}")
    assert answer.status == 500


async def test_a_rate_limit_is_armed_for_more_than_one_request(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.locator("#faults [value=more]").click()
    await start.details.locator(".fault-item", has=page.get_by_text("rate_limit", exact=True)).click()
    await expect(page.locator("#f-times")).to_have_value("")
    await start.press("Arm")
    await expect(start.message).to_contain_text("Armed by-hand-1.")
    assert [await visitor.book("+14155550100") for _ in range(6)] == [200] * 5 + [429]
    await page.locator("#faults [value=throttle]").click()
    await expect(page.locator("#f-times")).to_have_value("times 1")


async def test_a_mistake_is_shown_at_the_form_and_nothing_is_armed(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.locator("#faults [value=server_error]").click()
    await page.locator("#f-key-status").fill("200")
    await start.press("Arm")
    await expect(page.locator("#fail-error")).to_contain_text("500")
    is_on_top = "(each) => each.contains(document.elementFromPoint(...(({ left, bottom }) => [left + 40, bottom - 4])("
    assert await page.locator("#fail-error").evaluate(f"{is_on_top}each.getBoundingClientRect())))")
    assert [each for each in await visitor.ask("GET", "/__admin/rules") if each["from"] == "armed"] == []
    await page.locator("#f-key-status").fill("503")
    await expect(page.locator("#fail-error")).to_be_hidden()


async def test_arrow_keys_choose_a_fault_and_do_not_arm_it(visitor: Visitor) -> None:
    page = visitor.page
    await Start(visitor).open()
    await page.locator("#faults [aria-pressed=true]").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#sentence")).to_have_text("The next booking fails with 500, once.")
    assert [each for each in await visitor.ask("GET", "/__admin/rules") if each["from"] == "armed"] == []


async def test_a_fault_can_be_caused_by_a_number_or_a_header(visitor: Visitor) -> None:
    page = visitor.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start = await Start(visitor).open()
    await page.locator("#fail-by [value=number]").click()
    rows = page.locator("#fail-number tr")
    await expect(rows).to_have_text(
        [
            "+1 400 555 0100400Slot is full",
            "+1 408 555 0100NoneNo answer",
            "+1 422 555 0100400Office closed",
            "+1 429 555 0100429Throttled",
            "+1 499 555 0100LostConnection",
            "+1 500 555 0100500Server error",
            "+1 503 555 0100503Server error",
        ]
    )
    await start.press("Copy +1 429 555 0100")
    assert await page.evaluate("navigator.clipboard.readText()") == "+14295550100"
    await page.get_by_label("Magic numbers are on").uncheck()
    await expect(start.message).to_have_text("The magic numbers are off.")
    assert await visitor.book("+14295550100") == 200
    await start.press("Undo")
    await expect(page.get_by_label("Magic numbers are on")).to_be_checked()
    assert await visitor.book("+14295550100") == 429
    await page.locator("#fail-by [value=header]").click()
    await start.press("Copy the header")
    name, _, fault = (await page.evaluate("navigator.clipboard.readText()")).partition(": ")
    answer = await page.request.post(
        "/callbacks/create", data={"serviceName": "sales", "phoneNumber": "+14155550123"}, headers={name: fault}
    )
    assert (answer.status, answer.headers["retry-after"]) == (429, "30")
    await visitor.ask("PUT", "/__admin/scenario", {"name": "office-hours"})
    await page.locator("#fail-by [value=number]").click()
    await expect(page.locator("#fail-number")).to_contain_text("This scenario has no magic numbers.")


async def test_a_rule_can_be_switched_off_and_on_and_shows_how_often_it_fired(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    switch, item = page.get_by_label("magic-400 is in force"), page.locator("[data-rule=magic-400]")
    await visitor.book("+14005550101")
    await expect(item).to_contain_text("fired 1 of 1")
    await switch.focus()
    await page.keyboard.press("Space")
    await expect(start.message).to_have_text("magic-400 is disarmed.")
    await expect(switch).to_be_focused()
    assert await visitor.book("+14005550101") == 200
    await page.keyboard.press("Control+z")
    await expect(switch).to_be_checked()
    assert await visitor.book("+14005550101") == 400
    await start.press("Arm")
    armed = page.locator("[data-rule=by-hand-1]")
    await expect(armed).to_contain_text("fired 0 of 0")
    assert await visitor.book("+14155550101") == 429
    await expect(armed).to_contain_text("used upfired 1 of 1")
    await page.get_by_label("by-hand-1 is in force").click()  # it goes, so its state cannot be checked
    await expect(armed).to_have_count(0)
    await start.press("Undo")
    await expect(armed).to_contain_text("fired 0 of 0")


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_switch_of_a_rule_is_at_the_right_edge_beside_a_long_name(visitor: Visitor, width: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 800})
    name = "first-attempt-of-each-customer-fails"
    await visitor.ask("POST", "/__admin/rules", {"name": name, "for": "5m", "then": "hang"})
    start = await Start(visitor).open()
    await start.look_at("rules")
    boxes = [await page.get_by_label(f"{each} is in force").bounding_box() for each in (name, "magic-400")]
    places = {(box["x"], box["width"]) for box in boxes if box is not None}
    assert len(places) == 1
    item, switch = await page.locator(f"[data-rule={name}]").bounding_box(), boxes[0]
    assert item is not None
    assert switch is not None
    assert switch["y"] - item["y"] < 24  # pixels: in the first line


@asynccontextmanager
async def held(page: Page, path: str) -> AsyncIterator[asyncio.Event]:
    """Hold the requests of a page whose URLs match a regular expression, until the event is set."""
    release = asyncio.Event()

    async def hold(route: Route) -> None:
        await release.wait()
        await route.continue_()

    matching = re.compile(path)
    await page.route(matching, hold)
    yield release
    await page.unroute(matching)


async def test_a_switch_shows_the_state_of_the_rules_even_if_the_page_reads_them_late(visitor: Visitor) -> None:
    page = visitor.page
    start = await Start(visitor).open()
    await page.locator("#fail-by [value=number]").click()
    *_, last = [
        each["name"] for each in await visitor.ask("GET", "/__admin/rules") if each["name"].startswith("magic-")
    ]
    async with held(page, "/__admin/rules$") as release:
        await page.get_by_label("Magic numbers are on").uncheck()
        await expect(start.message).to_have_text("The magic numbers are off.")
        async with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.url.endswith(last)):
            await start.press("Undo")
        release.set()
        await expect(page.get_by_label("Magic numbers are on")).to_be_checked()


async def test_the_switch_of_a_rule_stays_as_it_was_pressed_while_the_server_has_not_answered(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.ask("POST", "/__admin/rules", {"name": "one", "then": "throttle"})
    start = await Start(visitor).open()
    async with held(page, "/__admin/rules/one$") as release:
        await page.get_by_label("one is in force").uncheck()
        await visitor.ask("POST", "/__admin/rules", {"name": "two", "then": "throttle"})
        await expect(page.get_by_label("two is in force")).to_be_checked()
        assert not await page.get_by_label("one is in force").is_checked()
        release.set()
        await expect(start.message).to_have_text("one is disarmed.")
        await expect(page.get_by_label("one is in force")).to_be_hidden()
