"""Faults in the playground, in a browser."""

from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from mockgms.scenario.courses import name_of
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.rulebook import parse_faults
from tests.ui.browser import Visitor
from tests.ui.playground import Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_fault_applies_to_one_request_only(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    fault = playground.page.get_by_label("This request")
    usual, *options = await fault.locator("option").evaluate_all("(all) => all.map((one) => [one.value, one.text])")
    assert usual == ["", "is answered by the server"]
    assert ["throttle", "is refused with 429 and Retry-After 30s"] in options
    assert ['{fault: "server_error", status: 503}', "fails with 503"] in options
    offered = [parse_faults(written) for written, _ in options]
    assert {name_of(type(each)) for faults in offered for each in faults} == set(FAULTS)
    await fault.select_option("disconnect")
    await playground.submit()
    await expect(playground.says).to_have_text("Lost: the connection broke before an answer came.")
    await expect(playground.page.locator("#outcome")).to_contain_text("Nothing was booked.")
    await expect(playground.part("Answer")).to_have_text("No answer came: the connection was lost.")
    await expect(playground.part("Request")).to_contain_text("X-Mockgms-Fault: disconnect")
    await expect(fault).to_have_value("")
    await playground.press("Send again")
    await expect(playground.says).to_have_text("Accepted: we call as soon as possible.")
    await expect(playground.part("Request")).not_to_contain_text("X-Mockgms-Fault")


@pytest.mark.parametrize(
    ("kept", "selected"),
    [
        ("delay", '{fault: "delay", by: "5s"}'),
        ("{fault: delay, by: 2s}", '{fault: "delay", by: "5s"}'),
        ("{fault: server_error, status: 503}", '{fault: "server_error", status: 503}'),
        ("server_error", "server_error"),
        ("nothing", ""),
    ],
)
async def test_a_kept_address_selects_its_fault(visitor: Visitor, kept: str, selected: str) -> None:
    playground = await Playground(visitor).open(f"/playground?{urlencode({'fault': kept})}")
    await expect(playground.page.get_by_label("This request")).to_have_value(selected)


async def test_a_magic_number_decides_and_the_reason_is_shown(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    for number, sentence in {
        "400: the slot is full": "Refused: the slot is full.",
        "422: the office is closed": "Refused: the office is closed.",
        "429: too many requests": "Throttled: try again in 30 s.",
        "503: unavailable": "Failed: the server answered 503.",
        "499: the connection breaks": "Lost: the connection broke before an answer came.",
    }.items():
        await playground.page.get_by_label("or a magic number").select_option(number)
        await playground.submit()
        await expect(playground.says).to_have_text(sentence)
        await expect(playground.why).to_contain_text(f"magic-{number[:3]} fired: match 1")
        await expect(playground.part("Request")).to_contain_text(f"phoneNumber=+1{number[:3]}5550100")


async def test_a_throttled_request_is_sent_again_when_the_clock_is_advanced(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    page = playground.page
    rule = {"name": "once", "when": {"operation": "schedule"}, "times": 1, "then": {"fault": "throttle"}}
    await page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    await playground.submit()
    await expect(playground.says).to_have_text("Throttled: try again in 30 s.")
    await expect(page.locator("#outcome")).to_contain_text("The clock of the session is frozen.")
    await playground.press("Send again when it is over")
    await playground.press("Move the clock on by 30 s")
    await expect(playground.says).to_have_text("Accepted: we call as soon as possible.")
    assert (await playground.admin("/__admin/clock"))["now"] == "2026-03-02T08:55:30.000Z"


async def test_retry_after_counts_down_on_a_running_clock(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    page = playground.page
    await page.request.put(f"{visitor.url}/__admin/clock", data={"frozen": False})
    then = {"fault": "throttle", "retry_after": "2s"}
    await page.request.post(f"{visitor.url}/__admin/rules", data={"name": "once", "times": 1, "then": then})
    await playground.submit()
    await expect(playground.says).to_have_text("Throttled: try again in 1 s.")
    await expect(playground.says).to_have_text("Throttled before: you can try again now.")
    await playground.press("Send again")
    await expect(playground.says).to_have_text("Accepted: we call as soon as possible.")


async def test_waiting_for_an_answer_is_ended_by_a_press_or_by_the_next_command(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    hang = playground.case("Of a booking", "No answer yet")
    await hang.click()
    await expect(playground.says).to_have_text("Waiting for an answer …")
    await playground.press("Give up waiting")
    await expect(playground.says).to_have_text("Lost: the connection broke before an answer came.")
    await hang.click()
    await expect(playground.says).to_have_text("Waiting for an answer …")
    await playground.submit()
    await expect(playground.says).to_have_text("Accepted: we call as soon as possible.")
    await playground.page.get_by_text("What the command returned, and its events").click()
    await expect(playground.part("CallbackService.scheduled")).to_be_visible()
    await expect(playground.part("CallbackService.scheduleError")).to_have_count(0)


@pytest.mark.parametrize("then", [{"fault": "disconnect"}, {"fault": "server_error"}])
async def test_a_booking_behind_a_lost_or_failed_answer_is_reported(visitor: Visitor, then: dict[str, str]) -> None:
    playground = await Playground(visitor).open()
    rule = {"name": "after", "when": {"operation": "schedule"}, "phase": "after", "then": then}
    await playground.page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    await playground.submit()
    await expect(playground.page.locator("#outcome")).to_contain_text("The callback was booked all the same")
    await expect(playground.page.get_by_role("link", name="Show in the calendar")).to_be_visible()
    await playground.press("Undo")
    await expect(playground.page.locator("#message")).to_have_text("Undone.")
    assert await playground.admin("/__admin/callbacks") == []


SEND = """async () => {
  const fields = { serviceName: "sales", phoneNumber: "+14155550123", desiredTime: "2026-03-02T10:00:00Z" };
  const body = JSON.stringify(fields);
  try {
    return (await fetch("/callbacks/create", { method: "POST", body })).status;
  } catch {
    return 0;
  }
}"""


LOST = """
description: A Monday on which answers are lost.
extends: lost-answer-after-booking
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
"""


@pytest.mark.parametrize("scenario", [LOST], indirect=True)
async def test_a_page_loses_one_answer_and_its_retry_is_refused_because_of_its_booking(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    assert [await playground.page.evaluate(SEND) for _ in range(2)] == [0, 400]
    assert len(await playground.admin("/__admin/callbacks")) == 1


@pytest.mark.parametrize("fault", ["disconnect", "empty"])
async def test_a_page_gets_one_error_for_one_lost_connection(visitor: Visitor, fault: str) -> None:
    playground = await Playground(visitor).open()
    rule = {"name": "once", "times": 1, "then": {"fault": fault}}
    await playground.page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    assert [await playground.page.evaluate(SEND) for _ in range(2)] == [0, 200]
    assert len(await playground.admin("/__admin/callbacks")) == 1
