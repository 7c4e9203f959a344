from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mockgms.domain.callback import Callback
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import OfficeHours, WeeklySpan
from mockgms.domain.instants import HOUR, parse_instant
from mockgms.domain.service import ThrottleWindow
from mockgms.scenario.model import Auth, PastDesiredTime, SlotConflictStatus
from tests.api.ges.api import Answer, Api, refused
from tests.messages import (
    HAS_NUL,
    NAME_TOO_LONG,
    NO_OBJECT_IN_JSON,
    NO_ZONE,
    NOT_A_TIME,
    OFFICE_CLOSED_V3,
    OUTSIDE_THE_YEARS,
    SLOT_FULL,
    TOO_DEEP,
)

NOW = parse_instant("2026-03-02T08:55:00.000Z")
TEN = "2026-03-02T10:00:00.000Z"
URLENCODED = "application/x-www-form-urlencoded"


def booked(api: Api) -> list[Callback]:
    return list(api.session.bookings.callbacks())


def test_a_callback_is_created_at_its_desired_time(api: Api) -> None:
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "+15551234", "desiredTime": TEN})
    [callback] = booked(api)
    assert answer == Answer(200, {"status": {"code": 0, "message": "Successful"}, "data": {"id": callback.id}}, {})
    assert (callback.service, callback.number, callback.desired) == ("sales", "+15551234", parse_instant(TEN))
    assert callback.slot == parse_instant(TEN)
    assert callback.properties == {}


def test_a_callback_without_a_desired_time_is_booked_as_soon_as_possible(api: Api) -> None:
    api.book()
    [callback] = booked(api)
    assert (callback.desired, callback.slot) == (NOW, None)


@pytest.mark.parametrize("base", ["", "/engagement/v3"])
def test_a_callback_can_be_created_at_the_root_and_under_the_official_base_path(api: Api, base: str) -> None:
    assert api.post(f"{base}/callbacks/create", {"serviceName": "sales", "phoneNumber": "1234567"}).status == 200


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T10:00:00Z", TEN),
        ("2026-03-02T05:00:00.000-05:00", TEN),
        ("2026-03-02T10:00:00+0000", TEN),
        ("2026-03-02T10:07:00.000Z", "2026-03-02T10:07:00.000Z"),
    ],
)
def test_the_desired_time_can_have_every_iso_spelling_with_an_offset(api: Api, text: str, instant: str) -> None:
    api.book(desiredTime=text)
    assert [callback.desired for callback in booked(api)] == [parse_instant(instant)]


def test_the_nested_form_of_the_widget_is_read_with_its_user_data(api: Api) -> None:
    body = (
        b"userData%5Bfirstname%5D=Bob&userData%5Blastname%5D=Jones&userData%5Bnot-a-name%5D=1&serviceName=sales"
        b"&phoneNumber=%2B14151110000&desiredTime=2026-03-02T10%3A00%3A00.000Z"
    )
    assert api.post("/callbacks/create", body, URLENCODED + "; charset=UTF-8").status == 200
    [callback] = booked(api)
    assert (callback.number, callback.desired) == ("+14151110000", parse_instant(TEN))
    assert callback.properties == {"firstname": "Bob", "lastname": "Jones"}


def test_a_desired_time_in_the_user_data_stays_there_and_the_callback_is_immediate(api: Api) -> None:
    body = (
        b"userData[userData][a]=1&userData[serviceName]=service&userData[firstname]=Bob"
        b"&userData[desiredTime]=2017-03-03T00%3A24%3A17.804Z&serviceName=sales&phoneNumber=4151110000"
    )
    assert api.post("/callbacks/create", body, URLENCODED).status == 200
    [callback] = booked(api)
    assert (callback.service, callback.desired, callback.slot) == ("sales", NOW, None)
    assert callback.properties == {
        "userData": {"a": "1"},
        "serviceName": "service",
        "firstname": "Bob",
        "desiredTime": "2017-03-03T00:24:17.804Z",
    }


