"""What the commands of the stand-in for CallbackService settle with: every row of both tables of the reference."""

from typing import Any

import msgspec
import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.ui.browser import Visitor
from tests.ui.callbackservice.shop import Shop, shop, v1, v3
from tests.ui.conftest import MONDAY

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOTH = pytest.mark.parametrize("config", [v1, v3])


@pytest.fixture
def scenario() -> Scenario:
    """A Monday on which the service `sales` opens at nine, and takes one callback in a quarter of an hour."""
    sales = "  sales: {capacity: 1, office_hours: [Mon-Fri 09:00-09:30]}\nempty_availability: {v3: refuse}\n"
    return Catalog().parse(MONDAY.replace('services: {"*": {capacity: 2}}', f"services:\n{sales}"))


def code(config: Any, answer: dict[str, Any]) -> int:
    """Return the error code in the body of an answer."""
    body = answer["responseJSON"]
    number = body["code"] if config is v1 else body["status"]["code"]
    assert isinstance(number, int)
    return number


async def failed(page: Shop, name: str, options: Any, event: str) -> dict[str, Any]:
    """Return the answer that a command was rejected with, which is also in its event."""
    outcome = await page.run(name, options)
    how, answer = outcome["settled"]
    assert (how, outcome["events"]) == ("fail", [[f"CallbackService.{event}", answer]])
    assert isinstance(answer, dict)
    return answer


@BOTH
async def test_resolved_when_the_server_confirms_the_callback(visitor: Visitor, config: Any) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        outcome = await page.run("schedule", {"phonenumber": "4155550100", "desiredtime": "2026-03-02T09:00:00.000Z"})
        how, body = outcome["settled"]
        assert how == "done"
        assert body == await (await page.sent()[0].response()).json()  # type: ignore[union-attr]
        assert outcome["events"] == [["CallbackService.scheduled", body]]


@BOTH
async def test_rejected_when_the_time_slot_is_not_available(visitor: Visitor, config: Any) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        wanted = {"phonenumber": "4155550100", "desiredtime": "2026-03-02T09:00:00.000Z"}
        assert (await page.run("schedule", wanted))["settled"][0] == "done"
        answer = await failed(page, "schedule", wanted, "scheduleError")
        assert (answer["status"], answer["statusText"], code(config, answer)) == (400, "Bad Request", 7041)
        assert answer["responseJSON"] == msgspec.json.decode(answer["responseText"])
        answer = await failed(page, "schedule", {**wanted, "desiredtime": "2026-03-02T12:00:00.000Z"}, "scheduleError")
        assert (answer["status"], code(config, answer)) == (400, 7042)


@BOTH
@pytest.mark.parametrize(
    ("number", "status", "text"),
    [("14295550100", 429, "Too Many Requests"), ("15005550100", 500, "Internal Server Error")],
)
async def test_rejected_when_an_ajax_or_a_server_exception_occurs(
    visitor: Visitor, config: Any, number: str, status: int, text: str
) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        answer = await failed(page, "schedule", {"phonenumber": number}, "scheduleError")
        assert (answer["status"], answer["statusText"]) == (status, text)
        assert (answer["readyState"], "responseJSON" in answer) == (4, True)


@BOTH
@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("schedule", "No data found to schedule callback"),
        ("availability", "No query parameters passed for callback availability service"),
    ],
)
@pytest.mark.parametrize("nothing", [{}, None])
async def test_rejected_with_a_text_when_there_is_no_data(
    visitor: Visitor, config: Any, command: str, text: str, nothing: Any
) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        assert await page.run(command, nothing) == {"settled": ["fail", text], "events": []}
        assert page.sent() == []


