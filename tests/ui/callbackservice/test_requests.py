"""What the stand-in for CallbackService sends, from another origin: field for field what the shipped plugin sends."""

from typing import Any

import pytest

from tests.ui.browser import Visitor
from tests.ui.callbackservice.shop import shop, v1, v3

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOB = {
    "userData": {},
    "firstname": "Bob",
    "lastname": "Jones",
    "email": "b.jones@mail.com",
    "subject": "product questions",
    "desiredTime": "2017-03-03T00:24:17.804Z",
    "phonenumber": "4151110000",
}
JSON_ACCEPTED = "application/json, text/javascript, */*; q=0.01"
FORM = "application/x-www-form-urlencoded"


async def test_v1_sends_known_fields_and_then_all_options_of_the_command(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url, callDirection="USERTERMINATED", userData={"page": "cart"})) as page:
        given = {
            "phonenumber": "+14155550100",
            "desiredtime": "2026-03-02T10:00:00.000Z",
            "email": "b@mail.com",
            "subject": "a & b",
            "firstname": "Bob",
            "waitForAgent": True,
            "waitforuserconfirm": "false",
            "mediatype": "voice",
            "callbackState": "QUEUED",
            "ursvirtualqueue": "VQ",
            "userData": {"a": "1", "page": "product"},
        }
        assert (await page.run("schedule", given))["settled"][0] == "done"
        (request,) = page.sent()
        assert (request.method, request.url) == ("POST", f"{visitor.url}/genesys/1/service/callback/sales")
        assert page.form() == [
            ("_call_direction", "USERTERMINATED"),
            ("_customer_number", "+14155550100"),
            ("subject", "a & b"),
            ("email", "b@mail.com"),
            ("_desired_time", "2026-03-02T10:00:00.000Z"),
            ("_wait_for_agent", "true"),
            ("_wait_for_user_confirm", "false"),
            ("_media_type", "voice"),
            ("_callback_state", "QUEUED"),
            ("_urs_virtual_queue", "VQ"),
            ("page", "product"),
            ("a", "1"),
            ("phonenumber", "+14155550100"),
            ("desiredtime", "2026-03-02T10:00:00.000Z"),
            ("firstname", "Bob"),
            ("waitForAgent", "true"),
            ("waitforuserconfirm", "false"),
            ("mediatype", "voice"),
            ("callbackState", "QUEUED"),
            ("ursvirtualqueue", "VQ"),
            ("userData[a]", "1"),
            ("userData[page]", "product"),
        ]


async def test_v1_sends_the_example_of_the_reference(visitor: Visitor) -> None:
    async with shop(visitor, **v1(visitor.url)) as page:
        assert (await page.run("schedule", BOB))["settled"] == [
            "done",
            {
                "_dialog_id": "0",
                "_action": "ConfirmationDialog",
                "_text": "You will receive the call shortly",
                "_ok_title": "Ok",
                "_id": "4537c087-efb5-4404-a623-4023c86cb80f",
            },
        ]
        assert page.form() == [
            ("_call_direction", ""),
            ("_customer_number", "4151110000"),
            ("subject", "product questions"),
            ("email", "b.jones@mail.com"),
            ("firstname", "Bob"),
            ("lastname", "Jones"),
            ("desiredTime", "2017-03-03T00:24:17.804Z"),
            ("phonenumber", "4151110000"),
        ]
        assert page.warnings() == [
            (
                "desiredTime is sent under this name, which the API does not read: this asks for an immediate "
                "callback. Write desiredtime, in lower case."
            )
        ]


async def test_v3_sends_the_example_of_the_reference(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url, serviceName="other")) as page:
        given = {"userData": {"a": 1}, "serviceName": "service", **{key: BOB[key] for key in BOB if key != "userData"}}
        outcome = await page.run("schedule", given)
        assert outcome["settled"][0] == "done"
        assert outcome["settled"][1]["status"]["message"] == "Successful"
        (request,) = page.sent()
        assert (request.method, request.url) == ("POST", f"{visitor.url}/engagement/v3/callbacks/create")
        assert request.post_data == (
            "userData%5BuserData%5D%5Ba%5D=1&userData%5BserviceName%5D=service&userData%5Bfirstname%5D=Bob"
            "&userData%5Blastname%5D=Jones&userData%5Bemail%5D=b.jones%40mail.com"
            "&userData%5Bsubject%5D=product+questions&userData%5BdesiredTime%5D=2017-03-03T00%3A24%3A17.804Z"
            "&serviceName=service&phoneNumber=4151110000"
        )
        assert page.warnings() == [
            (
                "desiredTime is sent inside userData, where the API does not read it: this asks for an immediate "
                "callback. Write desiredtime, in lower case."
            )
        ]