def test_a_multipart_form_is_read_even_without_its_closing_dashes(api: Api) -> None:
    parts = {"serviceName": "sales", "phoneNumber": "4151110000", "desiredTime": TEN, "userData[a]": "1"}
    body = "".join(
        f'--AaB03x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    )
    content_type = "multipart/form-data;boundary=AaB03x;charset=UTF-8"
    assert api.post("/callbacks/create", (body + "--AaB03x").encode(), content_type).status == 200
    [callback] = booked(api)
    assert (callback.number, callback.desired) == ("4151110000", parse_instant(TEN))
    assert callback.properties == {"a": "1"}


def test_a_request_of_the_official_clients_is_accepted(api: Api) -> None:
    api.book(
        cbOfferType="ASAP if the request does not include the desiredTime parameter and SCHEDULED if the request "
        "includes the desiredTime parameter.",
        language="en-US",
        offerThreshold=30,
        offerTiming="<unspecified>",
        alwaysCheckCapacity=False,
        userData='{"a": 1}',
        pushTargets=[{"channel": "FCM", "target": "device"}],
    )
    assert [callback.properties for callback in booked(api)] == [{"a": 1}]


@pytest.mark.parametrize("targets", [None, "", []])
def test_empty_push_targets_are_accepted(api: Api, targets: object) -> None:
    assert api.book(pushTargets=targets)


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        ("FCM", "must be a list"),
        ({"channel": "FCM", "target": "x"}, "must be a list"),
        (["FCM"], "must each have the channel FCM"),
        ([{"target": "x"}], "must each have the channel FCM"),
        ([{"channel": "APNS", "target": "x"}], "must each have the channel FCM"),
        ([{"channel": "FCM"}], "must each have a target"),
        ([{"channel": "FCM", "target": ""}], "must each have a target"),
    ],
)
def test_push_targets_that_do_not_have_the_documented_form_are_refused(api: Api, targets: object, reason: str) -> None:
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "1", "pushTargets": targets})
    assert answer == refused(400, 501, f"pushTargets {reason}.")
    assert booked(api) == []


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"phoneNumber": "1234567"}, 7040, "serviceName is required."),
        ({"serviceName": "", "phoneNumber": "1234567"}, 7040, "serviceName is required."),
        ({"serviceName": ["sales"], "phoneNumber": "1234567"}, 7040, "serviceName must be text."),
        ({"serviceName": "x" * 256, "phoneNumber": "1"}, 7040, f"serviceName {NAME_TOO_LONG}."),
        ({"serviceName": "sales"}, 7030, "phoneNumber is required."),
        ({"serviceName": "sales", "phoneNumber": {}}, 501, "phoneNumber must be text."),
        ({"serviceName": "sales", "phoneNumber": "1234567", "userData": []}, 501, "userData must be an object."),
    ],
)
def test_a_missing_or_invalid_field_is_refused(api: Api, fields: dict[str, object], code: int, message: str) -> None:
    assert api.post("/callbacks/create", fields) == refused(400, code, message)
    assert booked(api) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, NOT_A_TIME) for text in ("x", "2026-13-01T00:00:00Z", "12345")),
        ("2026-03-02T10:00:00", NO_ZONE),
        ("9999-12-31T00:00:00Z", OUTSIDE_THE_YEARS),
    ],
)
def test_an_invalid_desired_time_is_refused(api: Api, text: str, reason: str) -> None:
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "1234567", "desiredTime": text})
    assert answer == refused(400, 501, f"desiredTime {text!r} {reason}.")
    assert booked(api) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "is not JSON: it is cut off after byte 1"),
        (b"[]", NO_OBJECT_IN_JSON),
        (b'{"a":"\\u0000"}', HAS_NUL),
        (b"[" * 10_000, TOO_DEEP),
    ],
)
def test_an_invalid_body_is_refused(api: Api, body: bytes, reason: str) -> None:
    assert api.post("/callbacks/create", body) == refused(400, 501, f"body {reason}.")


def test_a_service_that_is_not_configured_is_refused(open_api: Callable[..., Api]) -> None:
    answer = open_api(fallback=None).post("/callbacks/create", {"serviceName": "salse", "phoneNumber": "1234567"})
    assert answer == refused(400, 7040, "The service salse is not configured.")


@pytest.mark.parametrize(
    ("settings", "status"), [({}, 400), ({"slot_conflict_status": SlotConflictStatus(v3=429)}, 429)]
)
def test_a_full_slot_is_refused_with_proposals(
    open_api: Callable[..., Api], settings: Mapping[str, Any], status: int
) -> None:
    api = open_api({"capacity": Capacity(1), "time_bucket": 30}, **settings)
    api.book(desiredTime=TEN)
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "1234567", "desiredTime": TEN})
    assert answer == Answer(
        status,
        {
            "status": {"code": 7041, "message": SLOT_FULL},
            "data": {
                "slots": {
                    "2026-03-02T10:30:00.000Z": "1",
                    "2026-03-02T11:00:00.000Z": "1",
                    "2026-03-02T11:30:00.000Z": "1",
                    "2026-03-02T12:00:00.000Z": "1",
                    "2026-03-02T12:30:00.000Z": "1",
                }
            },
        },
        {},
    )


def test_a_desired_time_outside_office_hours_is_refused_with_proposals(open_api: Callable[..., Api]) -> None:
    hours = OfficeHours((WeeklySpan(frozenset({0}), 9 * 60, 10 * 60),))
    api = open_api({"hours": hours, "time_bucket": 60, "capacity": Capacity(2)})
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "1234567", "desiredTime": TEN})
    assert answer == Answer(
        400,
        {
            "status": {"code": 7042, "message": OFFICE_CLOSED_V3},
            "data": {"slots": {"2026-03-09T09:00:00.000Z": "2", "2026-03-16T09:00:00.000Z": "2"}},
        },
        {},
    )


def test_a_desired_time_in_the_past_means_as_soon_as_possible(api: Api) -> None:
    api.book(desiredTime="2026-03-02T08:00:00.000Z")
    assert [(callback.desired, callback.slot) for callback in booked(api)] == [(NOW, None)]


def test_a_scenario_can_refuse_a_desired_time_in_the_past(open_api: Callable[..., Api]) -> None:
    api = open_api(past_desired_time=PastDesiredTime(v3="refuse"))
    past = "2026-03-02T08:00:00.000Z"
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "1234567", "desiredTime": past})
    assert (answer.status, answer.body["status"]["code"]) == (400, 7042)
    assert booked(api) == []


def test_a_throttled_service_answers_429_with_the_time_to_retry(open_api: Callable[..., Api]) -> None:
    api = open_api({"throttles": (ThrottleWindow(1, HOUR),)})
    api.book()
    answer = api.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "7654321"})
    assert answer == Answer(
        429,
        {
            "status": {
                "code": 7041,
                "message": "Too many requests at this time: the service sales takes no more for 3600 s.",
            }
        },
        {"Retry-After": "3600"},
    )


def test_an_api_key_is_required_if_the_scenario_has_api_keys(open_api: Callable[..., Api]) -> None:
    api = open_api(auth=Auth(api_keys=frozenset({"KEY-1"})))
    path = "/callbacks/open-for/sales"
    answers = [api.get(path, headers) for headers in ({}, {"x-api-key": "KEY-2"}, {"x-api-key": "KEY-1"})]
    assert [(answer.status, answer.body["status"]["code"]) for answer in answers] == [(400, 1103), (403, 503), (200, 0)]
