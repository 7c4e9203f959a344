"""The form of Callback.open: every outcome of both commands in words, for keyboard and screen reader, at two widths."""

from typing import Any

import pytest
from playwright.async_api import expect

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.callbackservice.form import WIDTHS, Form, opened
from tests.ui.callbackservice.shop import Shop, other_origin, shop, v1, v3
from tests.ui.conftest import MONDAY

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERYWHERE = pytest.mark.parametrize(("config", "width"), [(v1, 390), (v3, 1280)])
TAKEN = "This time is not free any more. Choose another."
BUSY = "Too many requests at this time. Try again in 30 seconds."
CLOSED: dict[Any, str] = {
    v1: "Office closed at desired time. Choose another time.",
    v3: "Office closed at the desired time. Choose another time.",
}
OVER: dict[Any, str] = {
    v1: "Desired time Monday 2 March at 15:00 is in the past. Choose another time.",
    v3: "The desired time Monday 2 March at 15:00 is over. Choose another time.",
}
FAILED = "The server has failed (500). Try again later."
LOST = "No answer came from the server. The callback may be booked. Check the connection, then try again."


@pytest.fixture
def scenario() -> Scenario:
    """The Monday, on which v3 refuses past times, as v1 does."""
    return Catalog().parse(f"{MONDAY}past_desired_time: {{v3: refuse}}\n")


async def disarm(page: Shop) -> None:
    assert (await page.page.request.delete(f"{page.mock}/__admin/rules/armed")).ok


