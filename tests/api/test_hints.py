import asyncio
from urllib.parse import quote

import msgspec
import pytest

from mockgms.api.admin.entries import fields_of
from mockgms.api.hints import hints
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import dispatcher_of

V1 = "/genesys/1/service/callback"
FORM = {"content-type": "application/x-www-form-urlencoded"}
PREFLIGHT = {"origin": "http://page", "access-control-request-method": "POST"}


def short_hints(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] = FORM, *, cors: bool = False, query: str = ""
) -> list[str]:
    """Return the hints about a request, without their reasons."""
    dispatcher = dispatcher_of(Scenario(name="test", description="For a test.", cors=cors))
    request = Request(method, path, query, headers, body)
    asyncio.run(dispatcher.answer(request))
    [entry] = dispatcher.sessions.get("default").journal
    found = hints(entry, fields_of(entry) or {})
    return [hint.partition(":")[0].partition(".")[0] for hint in found]


def test_a_desired_time_in_the_user_data_gets_a_hint() -> None:
    body = b"userData%5BdesiredTime%5D=2030-03-03T00%3A30%3A00.000Z&serviceName=sales&phoneNumber=4155550123"
    assert short_hints("POST", "/callbacks/create", body) == ["userData[desiredTime] is sent, but no desiredTime"]


def test_a_desired_time_under_its_v3_name_gets_a_hint_on_v1() -> None:
    body = b"desiredTime=2030-03-03T00%3A30%3A00.000Z&_customer_number=4155550123"
    assert short_hints("POST", f"{V1}/sales", body) == ["desiredTime is sent, but no _desired_time"]


@pytest.mark.parametrize(
    ("method", "path", "body", "hint"),
    [
        ("POST", f"{V1}/sales", {"startDate": "x"}, "startDate is sent, but no _desired_time"),
        ("POST", f"{V1}/sales", {"desired_time": "x"}, "desired_time is sent, but no _desired_time"),
        ("POST", f"{V1}/sales", {"_desired_time": "", "date": "x"}, "date is sent, but no _desired_time"),
        ("PUT", f"{V1}/sales/x", {"newDesiredTime": "x"}, "newDesiredTime is sent, but no _new_desired_time"),
        ("POST", "/callbacks/create", {"_desired_time": "x"}, "_desired_time is sent, but no desiredTime"),
        ("POST", "/callbacks/create", {"desiredtime": "x"}, "desiredtime is sent, but no desiredTime"),
    ],
)
def test_a_desired_time_under_an_unread_name_gets_a_hint(
    method: str, path: str, body: dict[str, str], hint: str
) -> None:
    sent = body | {"_customer_number" if path.startswith(V1) else "phoneNumber": "1", "serviceName": "sales"}
    assert short_hints(method, path, msgspec.json.encode(sent), {"content-type": "application/json"}) == [hint]


@pytest.mark.parametrize(
    ("path", "body", "hint"),
    [
        (f"{V1}/sales", b"phoneNumber=1", "phoneNumber is sent, but no _customer_number"),
        ("/callbacks/create", b"serviceName=a&_customer_number=1", "_customer_number is sent, but no phoneNumber"),
        ("/callbacks/create", b"serviceName=a&phone_number=1", "phone_number is sent, but no phoneNumber"),
    ],
)
def test_a_phone_number_under_an_unread_name_gets_a_hint(path: str, body: bytes, hint: str) -> None:
    assert short_hints("POST", path, body) == [hint]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("startDate", "start"),
        ("date", "start"),
        ("end_date", "end"),
        ("timeZone", "timezone"),
        ("tz", "timezone"),
        ("number_of_days", "numberOfDays"),
        ("days", "numberOfDays"),
        ("maxtimeslots", "maxTimeSlots"),
        ("startms", "startMS"),
    ],
)
@pytest.mark.parametrize(
    "path",
    [f"{V1}/sales/availability", "/genesys/2/service/callback/sales/availability", "/callbacks/availability/sales"],
)
def test_a_period_parameter_under_an_unread_name_gets_a_hint(path: str, sent: str, name: str) -> None:
    assert short_hints("GET", path, query=f"{sent}=1&other=2") == [f"The parameter {sent} is not read"]


LOST = "The + in {} is read as a space"