async def test_v3_sends_number_and_time_under_the_names_of_the_api(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        given = {"firstname": "Bob", "phonenumber": "+14155550100", "desiredtime": "2026-03-02T10:00:00.000Z"}
        assert (await page.run("schedule", given))["settled"][0] == "done"
        assert page.form() == [
            ("userData[firstname]", "Bob"),
            ("serviceName", "sales"),
            ("phoneNumber", "+14155550100"),
            ("desiredTime", "2026-03-02T10:00:00.000Z"),
        ]
        assert page.warnings() == []


async def test_the_names_of_gms_take_precedence_over_those_of_the_form_in_v3(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        given = {
            "desiredtime": "x",
            "_desired_time": "2026-03-02T10:00:00.000Z",
            "phonenumber": "1",
            "_customer_number": "2",
        }
        await page.run("schedule", given)
        assert page.form() == [
            ("serviceName", "sales"),
            ("desiredTime", "2026-03-02T10:00:00.000Z"),
            ("phoneNumber", "2"),
        ]


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"a": {"b": {"c": 1}}}, "userData%5Bx%5D%5Ba%5D%5Bb%5D%5Bc%5D=1"),
        ([1, "two"], "userData%5Bx%5D%5B%5D=1&userData%5Bx%5D%5B%5D=two"),
        ([{"a": 1}, [2]], "userData%5Bx%5D%5B0%5D%5Ba%5D=1&userData%5Bx%5D%5B1%5D%5B%5D=2"),
        (None, "userData%5Bx%5D="),
        (True, "userData%5Bx%5D=true"),
        (1.5, "userData%5Bx%5D=1.5"),
        ("ü +&=", "userData%5Bx%5D=%C3%BC+%2B%26%3D"),
    ],
)
async def test_values_are_encoded_as_by_jquery(visitor: Visitor, value: Any, sent: str) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        await page.run("schedule", {"x": value, "empty": {}, "none": [], "phonenumber": "1"})
        (request,) = page.sent()
        assert request.post_data == f"{sent}&serviceName=sales&phoneNumber=1"


@pytest.mark.parametrize(
    ("config", "header"),
    [(v1, ("apikey", "KEY-1")), (v3, ("x-api-key", "KEY-1")), (v1, None), (v3, None)],
)
async def test_the_key_is_sent_in_the_header_of_the_version(visitor: Visitor, config: Any, header: Any) -> None:
    key = {"apikey": header[1]} if header else {}
    async with shop(visitor, **config(visitor.url, **key)) as page:
        assert (await page.run("schedule", {"phonenumber": "4155550100"}))["settled"][0] == "done"
        assert (await page.run("availability", {"numberOfDays": 1}))["settled"][0] == "done"
        scheduled, queried = [await request.all_headers() for request in page.sent()]
        assert (scheduled["content-type"], scheduled["accept"]) == (FORM, "*/*")
        assert (queried.get("content-type"), queried["accept"]) == (
            "application/json" if config is v3 else None,
            JSON_ACCEPTED,
        )
        for headers in (scheduled, queried):
            keys = [(name, headers[name]) for name in ("apikey", "x-api-key") if name in headers]
            assert keys == ([header] if header else [])
            assert not {"x-requested-with", "cookie", "authorization"} & headers.keys()


async def test_a_key_may_be_a_number(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url, apikey=42)) as page:
        await page.run("availability", {"numberOfDays": 1})
        (request,) = page.sent()
        assert (await request.all_headers())["x-api-key"] == "42"