async def answer_with(page: Shop, operation: str, status: int, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    await page.arm({"fault": "respond", "status": status, "headers": headers, "body": body}, operation=operation)


@EVERYWHERE
async def test_a_callback_is_booked_as_soon_as_possible(visitor: Visitor, config: Any, width: int) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        form = await opened(visitor, page, width=width)
        assert await visitor.violations() == []
        for label, text in {"First name": "Bob", "E-mail": "b@mail.com", "What is it about?": "a & b"}.items():
            await form.field(label).fill(text)
        await form.submit("+1 415 555 0100")
        await expect(form.dialog.get_by_role("heading")).to_have_text("Your callback is booked")
        await expect(form.dialog.get_by_role("heading")).to_be_focused()
        (callback,) = await visitor.ask("GET", "/__admin/callbacks")
        await expect(form.dialog.locator("#done")).to_have_text(
            f"We will call +1 415 555 0100 as soon as possible.Your reference is {callback['id']}."
        )
        assert (callback["phone"], callback["state"]) == ("+14155550100", "QUEUED")
        assert {name.removeprefix("userData[").removesuffix("]"): text for name, text in page.form()}.items() >= {
            ("firstname", "Bob"),
            ("email", "b@mail.com"),
            ("subject", "a & b"),
        }
        assert await visitor.violations() == []
        await form.button("Close").last.click()
        await expect(form.dialog).to_have_count(0)


@EVERYWHERE
async def test_every_outcome_of_schedule_is_shown_in_words(visitor: Visitor, config: Any, width: int) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        form = await opened(visitor, page, width=width)
        await form.submit()
        await expect(form.field("Phone number")).to_have_accessible_description("Write the phone number to call.")
        await expect(form.field("Phone number")).to_be_focused()
        await form.field("E-mail").fill("nobody")
        await form.submit("+1 415 555 0100")
        await expect(form.field("E-mail")).to_have_accessible_description(
            "Write an address such as name@example.com, or none."
        )
        assert await visitor.violations() == []
        await form.field("E-mail").fill("")
        await form.submit("nonsense")
        await expect(form.field("Phone number")).to_have_accessible_description(
            "This is not a phone number. Write it with its area code, such as +1 415 555 0100."
        )
        await expect(form.field("Phone number")).to_be_focused()
        assert await visitor.violations() == []
        await form.submit("+1 429 555 0100")
        await form.expect_failure(BUSY)
        await form.submit("+1 500 555 0100")
        await form.expect_failure(FAILED)
        await form.submit("+1 499 555 0100")
        await form.expect_failure(LOST)
        await form.field("At a time that I choose").check()
        await expect(form.status).to_contain_text("480 free times in the next 5 days.")
        await form.submit("+1 415 555 0100")
        await form.expect_failure('Choose a time, or "as soon as possible".')
        await form.field("14:30, 2 free").check()
        await form.submit("+1 422 555 0100")
        await form.expect_failure(CLOSED[config])
        await form.field("14:45, 2 free").check()
        for number in ("+14155550101", "+14155550102"):  # somebody else is faster
            assert await visitor.book(number, desired="2026-03-02T09:15:00.000Z") == 200
        await form.submit("+1 415 555 0100")
        await form.expect_failure(TAKEN)
        await expect(form.field("14:45, 2 free")).to_have_count(0)
        await form.alert.get_by_role("button", name="Mon 2 Mar, 15:00").click()
        await expect(form.field("15:00, 2 free")).to_be_checked()
        await expect(form.button("Request a callback")).to_be_focused()
        await visitor.ask("POST", "/__admin/clock/advance", {"by": "1h"})
        await form.submit()
        await expect(form.alert.locator("p")).to_have_text(OVER[config])
        await form.alert.get_by_role("button", name="Mon 2 Mar, 15:30").click()
        await form.submit()
        await expect(form.dialog.locator("#done p").first).to_have_text(
            "We will call +1 415 555 0100 on Monday 2 March at 15:30 (Asia/Calcutta)."
        )
        assert await visitor.violations() == []


@EVERYWHERE
async def test_every_outcome_of_availability_is_shown_in_words(visitor: Visitor, config: Any, width: int) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        form = await opened(visitor, page, width=width)
        outcomes = {
            "The office is closed in the next 5 days.": {"fault": "office_closed"},
            "All times in the next 5 days are taken.": {"fault": "slot_conflict"},
            BUSY: {"fault": "throttle"},
            FAILED: {"fault": "server_error"},
            "No answer came from the server. Check the connection.": {"fault": "disconnect"},
        }
        for text, fault in outcomes.items():
            await page.arm(fault, operation="availability")
            await form.choose_later()
            await expect(form.status).to_have_text(text)
            assert await visitor.violations() == []
            await disarm(page)
        await form.button("Look again").click()
        await expect(form.status).to_have_text(
            "480 free times in the next 5 days. Times are those of your clock (Asia/Calcutta)."
        )
        await form.button("Show later days").click()
        await expect(form.status).to_contain_text("free times in the next 10 days.")
        await form.field("Tue 3 Mar").check()
        await form.field("00:00, 2 free").check()
        assert await visitor.violations() == []
        assert await page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        await form.submit("+1 415 555 0100")
        await expect(form.dialog.locator("#done")).to_contain_text("on Tuesday 3 March at 00:00 (Asia/Calcutta).")


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (200, '{"data": {"slots": []}}', "There is no free time in the next 5 days."),
        (200, '{"data": {}}', "The answer of the server has no times."),
        (200, "{", "The answer of the server cannot be read. Check the connection."),
        (
            *(400, '{"status": {"code": 501, "message": "2026-02-30T25:00:00Z is not a time"}}'),
            "The server refused the request: 2026-02-30T25:00:00Z is not a time.",
        ),
        (
            *(400, '{"status": {"code": 501, "message": "start is not a time"}}'),
            "The server refused the request: start is not a time.",
        ),
        (403, '{"status": {"code": 1103, "message": "No key"}}', "The API key of this page is missing."),
        (400, '{"status": {"code": 7040, "message": "?"}}', "The server does not know the service of this page."),
        (404, "{}", "The server refused the request: Not Found."),
    ],
)
async def test_other_answers_to_availability_are_shown_in_words(
    visitor: Visitor, status: int, body: str, text: str
) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(visitor, page)
        await answer_with(page, "availability", status, body)
        await form.choose_later()
        await expect(form.status).to_have_text(text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (7036, "A callback to this number is not possible. Write another number."),
        (7037, "A callback to this number is not allowed. Write another number."),
    ],
)
async def test_a_number_that_is_refused_is_marked(visitor: Visitor, code: int, text: str) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(visitor, page, {"form": {"phonenumber": "+19005550100"}})
        await answer_with(page, "schedule", 400, f'{{"status": {{"code": {code}, "message": "no"}}}}')
        await form.submit()
        await expect(form.field("Phone number")).to_have_accessible_description(text)