@pytest.mark.parametrize(
    ("path", "body", "query", "names"),
    [
        (f"{V1}/sales", b"_customer_number=+14155550100", "", ["_customer_number"]),
        (
            f"{V1}/sales",
            b"_customer_number=1&_desired_time=2030-03-03T10:00:00+01:00",
            "",
            ["_desired_time"],
        ),
        (f"{V1}/sales", b"_customer_number=1&_desired_time=2030-03-03T10%3A00%3A00+01%3A00&a=1", "", ["_desired_time"]),
        ("/callbacks/create", b"serviceName=a&phoneNumber=+1415", "", ["phoneNumber"]),
        (f"{V1}/sales", b"_customer_number=%2B1415&note=1+1", "", []),
        (f"{V1}/sales", b'{"_customer_number":"+14155550100"}', "", []),
    ],
)
def test_an_unescaped_plus_in_a_form_gets_a_hint(path: str, body: bytes, query: str, names: list[str]) -> None:
    assert short_hints("POST", path, body, query=query) == [LOST.format(name) for name in names]


def test_an_unescaped_plus_in_a_query_gets_a_hint() -> None:
    query = "start=2030-03-03T10:00:00+01:00"
    assert short_hints("GET", "/callbacks/availability/sales", query=query) == [LOST.format("start")]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"_customer_number":"1","a":{"b":1,"b":2},"_customer_number":"2"}', ["_customer_number", "b"]),
        (b'{"_customer_number":"1","a":{"_customer_number":2}}', []),
        (b'{"_customer_number":"1","4155550100":1,"4155550100":1}', []),
        (b'{"_customer_number":"1","a":1,"a"', []),
        (b'{"_customer_number":"1","x":"%b","a":1,"a":1}' % (b"x" * 16_384), []),
    ],
)
def test_a_duplicate_name_in_json_gets_a_hint(body: bytes, names: list[str]) -> None:
    found = short_hints("POST", f"{V1}/sales", body, {"content-type": "application/json"})
    assert found == [f"{name} is given more than once in the JSON" for name in names]


@pytest.mark.parametrize(
    "path", ["/callbacks/create/", f"{V1}/sales/", "/genesys/1/service/callback/sales/availability/"]
)
def test_a_slash_at_the_end_of_the_path_gets_a_hint(path: str) -> None:
    assert short_hints("POST", path) == ["The path ends with a /"]


def test_body_fields_in_the_query_of_a_post_get_a_hint() -> None:
    assert short_hints("POST", f"{V1}/sales", query="_customer_number=1") == [
        "Fields of a body are in the query, and the body is empty"
    ]


@pytest.mark.parametrize("path", ["/callbacks//create", "//callbacks/create", f"{V1}//availability"])
def test_an_empty_path_segment_gets_a_hint(path: str) -> None:
    assert short_hints("POST", path) == ["The path contains //"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/callbacks/create"),
        ("GET", "/callbacks/availability"),
        ("GET", "/engagement/v3/callbacks/availability/"),
        ("POST", V1),
        ("POST", f"{V1}/"),
    ],
)
def test_a_missing_service_name_gets_a_hint(method: str, path: str) -> None:
    assert short_hints(method, path, b"phoneNumber=4155550123") == ["No service is named"]


@pytest.mark.parametrize("body", [b'{"serviceName": "sales",}', b"[1]", b'{"serviceName": "sa'])
def test_a_body_that_cannot_be_read_gets_no_hint_about_its_service(body: bytes) -> None:
    assert short_hints("POST", "/callbacks/create", body, {"content-type": "application/json"}) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/genesys/1/service/business-hours"),
        ("POST", "/genesys/1/service/request-interaction"),
        ("POST", "/genesys/2/chat/support"),
        ("GET", "/genesys/1/service/17/storage/key"),
    ],
)
def test_another_service_of_gms_gets_a_hint(method: str, path: str) -> None:
    assert short_hints(method, path) == [
        "Other services of GMS than callbacks, such as office hours, capacity and chat, are not mocked"
    ]


@pytest.mark.parametrize("path", ["/genesys/1/service/calback/sales", "/genesys/1/service/ewt-for-vq"])
def test_an_unknown_path_of_callbacks_or_of_the_wait_is_no_other_service(path: str) -> None:
    assert short_hints("GET", path) == []


