"""What goes wrong in the playground, in a browser."""

import pytest
from playwright.async_api import expect

from mockgms.scenario.rulebook import parse_faults
from tests.ui.browser import Visitor
from tests.ui.playground import ROWS, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_fault_is_for_the_next_request_alone(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    fault = playground.page.get_by_label("Fault for the next request")
    await fault.select_option("disconnect")
    await playground.submit()
    await expect(playground.told).to_have_text("Rejected with status 0. No row of the reference describes it.")
    await expect(playground.page.locator("#outcome")).to_contain_text("None: the connection was lost.")
    await expect(playground.part("Request")).to_contain_text("X-Mockgms-Fault: disconnect")
    await expect(fault).to_have_value("")
    await playground.submit()
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    await expect(playground.part("Request")).not_to_contain_text("X-Mockgms-Fault")


async def test_every_fault_that_can_be_chosen_is_known(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    options = await playground.page.locator("#fault option").evaluate_all("(all) => all.map((one) => one.value)")
    assert options.pop(0) == ""
    assert [len(parse_faults(option)) for option in options] == [1] * 10


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("400: the slot is full", f"Row 2 of schedule: {ROWS[1][2]}"),
        ("422: the office is closed", f"Row 2 of schedule: {ROWS[1][2]}"),
        ("429: too many requests", f"Row 3 of schedule: {ROWS[2][2]}"),
        ("500: server error", f"Row 4 of schedule: {ROWS[3][2]}"),
        ("503: unavailable", "Rejected with status 503. No row of the reference describes it."),
        ("499: the connection breaks", "Rejected with status 0. No row of the reference describes it."),
    ],
)
async def test_a_magic_number_decides(visitor: Visitor, number: str, told: str) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label("or a magic number").select_option(number)
    await playground.submit()
    await expect(playground.told).to_have_text(told)


async def test_a_request_without_an_answer_can_be_given_up(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label("or a magic number").select_option("408: no answer comes")
    await playground.submit()
    await expect(playground.told).to_have_text("CallbackService.schedule is under way.")
    await playground.page.get_by_role("button", name="Give up waiting").click()
    await expect(playground.told).to_have_text("Rejected with status 0. No row of the reference describes it.")
    await expect(playground.page.get_by_role("button", name="Give up waiting")).to_be_hidden()


async def test_the_next_command_gives_up_the_one_that_waits(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.page.get_by_label("Fault for the next request").select_option("hang")
    await playground.submit()
    await expect(playground.told).to_have_text("CallbackService.schedule is under way.")
    await playground.submit()
    await expect(playground.told).to_have_text(f"Row 1 of schedule: {ROWS[0][2]}")
    await expect(playground.page.locator(".events summary")).to_have_text(["CallbackService.scheduled"])


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
async def test_a_page_hears_once_that_an_answer_was_lost_and_its_retry_meets_its_own_booking(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    assert [await playground.page.evaluate(SEND) for _ in range(2)] == [0, 400]
    assert len(await playground.admin("/__admin/callbacks")) == 1


@pytest.mark.parametrize("fault", ["disconnect", "empty"])
async def test_a_page_hears_of_a_connection_that_is_lost_once(visitor: Visitor, fault: str) -> None:
    playground = await Playground(visitor).open()
    rule = {"name": "once", "times": 1, "then": {"fault": fault}}
    await playground.page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    assert [await playground.page.evaluate(SEND) for _ in range(2)] == [0, 200]
    assert len(await playground.admin("/__admin/callbacks")) == 1