@pytest.mark.parametrize("body", ["", "<h1>Log in to this network</h1>"])
@EVERYWHERE
async def test_a_page_instead_of_an_answer_is_not_shown_as_a_booking(
    visitor: Visitor, config: Any, width: int, body: str
) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        form = await opened(visitor, page, width=width)
        await page.arm(
            {"fault": "respond", "headers": {"Content-Type": "text/html"}, "body": body}, operation="schedule"
        )
        await form.submit("+14155550100")
        await form.expect_failure(
            "The answer of the server cannot be read. The callback may be booked. Check the connection, then try again."
        )


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        ("3661", "Try again in 1 hour 1 minute 1 second."),
        ("120", "Try again in 2 minutes."),
        ("0", "Try again in a moment."),
        ("Mon, 02 Mar 2026 09:00:00 GMT", "Try again after Monday 2 March at 14:30."),
        ("soon", "Try again later."),
    ],
)
async def test_the_time_to_try_again_is_shown_in_words(visitor: Visitor, wait: str, text: str) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(visitor, page)
        await page.arm({"fault": "respond", "status": 503, "headers": {"Retry-After": wait}}, operation="schedule")
        await form.submit("+14155550100")
        await expect(form.alert).to_have_text(f"The server has failed (503). {text}")


async def test_the_form_of_a_page_without_a_service_says_so(visitor: Visitor) -> None:
    async with shop(visitor, dataURL=f"{visitor.url}/callbacks", apiVersion="v3") as page:
        form = await opened(visitor, page)
        await form.submit("+14155550100")
        await expect(form.alert).to_have_text(
            "This page is not set up for callbacks: Invalid configuration. serviceName should be configured."
        )