def test_a_refused_preflight_gets_a_hint() -> None:
    refused = "A preflight is refused, so the browser never sends the request itself"
    assert short_hints("OPTIONS", "/callbacks/create", headers=PREFLIGHT) == [refused]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/callbacks/create", b"serviceName=sales&desiredTime=x&userData[desiredTime]=x"),
        ("POST", "/callbacks/create", b"serviceName=sales&userData[firstname]=Ann"),
        ("POST", f"{V1}/sales", b"_desired_time=x&desiredTime=x"),
        ("POST", f"{V1}/sales", b"_customer_number=4155550123"),
        ("PUT", f"{V1}/sales/x", b"_desired_time=x"),
        ("GET", V1, b""),
        ("GET", "/callbacks/availability/sales", b""),
        ("OPTIONS", "/callbacks/create", b""),
        ("GET", "/nowhere", b""),
    ],
)
def test_a_plausible_request_gets_no_hint(method: str, path: str, body: bytes) -> None:
    assert short_hints(method, path, body) == []


PAGE = {"origin": "http://page:3000", "host": "localhost:8080"}
WITHHELD = [
    "The browser keeps this answer from the page, since Access-Control-Allow-Origin does not allow the page's origin"
]
NO_CREDENTIALS = ["The browser keeps this answer from a page that asks with credentials (`credentials"]


def answered_with(headers: str) -> str:
    return "__fault=" + quote(f"{{fault: respond, status: 200, body: x, headers: {headers}}}")


@pytest.mark.parametrize(
    ("cors", "query", "hints"),
    [
        (True, "", []),
        (False, "", WITHHELD),
        (True, answered_with("{Access-Control-Allow-Origin: http://other}"), WITHHELD),
        (True, answered_with('{access-control-allow-origin: "*"}'), NO_CREDENTIALS),
        (False, "__fault=disconnect", []),
    ],
)
def test_an_answer_that_the_browser_hides_from_the_page_gets_a_hint(cors: bool, query: str, hints: list[str]) -> None:
    assert short_hints("GET", f"{V1}/sales/availability", headers=PAGE, cors=cors, query=query) == hints


def test_an_answer_that_a_rule_hides_from_a_page_with_credentials_gets_a_hint() -> None:
    respond = '{fault: respond, status: 200, body: x, headers: {Access-Control-Allow-Credentials: "false"}}'
    dispatcher = dispatcher_of(Catalog().parse(f"description: x\nrules: [{{name: a, then: {respond}}}]"))
    asyncio.run(dispatcher.answer(Request("GET", V1, "", PAGE)))
    [entry] = dispatcher.sessions.get("default").journal
    [hint] = hints(entry, {})
    assert hint == (
        "The browser keeps this answer from a page that asks with credentials (`credentials: 'include'`): a rule sets"
        " Access-Control-Allow-Origin to *, or takes away Access-Control-Allow-Credentials."
    )


def test_an_answer_to_a_page_of_the_same_origin_gets_no_hint() -> None:
    headers = PAGE | {"origin": "http://localhost:8080"}
    assert short_hints("GET", f"{V1}/sales/availability", headers=headers) == []


def test_a_preflight_that_fails_for_another_reason_than_cors_gets_a_hint() -> None:
    headers = PREFLIGHT | {"x-mockgms-session": "not a session"}
    assert short_hints("OPTIONS", f"{V1}/sales", headers=headers, cors=True) == [
        "A preflight is refused, so the browser never sends the request itself"
    ]


JSON = {"content-type": "application/json"}
TWICE = "{} is given more than once in the form"


@pytest.mark.parametrize(
    ("path", "sent", "name"),
    [
        ("/estimated-wait-time", "virtual-queue=a", "virtual-queues"),
        ("/estimated-wait-time", "virtual-queues[]=a&virtual-queues[]=b", "virtual-queues"),
        ("/estimated-wait-time", "vq=a", "virtual-queues"),
        ("/genesys/1/service/ewt-for-vq", "virtual-queues=a", "name"),
        ("/genesys/2/ewt/ewt2", "name=a", "vq"),
    ],
)
def test_queues_under_an_unread_name_get_a_hint(path: str, sent: str, name: str) -> None:
    dispatcher = dispatcher_of(Scenario(name="test", description="For a test."))
    asyncio.run(dispatcher.answer(Request("GET", path, sent)))
    [entry] = dispatcher.sessions.get("default").journal
    assert hints(entry, {}) == [f"The parameter {sent.partition('=')[0]} is not read: its name is {name}."]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/estimated-wait-time", "virtualQueues=a&mode=mode2"),
        ("/estimated-wait-time", "virtual-queues=a&virtual-queues=b"),
        ("/genesys/1/service/ewt-for-vq", "name=a,b&aqt=urs2"),
    ],
)
def test_queues_under_their_own_name_get_no_hint(path: str, query: str) -> None:
    assert short_hints("GET", path, query=query) == []


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        (
            f"{V1}/sales",
            b'{"data":{"_customer_number":"1"}}',
            "data[_customer_number] is sent, but no _customer_number",
        ),
        (f"{V1}/sales", b"data[_customer_number]=1", "data[_customer_number] is sent, but no _customer_number"),
        (
            "/callbacks/create",
            b'{"serviceName":"a","userData":{"phoneNumber":"1"}}',
            "userData[phoneNumber] is sent, but no phoneNumber",
        ),
        (
            "/callbacks/create",
            b"serviceName=a&phoneNumber=1&data[desiredTime]=x",
            "data[desiredTime] is sent, but no desiredTime",
        ),
    ],
)
def test_a_field_inside_another_field_gets_a_hint(path: str, body: bytes, place: str) -> None:
    headers = JSON if body.startswith(b"{") else FORM
    assert [hint.partition(", which")[0] for hint in short_hints("POST", path, body, headers)] == [place]


