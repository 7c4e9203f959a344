"""The playground, in a browser."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from mockgms.app import assemble, listen
from mockgms.http.access import Access
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.conftest import MONDAY
from tests.ui.playground import CASES, SCHEDULE, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = "Accepted: we call as soon as possible."


@pytest.mark.parametrize("version", ["v1", "v3"])
async def test_a_callback_can_be_booked_undone_and_cancelled(visitor: Visitor, version: str) -> None:
    playground = await Playground(visitor).open()
    await playground.press(version)
    await playground.submit()
    await expect(playground.says).to_have_text(SOON)
    (callback,) = await playground.admin("/__admin/callbacks")
    assert (callback["service"], callback["phone"], callback["state"]) == ("sales", "+14155550100", "QUEUED")
    await expect(playground.page.locator("#outcome")).to_contain_text(callback["id"])
    await expect(playground.part("Answer")).to_contain_text(re.compile(r"^200 OK\n"))
    await expect(playground.page.locator("#settles")).to_have_text("settles with done, row 1 of the reference")
    await playground.page.get_by_text("What the command returned, and its events").click()
    await expect(playground.part("Its result")).to_contain_text(callback["id"])
    await expect(playground.part("CallbackService.scheduled")).to_be_visible()
    await playground.press("Undo")
    await expect(playground.page.locator("#message")).to_have_text("Undone.")
    assert await playground.admin("/__admin/callbacks") == []
    await playground.submit()
    await playground.press("Cancel this callback")
    await expect(playground.page.locator("#message")).to_have_text("Cancelled the callback.")
    (callback,) = await playground.admin("/__admin/callbacks")
    assert (callback["state"], callback["reason"]) == ("COMPLETED", "CANCELLED")


async def test_the_exchange_is_shown_as_it_was_sent(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    attack = "<img src=x onerror=\"document.title = 'broken'\">"
    await playground.page.get_by_text("E-mail, notes, API key").click()
    await playground.page.get_by_label("API key").fill("KEY-1")
    await playground.page.get_by_label("Notes").fill(attack)
    await playground.submit()
    await expect(playground.part("Request")).to_have_text(
        "POST /engagement/v3/callbacks/create\n"
        "Accept: */*\n"
        "Content-Type: application/x-www-form-urlencoded\n"
        "x-api-key: KEY-1\n"
        "\n"
        "userData[firstname]=Bob\nuserData[lastname]=Jones\nuserData[email]=b.jones@mail.com\n"
        f"userData[subject]={attack}\nserviceName=sales\nphoneNumber=+14155550100",
        use_inner_text=True,
    )
    await expect(playground.page.locator("#wire img, #why img")).to_have_count(0)
    await expect(playground.page).to_have_title("Playground · mockgms")
    await playground.page.get_by_text("The configuration of the widget").click()
    await expect(playground.part("Configuration")).to_have_text(
        "window._genesys.widgets.callback = {\n"
        '  apiVersion: "v3",\n'
        f'  dataURL: "{visitor.url}/engagement/v3/callbacks",\n'
        '  serviceName: "sales",\n'
        '  apikey: "KEY-1",\n'
        "};",
        use_inner_text=True,
    )


@pytest.mark.parametrize("version", ["v1", "v3"])
async def test_a_slot_that_the_switch_fills_is_refused_and_a_proposal_can_be_booked(
    visitor: Visitor, version: str
) -> None:
    playground = await Playground(visitor).open()
    page = playground.page
    await playground.press(version)
    await expect(page.get_by_label("Take this slot away")).to_be_disabled()
    await playground.press("At a time")
    # The day of the session's clock, by the clock of the browser: it is 14:25 in Kolkata.
    await expect(page.get_by_label("Day")).to_have_value("2026-03-02")
    await expect(page.locator("#times-status")).to_have_text(
        re.compile(r"38 free times, by the clock of this browser \(Asia/")
    )
    await page.get_by_label("18:15, 2 free").check()
    await page.get_by_label("Take this slot away").check()
    await playground.submit()
    await expect(playground.says).to_have_text("Refused: Mon 2 Mar 18:15 is full.")
    await expect(page.locator("#outcome")).to_contain_text(
        "The switch took it away. Five others are free. Press one to book it:"
    )
    await expect(page.get_by_label("18:15, full")).to_be_disabled()
    await page.get_by_role("group", name="Proposed times").get_by_role("button", name="18:45").click()
    await expect(playground.says).to_have_text("Accepted: we call on Mon 2 Mar 18:45.")
    await expect(page.locator("#outcome")).to_be_focused()
    await expect(page.get_by_label("18:45, 1 free")).to_be_checked()
    phone = "+14155550100"  # other callbacks are placeholders in the slot that was taken away
    booked = [each for each in await playground.admin("/__admin/callbacks") if each["phone"] == phone]
    assert [each["desired_time"] for each in booked] == ["2026-03-02T13:15:00.000Z"]
    await playground.press("Undo")
    await expect(page.get_by_label("18:45, 2 free")).to_be_visible()
    assert phone not in {each["phone"] for each in await playground.admin("/__admin/callbacks")}


async def test_choices_are_in_the_address_and_survive_a_reload(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    page = playground.page
    await playground.press("v1")
    await page.get_by_label("Service").fill("billing")
    await playground.press("At a time")
    await page.get_by_label("Day").fill("2026-03-03")
    await page.get_by_label("Phone").fill("+1 429 555 0100")
    await page.get_by_label("19:00, 2 free").check()
    await page.get_by_label("Take this slot away").check()
    await page.get_by_label("This request").select_option("throttle")
    query = (
        "service=billing&phonenumber=%2B1+429+555+0100&day=2026-03-03&fault=throttle&version=v1&when=later&take=yes"
        "&time=2026-03-03T13%3A30%3A00.000Z"
    )
    await expect(page).to_have_url(f"{visitor.url}/playground?{query}")
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    await expect(page).to_have_url(f"{visitor.url}/playground?{query}")
    await expect(page.get_by_role("button", name="v1")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_label("Service")).to_have_value("billing")
    await expect(page.get_by_label("19:00, 2 free")).to_be_checked()
    await expect(page.get_by_label("Take this slot away")).to_be_checked()
    await expect(page.get_by_role("link", name="Start", exact=True)).to_have_attribute("href", "./?service=billing")
    await page.goto("/playground?version=v9&when=never")
    await expect(page.get_by_role("button", name="v3")).to_have_attribute("aria-pressed", "true")


async def test_the_first_service_of_the_scenario_is_the_usual_one_if_it_has_no_sales(visitor: Visitor) -> None:
    text = "{description: A shop., unknown_services: refuse, services: {shop: {}, desk: {}}}"
    await visitor.ask("PUT", "/__admin/scenario", text)
    playground = await Playground(visitor).open()
    service = visitor.page.get_by_label("Service", exact=True)
    await expect(service).to_have_value("shop")
    await playground.submit()
    await expect(playground.says).to_have_text("Accepted: we call as soon as possible.")
    await expect(visitor.page.locator("#configuration")).to_contain_text('serviceName: "shop"')
    for chosen in ("desk", "sales"):
        await playground.open(f"/playground?service={chosen}")
        await expect(service).to_have_value(chosen)


async def test_times_of_an_answer_that_are_none_are_left_out(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.press("v1")
    headers, body = {"Content-Type": "application/json"}, '{"soon": 2, "2026-03-02T09:30:00.000Z": 1}'
    fault = {"fault": "respond", "status": 200, "headers": headers, "body": body}
    await visitor.ask("POST", "/__admin/rules", {"name": "odd", "when": {"operation": "availability"}, "then": fault})
    await playground.press("At a time")
    await expect(playground.page.locator("#times-status")).to_contain_text("1 free time, by the clock")


class TestWithoutFreeTimes:
    @pytest.fixture
    def scenario(self) -> Scenario:
        closed = 'services: {"*": {office_hours: [Tue 09:00-09:15]}}'
        return Catalog().parse(MONDAY.replace('services: {"*": {capacity: 2}}', closed))

    async def test_a_day_without_free_times_says_so_and_cannot_be_booked(self, visitor: Visitor) -> None:
        playground = await Playground(visitor).open()
        page = playground.page
        await playground.press("At a time")
        message = page.locator("#times-status")
        await expect(message).to_have_text("There is no free time on this day. Choose another.")
        await playground.submit()
        assert await page.locator("#day:invalid").count() == 1
        await playground.press("v1")
        await expect(message).to_have_text("The server refused to list the times of this day.")
        await page.get_by_label("Day").fill("2026-03-03")
        await expect(message).to_have_text(re.compile("^1 free time, by the clock"))
        await playground.press("Now")
        await playground.submit()
        await expect(playground.says).to_have_text(SOON)
        requests = (await playground.admin("/__admin/requests"))["requests"]
        assert [each["operation"] for each in requests if "schedule" in each["operation"]] == ["v1.schedule"]


@pytest.mark.parametrize("version", ["v1", "v3"])
async def test_every_outcome_of_the_reference_can_be_caused_by_one_press(visitor: Visitor, version: str) -> None:
    playground = await Playground(visitor).open(f"/playground?version={version}")
    for group, name, kind, sentence, settles in CASES:
        await playground.case(group, name).click()
        await expect(playground.page.locator("#settles")).to_have_text(f"settles with {settles}")
        await expect(playground.says).to_have_text(sentence)
        await expect(playground.page.locator("#outcome")).to_have_class(f"outcome is-{kind}")
        await expect(playground.case(group, name)).to_have_attribute("aria-current", "true")
        await expect(playground.says).to_be_in_viewport()


async def test_an_answer_without_slots_and_a_service_without_a_name_are_explained(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    empty = {"fault": "respond", "headers": {"Content-Type": "application/json"}, "body": "{}"}
    rule = {"name": "empty", "when": {"operation": "availability"}, "then": empty}
    await playground.page.request.post(f"{visitor.url}/__admin/rules", data=rule)
    await playground.case("Of a query for free times", "Times are free").click()
    await expect(playground.says).to_have_text("Failed: the answer with 200 cannot be used.")
    await expect(playground.page.locator("#outcome")).to_contain_text("It has no slots.")
    await playground.page.get_by_label("Service", exact=True).fill("")
    await playground.submit()
    await expect(playground.says).to_have_text("Not sent: the widget refused.")
    await expect(playground.page.locator("#outcome")).to_contain_text("serviceName should be configured.")
    await playground.press("v1")
    await playground.submit()
    await expect(playground.says).to_have_text("Refused: the request is wrong.")
    await expect(playground.why).to_contain_text("nothing is at")


async def test_the_page_explains_answers_once_it_has_the_token_of_the_server(
    visitor: Visitor, guarded_url: str
) -> None:
    playground = await Playground(visitor).open(f"{guarded_url}/playground")
    page = playground.page
    await playground.submit()
    await expect(playground.says).to_have_text(SOON)
    await expect(playground.why).to_contain_text("Enter the token of the server at the top of the page")
    field = page.get_by_label("requires its admin token")
    await field.fill("wrong")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#token-wrong")).to_be_visible()
    await field.fill("s3cret")
    await page.get_by_role("button", name="Go on").click()
    await expect(field).to_be_hidden()
    await expect(playground.why).to_contain_text("Answered with 200.")
    await expect(playground.why).to_contain_text("phone is +14155550100, not +140055501[0-9][0-9]")
    assert await visitor.violations() == []


async def test_the_page_says_why_a_closed_server_does_not_explain_answers(visitor: Visitor) -> None:
    closed = assemble(Catalog().parse(MONDAY), Catalog(), access=Access("0.0.0.0"))  # noqa: S104  # it listens here alone
    runner, port = await listen(closed, "127.0.0.1", 0)
    playground = await Playground(visitor).open(f"http://127.0.0.1:{port}/playground")
    await playground.submit()
    await expect(playground.why).to_contain_text("start mockgms with a token")
    await runner.stop()


async def test_each_session_has_its_own_playground(visitor: Visitor) -> None:
    playground = await Playground(visitor).open("/s/test-1/playground")
    await playground.submit()
    await expect(playground.says).to_have_text(SOON)
    assert len(await playground.admin("/s/test-1/__admin/callbacks")) == 1
    assert await playground.admin("/__admin/callbacks") == []
    link = playground.page.get_by_role("link", name="Show in the calendar")
    await expect(link).to_have_attribute("href", "/s/test-1/?service=sales&zone=browser")


async def test_a_time_can_be_chosen_and_booked_by_keyboard(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    page, keyboard = playground.page, playground.page.keyboard
    await page.get_by_role("button", name="Now").focus()
    await keyboard.press("ArrowRight")
    await expect(page.locator("#times-status")).to_contain_text("38 free times")
    await page.get_by_label("14:30, 2 free").focus()
    await keyboard.press("ArrowRight")
    await expect(page.get_by_label("14:45, 2 free")).to_be_checked()
    await keyboard.press("Enter")
    await expect(playground.says).to_have_text("Accepted: we call on Mon 2 Mar 14:45.")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_the_page_is_accessible_and_fits_the_window(
    visitor: Visitor, scheme: str, width: int, tmp_path: Path
) -> None:
    await visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visitor.page.set_viewport_size({"width": width, "height": 800})
    playground = await Playground(visitor).open("/playground?when=later")
    await expect(visitor.page.locator("#times-status")).to_contain_text("38 free times")
    for name in "Slot is full", "Too many requests":
        await playground.case("Of a booking", name).click()
        await expect(playground.why).to_contain_text("that the request asked for")
        await expect(playground.says).to_be_in_viewport()
        assert await visitor.violations() == []
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == width
    await visitor.page.screenshot(path=tmp_path / f"playground-{scheme}-{width}.png", full_page=True)  # to look at


async def test_the_form_of_the_widget_books_with_the_choices_of_the_page(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.press("v1")
    await playground.page.get_by_label("This request").select_option("throttle")
    await playground.press("Open the widget's own form")
    form = playground.page.get_by_role("dialog")
    await expect(form.get_by_label("First name")).to_have_value("Bob")
    assert await visitor.violations() == []
    await form.get_by_role("button", name="Request a callback").click()
    await expect(form.get_by_role("alert")).to_have_text("Too many requests at this time. Try again in 30 seconds.")
    await form.get_by_role("button", name="Request a callback").click()
    await expect(form.locator("#done")).to_contain_text("We will call +14155550100 as soon as possible.")
    (callback,) = await playground.admin("/__admin/callbacks")
    assert (callback["service"], callback["phone"]) == ("sales", "+14155550100")


async def test_the_request_is_coloured_by_its_fields(visitor: Visitor) -> None:
    playground = await Playground(visitor).open()
    await playground.case(SCHEDULE, "Slot is full").click()
    request = playground.part("Request")
    await expect(request.locator(".k")).to_contain_text(["userData[firstname]", "serviceName", "phoneNumber"])
    await expect(request.locator(".s").nth(0)).to_have_text("Bob")
    await expect(request.locator(".num")).to_have_count(0)
    answer = playground.part("Answer")
    await expect(answer.locator(".num").first).to_have_text("7041")  # the status above it is not coloured