async def test_the_form_is_filled_with_the_values_of_the_page(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        given = {"firstname": "Bob", "lastname": "Jones", "email": "b@mail.com", "subject": "Hi", "phonenumber": "1"}
        options = {
            "form": {**given, "desiredTime": "2026-03-02T09:15:00Z", "userData": {"a": "1"}},
            "userData": {"b": "2"},
        }
        form = await opened(visitor, page, options)
        await expect(form.field("14:45, 2 free")).to_be_checked()
        await form.submit("+14155550100")
        await expect(form.dialog.locator("#done")).to_contain_text("Monday 2 March at 14:45")
        assert page.sent()[-1].post_data == (
            "userData%5Ba%5D=1&userData%5Bb%5D=2&userData%5Bfirstname%5D=Bob&userData%5Blastname%5D=Jones"
            "&userData%5Bemail%5D=b%40mail.com&userData%5Bsubject%5D=Hi&serviceName=sales&phoneNumber=%2B14155550100"
            "&desiredTime=2026-03-02T09%3A15%3A00.000Z"
        )


async def test_a_time_of_the_page_that_is_not_free_is_not_chosen(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(visitor, page, {"form": {"desiredTime": "2026-03-02T09:07:00Z"}})
        await expect(form.status).to_contain_text("Monday 2 March at 14:37 is not free. 480 free times")
        await form.submit("+14155550100")
        await form.expect_failure('Choose a time, or "as soon as possible".')


async def test_the_form_can_be_sent_by_the_page(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(
            visitor, page, {"form": {"autoSubmit": True, "phonenumber": "+14155550100", "desiredTime": "now"}}
        )
        await expect(form.dialog.locator("#done")).to_contain_text("as soon as possible")


@pytest.mark.parametrize("width", WIDTHS)
async def test_escape_closes_the_form_and_returns_the_focus(visitor: Visitor, width: int) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        await page.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        await page.page.evaluate(
            """() => {
              const button = document.createElement('button');
              button.textContent = 'Call me';
              button.onclick = () => CXBus.command('Callback.open');
              document.querySelector('main').append(button);
              window.escapes = 0;
              document.addEventListener('keydown', (event) => { window.escapes += event.key === 'Escape'; });
            }"""
        )
        opener = page.page.get_by_role("button", name="Call me")
        await opener.focus()
        await page.page.keyboard.press("Enter")
        form = Form(visitor, page)
        await expect(form.field("First name")).to_be_focused()
        await page.page.keyboard.press("Escape")
        await expect(form.dialog).to_have_count(0)
        await expect(opener).to_be_focused()
        assert await page.page.evaluate("window.escapes") == 0


async def test_a_time_can_be_booked_by_keyboard_alone(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        form = await opened(visitor, page)
        press, write = page.page.keyboard.press, page.page.keyboard.type
        for key in ("Tab", "Tab"):
            await press(key)
        await write("+14155550100")
        for key in ("Tab", "Tab", "Tab", "ArrowDown"):  # e-mail, subject, when
            await press(key)
        await expect(form.field("Mon 2 Mar")).to_be_checked()
        for key in ("Tab", "ArrowRight", "Tab", "Space"):  # the day, its first time
            await press(key)
        await expect(form.field("Tue 3 Mar")).to_be_checked()
        await expect(form.field("00:00, 2 free")).to_be_checked()
        for key in ("Tab", "Tab"):  # later days, send
            await press(key)
        await expect(form.button("Request a callback")).to_be_focused()
        await press("Enter")
        await expect(form.dialog.locator("#done")).to_contain_text("on Tuesday 3 March at 00:00")


async def test_the_configuration_decides_what_the_form_offers(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url, scheduledCallback=False)) as page:
        form = await opened(visitor, page)
        await expect(form.dialog.get_by_role("radio")).to_have_count(1)
        await page.page.evaluate("CXBus.command('Callback.close')")
        await page.page.evaluate(
            """() => {
              Object.assign(window._genesys.widgets, {
                calendar: {numberOfDays: 1, timeFormat: 12}, main: {theme: 'dark'},
              });
              return CXBus.command('Callback.configure', {immediateCallback: false, scheduledCallback: true});
            }"""
        )
        form = await opened(visitor, page)
        await expect(form.status).to_contain_text("96 free times in the next 1 day.")
        await expect(form.field("02:30 pm, 2 free")).to_be_visible()
        await expect(form.dialog).to_have_css("color-scheme", "dark")


async def test_the_events_and_commands_of_the_form_are_those_of_the_widget(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        await page.page.evaluate(
            """() => {
              window.seen = [];
              for (const name of ['ready', 'opened', 'started', 'submitted', 'completed', 'cancelled', 'closed']) {
                CXBus.subscribe(`Callback.${name}`, (event) => window.seen.push(event.event));
              }
            }"""
        )
        close = "() => new Promise((settle) => CXBus.command('Callback.close').always(settle))"
        assert await page.page.evaluate(close) == "already closed"
        form = await opened(visitor, page, {"formJSON": {}})
        again = "() => new Promise((settle) => CXBus.command('Callback.open').always(settle))"
        assert await page.page.evaluate(again) == "already opened"
        await form.button("Cancel").click()
        form = await opened(visitor, page)
        await form.submit("+14155550100")
        await expect(form.dialog.locator("#done")).to_be_visible()
        await page.page.evaluate(close)
        await expect(form.dialog).to_have_count(0)
        assert [name.removeprefix("Callback.") for name in await page.page.evaluate("window.seen")] == [
            *("ready", "opened", "cancelled", "closed"),
            *("opened", "started", "submitted", "completed", "closed"),
        ]
        assert page.warnings() == ["formJSON is ignored: the form has fixed fields."]


async def test_the_form_can_use_the_service_plugin_of_the_page(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url, servicePlugin="Mine")) as page:
        await page.page.evaluate(
            """() => {
              const mine = CXBus.registerPlugin('Mine');
              mine.registerCommand('schedule', (e) => e.deferred.resolve({id: 7}));
              mine.ready();
            }"""
        )
        form = await opened(visitor, page)
        await form.submit("+14155550100")
        await expect(form.dialog.locator("#done")).to_contain_text("Your reference is 7.")
        assert page.sent() == []


async def test_a_form_that_cannot_be_loaded_is_rejected_and_loaded_by_the_next_command(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        await page.page.route("**/callbackform.js", lambda route: route.abort(), times=1)
        run = "() => new Promise((settle) => CXBus.command('Callback.open').fail(settle))"
        assert await page.page.evaluate(run) == (
            "Could not load plugin file in given location. Check your plugins path option."
        )
        await opened(visitor, page)


async def test_the_form_without_the_stand_in_only_gives_a_warning(visitor: Visitor) -> None:
    async with other_origin(
        f'<link rel="icon" href="data:,"><script src="{visitor.url}/callbackform.js"></script>'
    ) as origin:
        await visitor.page.goto(origin)
        assert visitor.warnings() == [
            "CallbackService stand-in: callbackform.js needs callbackservice.js before it, and is loaded once."
        ]