@pytest.mark.parametrize("outer", ["4155550100", "a b"])
def test_a_field_inside_a_field_that_is_not_an_identifier_gets_no_hint(outer: str) -> None:
    body = msgspec.json.encode({outer: {"_customer_number": "1"}, f"{outer}[_customer_number]": 1})
    assert short_hints("POST", f"{V1}/sales", body, JSON) == []


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"_customer_number=1&_customer_number=2", ["_customer_number"]),
        (b"_customer_number=1&a%62=1&a%62=2&note=1", ["ab"]),
        (b"_customer_number=1&topic[]=a&topic[]=b", []),
        (b"_customer_number=1&4155550100=a&4155550100=b", []),
        (b"_customer_number=1&&", []),
    ],
)
def test_a_repeated_name_in_a_form_gets_a_hint(body: bytes, names: list[str]) -> None:
    assert short_hints("POST", f"{V1}/sales", body) == [TWICE.format(name) for name in names]


def test_a_repeated_parameter_in_a_query_gets_a_hint() -> None:
    query = "max-time-slots=1&max-time-slots=2&4=1&4=2&start=2030-03-02T10:00:00Z"
    expected = ["The parameter max-time-slots is given more than once"]
    assert short_hints("GET", "/callbacks/availability/sales", query=query) == expected


@pytest.mark.parametrize(
    ("headers", "body", "hint"),
    [
        (JSON, b"\x1f\x8b\x08\x00", "The body is compressed, but has no header Content-Encoding"),
        (
            {"content-type": "text/plain;charset=UTF-8"},
            b"[object Object]",
            "The body is a JavaScript object converted to text",
        ),
        (FORM, b"[object FormData]", "The body is a JavaScript object converted to text"),
        (JSON, b' "{}"', "The body is a JSON string"),
        ({}, b'"{}"', "The body is a JSON string"),
        ({"content-type": "application/xml"}, b"<a/>", "The content type is neither JSON nor a form"),
    ],
)
def test_a_body_in_an_encoding_that_is_not_read_gets_a_hint(headers: dict[str, str], body: bytes, hint: str) -> None:
    [found] = short_hints("POST", f"{V1}/sales", body, headers)
    assert found.startswith(hint)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"_customer_number=1"),
        ({"content-type": "text/plain"}, b"_customer_number=1"),
        ({"content-type": "application/vnd.api+json"}, b'{"_customer_number":"1"}'),
        ({"content-type": "application/json", "content-encoding": "gzip"}, b"\x1f\x8b\x08\x00"),
        ({"content-type": "application/xml"}, b""),
        (FORM, b'"'),
    ],
)
def test_a_body_in_an_encoding_that_is_read_gets_no_hint(headers: dict[str, str], body: bytes) -> None:
    assert short_hints("POST", f"{V1}/sales", body, headers) == []


def test_a_query_that_is_escaped_for_html_gets_a_hint() -> None:
    expected = ["The query contains &amp; instead of &"]
    assert short_hints("GET", f"{V1}/sales/availability", query="max-time-slots=1&amp;timezone=UTC") == expected


@pytest.mark.parametrize("time", ["3/2/2026+10:00", "2026-03-02+10:00", "2026-03-02+1000"])
def test_a_plus_between_date_and_time_gets_no_hint(time: str) -> None:
    assert short_hints("POST", f"{V1}/sales", f"_customer_number=1&_desired_time={time}".encode()) == []