@pytest.mark.parametrize(
    ("config", "path", "days", "most"),
    [
        (v1, "/genesys/1/service/callback/sales/availability", "number-of-days", "max-time-slots"),
        (v3, "/engagement/v3/callbacks/availability/service", "numberOfDays", "maxTimeSlots"),
    ],
)
async def test_availability_sends_the_given_period_and_limit(
    visitor: Visitor, config: Any, path: str, days: str, most: str
) -> None:
    async with shop(visitor, **config(visitor.url)) as page:
        example = {"startDate": "2017-04-03T00:24:17.804Z", "numberOfDays": "5", "maxTimeSlots": 20}
        await page.run("availability", {"serviceName": "service", **example})
        await page.run(
            "availability", {"endDate": "2026-03-03T00:00:00.000Z", "serviceName": "service", "startDate": ""}
        )
        await page.run("availability", {"serviceName": "service"})
        start, end = "start=2017-04-03T00%3A24%3A17.804Z", "end=2026-03-03T00%3A00%3A00.000Z"
        assert [(request.method, request.url) for request in page.sent()] == [
            ("GET", f"{visitor.url}{path}?{start}&{days}=5&{most}=20"),
            ("GET", f"{visitor.url}{path}?{end}"),
            ("GET", f"{visitor.url}{path}"),
        ]


async def test_the_name_of_a_service_is_not_escaped(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url)) as page:
        await page.run("availability", {"serviceName": "a/b c?d", "numberOfDays": 1})
        (request,) = page.sent()
        assert request.url == f"{visitor.url}/engagement/v3/callbacks/availability/a/b%20c?d&numberOfDays=1"
        assert page.warnings() == [
            "serviceName is not escaped in the address of the availability query: one with / ? or # does not arrive."
        ]


async def test_the_configurations_user_data_is_lost_in_v3(visitor: Visitor) -> None:
    async with shop(visitor, **v3(visitor.url, userData={"page": "cart"})) as page:
        for _ in range(2):
            await page.run("schedule", {"phonenumber": "4155550100"})
        assert [request.post_data for request in page.sent()] == ["serviceName=sales&phoneNumber=4155550100"] * 2
        assert page.warnings() == ["userData of the configuration is not sent in v3, only that of the command."]


async def test_without_a_service_v3_rejects_the_command_but_sends_a_request(visitor: Visitor) -> None:
    async with shop(visitor, dataURL=f"{visitor.url}/callbacks", apiVersion="V3") as page:
        text = "Invalid configuration. serviceName should be configured."
        assert (await page.run("schedule", {"phonenumber": "1"}))["settled"] == ["fail", text]
        assert (await page.run("availability", {"numberOfDays": 5}))["settled"] == ["fail", text]
        assert [(request.method, request.url, request.post_data) for request in page.sent()] == [
            ("POST", f"{page.origin}/", None),
            ("GET", f"{visitor.url}/callbacks/availability?numberOfDays=5", None),
        ]
        assert page.warnings() == [
            (
                "without serviceName the command is rejected, but a request is sent all the same: a POST to the "
                "address of this page."
            ),
            (
                "without serviceName the command is rejected, but a request is sent all the same: a GET to "
                "/availability without a name."
            ),
        ]


@pytest.mark.parametrize("command", ["schedule", "availability"])
async def test_a_command_with_an_unknown_version_raises_an_error_and_never_settles(
    visitor: Visitor, command: str
) -> None:
    async with shop(visitor, **v3(visitor.url, apiVersion="v2", apikey="KEY-1")) as page:
        async with page.page.expect_event("pageerror"):
            await page.page.evaluate(
                "(name) => { window.pending = CXBus.command(name, {numberOfDays: 1}); }", f"CallbackService.{command}"
            )
        assert await page.page.evaluate("window.pending.state()") == "pending"
        assert page.sent() == []
        assert visitor.broken == ["apiVersion v2 has no name for this"]
        visitor.broken.clear()
        assert page.warnings() == [
            "apiVersion is neither v1 nor v3: the command ends in a TypeError and never settles."
        ]


async def test_settings_without_effect_cause_warnings(visitor: Visitor) -> None:
    async with shop(
        visitor, dataURL=f"{visitor.url}/callbacks/", apiVersion="v3", ajaxTimeout=10, serviceName="x"
    ) as page:
        await page.run("schedule", {"phonenumber": "1"})
        (request,) = page.sent()
        assert request.url == f"{visitor.url}/callbacks//create"
        assert page.warnings() == [
            "ajaxTimeout has no effect: no request is aborted.",
            'dataURL ends with a slash, so requests go to "//create": remove the slash.',
        ]