async def test_resolved_when_the_server_lists_time_slots_in_v1(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        slots = {"2026-03-02T09:00:00.000Z": 1, "2026-03-02T09:15:00.000Z": 1}
        assert await page.run("availability", {"startDate": "2026-03-02T00:00:00.000Z", "numberOfDays": "1"}) == {
            "settled": ["done", slots],
            "events": [["CallbackService.availableSlots", slots]],
        }


@pytest.mark.parametrize(("timezone", "key"), [({}, "utcTime"), ({"timezone": "Europe/Paris"}, "localTime")])
async def test_resolved_when_the_server_lists_time_slots_in_v3(
    visitor: Visitor, timezone: dict[str, str], key: str
) -> None:
    async with shop(visitor, **v3(visitor.url, **timezone)) as page:
        outcome = await page.run("availability", {"startDate": "2026-03-02T00:00:00.000Z", "maxTimeSlots": 1})
        how, body = outcome["settled"]
        (slot,) = body["data"]["slots"]
        assert (how, slot["utcTime"], slot["capacity"]) == ("done", "2026-03-02T09:00:00.000Z", 1)
        assert outcome["events"] == [["CallbackService.availableSlots", {"response": body, "slots": {slot[key]: 1}}]]


@BOTH
async def test_rejected_when_no_time_slots_are_available_in_the_period(visitor: Visitor, config: Any) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        sunday = {"startDate": "2026-03-08T00:00:00.000Z", "numberOfDays": 1}
        answer = await failed(page, "availability", sunday, "availabilityError")
        assert (answer["status"], answer["statusText"], code(config, answer)) == (400, "Bad Request", 7042)


@BOTH
async def test_rejected_when_the_query_is_bad(visitor: Visitor, config: Any) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        answer = await failed(page, "availability", {"startDate": "tomorrow"}, "availabilityError")
        assert (answer["status"], code(config, answer)) == (400, 501)


@BOTH
async def test_rejected_when_the_server_fails_on_a_query(visitor: Visitor, config: Any) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        await page.arm({"fault": "server_error"}, operation="availability")
        answer = await failed(page, "availability", {"numberOfDays": 1}, "availabilityError")
        assert (answer["status"], answer["statusText"], code(config, answer)) == (500, "Internal Server Error", 500)


async def test_an_answer_without_slots_is_rejected_with_its_body_in_v3(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        headers = {"Content-Type": "application/json"}
        bodies: dict[str, Any] = {'{"data": {}}': {"data": {}}, "null": {}}
        for body, rejected in bodies.items():
            await page.arm({"fault": "respond", "headers": headers, "body": body})
            assert await page.run("availability", {"numberOfDays": 1}) == {
                "settled": ["fail", rejected],
                "events": [["CallbackService.availabilityError", rejected]],
            }


async def test_an_empty_list_of_slots_is_a_success_in_v3(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        body = '{"data": {"slots": []}}'
        await page.arm({"fault": "respond", "headers": {"Content-Type": "application/json"}, "body": body})
        assert (await page.run("availability", {"numberOfDays": 1}))["settled"] == ["done", {"data": {"slots": []}}]


@pytest.mark.parametrize(
    ("status", "content_type", "body", "settled"),
    [
        (200, "text/html", "<p>Hello</p>", "<p>Hello</p>"),  # a string: only JSON is parsed
        (200, "text/html", "", {}),
        (201, "application/json; charset=utf-8", '{"a": 1}', {"a": 1}),
        (204, "application/json", "", {}),
    ],
)
async def test_any_2xx_is_a_success_of_schedule(
    visitor: Visitor, status: int, content_type: str, body: str, settled: Any
) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        headers = {"Content-Type": content_type}
        await page.arm({"fault": "respond", "status": status, "headers": headers, "body": body})
        assert await page.run("schedule", {"phonenumber": "1"}) == {
            "settled": ["done", settled],
            "events": [["CallbackService.scheduled", settled]],
        }


@pytest.mark.parametrize("body", ["", "{"])
async def test_an_answer_with_invalid_json_is_a_failure_with_status_200(visitor: Visitor, body: str) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        await page.arm({"fault": "respond", "headers": {"Content-Type": "application/json"}, "body": body})
        answer = await failed(page, "schedule", {"phonenumber": "1"}, "scheduleError")
        assert answer == {"readyState": 4, "status": 200, "statusText": "OK", "responseText": body}


async def test_availability_parses_every_answer_as_json(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        await page.arm({"fault": "respond", "headers": {"Content-Type": "text/plain"}, "body": '{"a": 1}'})
        assert (await page.run("availability", {"numberOfDays": 1}))["settled"] == ["done", {"a": 1}]
        await page.arm({"fault": "respond", "headers": {"Content-Type": "text/plain"}, "body": "hello"})
        answer = await failed(page, "availability", {"numberOfDays": 1}, "availabilityError")
        assert answer == {"readyState": 4, "status": 200, "statusText": "OK", "responseText": "hello"}


@BOTH
async def test_a_lost_connection_is_status_0_and_no_body(visitor: Visitor, config: Any) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        lost = {"readyState": 0, "status": 0, "statusText": "error"}
        assert await failed(page, "schedule", {"phonenumber": "14995550100"}, "scheduleError") == lost


async def test_an_invalid_address_is_status_0(visitor: Visitor) -> None:
    async with shop(visitor, dataURL="http://[") as page:
        answer = await failed(page, "schedule", {"phonenumber": "1"}, "scheduleError")
        assert (answer["status"], answer["statusText"].partition(":")[0]) == (0, "SyntaxError")


async def test_the_headers_of_an_answer_can_be_read(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        wait = await page.page.evaluate(
            """() => new Promise((settle) => {
              CXBus.command('CallbackService.schedule', {phonenumber: '14295550100'})
                .fail((answer) => settle([answer.getResponseHeader('Retry-After'), answer.getAllResponseHeaders()]));
            })"""
        )
        assert wait[0] == "30"
        assert "retry-after: 30" in wait[1]