@pytest.mark.parametrize("time", ["2026-03-02T10:00:00+01:00", "20260302T100000+0100", "2026-03-02+10:00:00.5+01:00"])
def test_a_plus_before_an_offset_gets_a_hint_in_every_spelling_of_a_time(time: str) -> None:
    body = f"_customer_number=1&_desired_time={time}".encode()
    assert short_hints("POST", f"{V1}/sales", body) == [LOST.format("_desired_time")]


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "name"),
    [
        ("POST", f"{V1}/undefined", b"_customer_number=1", "", "A name in the path is undefined"),
        ("POST", f"{V1}/%7Bname%7D", b"_customer_number=1", "", "A name in the path is {name}"),
        ("POST", f"{V1}/$%7Bservice%7D", b"_customer_number=1", "", "A name in the path is ${service}"),
        ("DELETE", f"{V1}/sales/null", b"", "", "A name in the path is null"),
        ("POST", f"{V1}/sales", b"_customer_number=undefined", "", "_customer_number is undefined"),
        ("POST", "/callbacks/create", b"serviceName=null&phoneNumber=1", "", "serviceName is null"),
        ("GET", "/callbacks/availability/sales", b"", "start=Invalid+Date", "start is Invalid Date"),
        ("GET", "/callbacks/availability/[object%20Object]", b"", "", "A name in the path is [object Object]"),
    ],
)
def test_a_placeholder_instead_of_a_value_gets_a_hint(
    method: str, path: str, body: bytes, query: str, name: str
) -> None:
    assert short_hints(method, path, body, query=query) == [name]


@pytest.mark.parametrize("path", [f"{V1}/%7B4155550100%7D", f"{V1}/undefined-sales", f"{V1}/{'null' * 20}"])
def test_a_value_that_only_resembles_a_placeholder_gets_no_hint(path: str) -> None:
    assert short_hints("POST", path, b"_customer_number=1") == []


KEYS = ["v1 reads a key from the header apikey or x-api-key, and a user name with a password from Authorization"]
KEYS_OF_V3 = ["v3 reads a key from the header x-api-key"]


@pytest.mark.parametrize(
    ("path", "headers", "query", "expected"),
    [
        (f"{V1}/sales", {"api-key": "KEY-1"}, "", KEYS),
        (f"{V1}/sales", {}, "apikey=KEY-1", KEYS),
        (f"{V1}/sales", {"authorization": "Bearer KEY-1"}, "", KEYS),
        (f"{V1}/sales", {"authorization": "Basic eDp5"}, "", []),
        (f"{V1}/sales", {"apikey": "KEY-2"}, "", []),
        (f"{V1}/sales", {"apikey": "KEY-1"}, "", []),
        (f"{V1}/sales", {}, "", []),
        ("/callbacks/create", {"apikey": "KEY-1"}, "", KEYS_OF_V3),
        ("/callbacks/create", {"authorization": "Bearer KEY-1"}, "", KEYS_OF_V3),
        ("/callbacks/create", {"x-api-key": "KEY-2"}, "", []),
    ],
)
def test_a_key_at_a_place_that_is_not_read_gets_a_hint(
    path: str, headers: dict[str, str], query: str, expected: list[str]
) -> None:
    scenario = Catalog().parse("description: x\nauth: {api_keys: [KEY-1], basic: {username: u, password: p}}")
    dispatcher = dispatcher_of(scenario)
    body = b'{"_customer_number":"1","phoneNumber":"1","serviceName":"sales"}'
    asyncio.run(dispatcher.answer(Request("POST", path, query, JSON | headers, body)))
    [entry] = dispatcher.sessions.get("default").journal
    assert [hint.partition(":")[0].rstrip(".") for hint in hints(entry, fields_of(entry) or {})] == expected


ENDED = ["The period has ended by the session's clock, so no slot is free"]


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/callbacks/availability/sales", "start=2017-04-03T00:24:17.804Z&numberOfDays=5", ENDED),
        ("/callbacks/availability/sales", "start=2017-04-03T00:24:17.804Z&end=2017-04-04T00:00:00Z", ENDED),
        ("/genesys/2/service/callback/sales/availability", "start=2017-04-03", ENDED),
        ("/callbacks/availability/sales", "start=2017-04-03T00:24:17.804Z&end=2018-04-03T00:00:00Z", ENDED),
        (f"{V1}/sales/availability", "start=2017-04-03T00:24:17.804Z", []),  # the refusal says so
        ("/callbacks/availability/sales", "start=2099-04-03T00:24:17.804Z", []),
        ("/callbacks/availability/sales", "numberOfDays=5", []),
        ("/callbacks/availability/sales", "start=2017&__fault={fault: respond, status: 200}", []),
        ("/callbacks/availability/sales", "start=2017-04-03T00:00:00Z&__fault=disconnect", []),
    ],
)
def test_a_period_that_has_ended_gets_a_hint(path: str, query: str, expected: list[str]) -> None:
    assert short_hints("GET", path, headers={}, query=quote(query, safe="=&:")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startMS=1772445600", [*ENDED, "startMS or endMS is in the first months of 1970"]),
        ("start-ms=4000000000000", []),
        ("startMS=0&endMS=5", ENDED),
        ("startMS=99999999", ENDED),
        ("startMS=soon", []),
        ("endMS=4000000000", ["startMS or endMS is in the first months of 1970"]),
    ],
)
def test_a_time_in_seconds_instead_of_milliseconds_gets_a_hint(query: str, expected: list[str]) -> None:
    assert short_hints("GET", "/callbacks/availability/sales", query=query) == expected


def test_jsonp_gets_a_hint() -> None:
    expected = ["The parameter callback is not read"]
    assert short_hints("GET", f"{V1}/sales/availability", query="callback=jQuery123&_=1") == expected


@pytest.mark.parametrize("prefer", ["code=404", 'respond-async, Code = "200"'])
def test_a_preferred_status_that_is_not_supported_gets_a_hint(prefer: str) -> None:
    assert short_hints("GET", V1, headers={"prefer": prefer}) == ["The preference code is ignored"]


@pytest.mark.parametrize("prefer", ["code=429", 'code="503"', "respond-async", "code=400; x=1"])
def test_a_supported_or_other_preference_gets_no_hint(prefer: str) -> None:
    assert short_hints("GET", f"{V1}/sales/availability", headers={"prefer": prefer}) == []


@pytest.mark.parametrize(
    ("path", "body", "hint"),
    [
        (
            "/callbacks/create",
            {"serviceName": " sales", "phoneNumber": "1"},
            "serviceName begins or ends with a space, which is a part of it",
        ),
        (
            f"{V1}/sales%20",
            {"_customer_number": "1"},
            "A name in the path begins or ends with a space, which is a part of it",
        ),
        (
            "/callbacks/create",
            {"serviceName": "sales", "phoneNumber": "1", "userData": '{"segment": "gold"}'},
            "userData is a text, not an object",
        ),
    ],
)
def test_a_name_with_a_space_at_its_end_and_user_data_as_text_get_a_hint(
    path: str, body: dict[str, str], hint: str
) -> None:
    assert hint in short_hints("POST", path, msgspec.json.encode(body), {"content-type": "application/json"})


def test_inner_spaces_and_empty_names_get_no_hint() -> None:
    body = msgspec.json.encode({"_customer_number": "1"})
    assert short_hints("POST", f"{V1}/my%20sales", body, {"content-type": "application/json"}) == []
    assert not [hint for hint in short_hints("POST", "/callbacks/create", b"serviceName=+") if "space" in hint]


@pytest.mark.parametrize("sent", ["X-Mockgms-Faults", "x-mockgms-error", "Mockgms-Fault"])
def test_a_header_with_a_name_similar_to_one_of_mockgms_gets_a_hint(sent: str) -> None:
    assert short_hints("GET", V1, headers={sent: "throttle"}) == [f"The header {sent} is not read"]


@pytest.mark.parametrize("sent", ["X-Mockgms-Session", "X-Mockgms-Rule", "x-mockgms-fault"])
def test_a_header_of_mockgms_gets_no_hint(sent: str) -> None:
    assert short_hints("GET", V1, headers={sent: "throttle"}) == []


@pytest.mark.parametrize("sent", ["fault", "_fault", "__faults", "X-Mockgms-Fault"])
def test_a_parameter_with_a_name_similar_to_that_for_a_fault_gets_a_hint(sent: str) -> None:
    assert short_hints("GET", V1, query=f"{sent}=throttle") == [f"The parameter {sent} is not read"]


def test_the_parameter_for_a_fault_gets_no_hint() -> None:
    assert short_hints("GET", V1, query="__fault=throttle") == []
