from collections.abc import Callable

import msgspec
import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import HOUR, MINUTE
from mockgms.domain.service import NumberChecks
from mockgms.http.messages import Request
from mockgms.scenario.model import PastDesiredTime
from tests.api.conftest import NOW
from tests.api.gms.api import (
    AVAILABILITY,
    CALLBACK,
    FORM,
    JSON,
    NUMBER,
    Answer,
    Api,
    bad_parameter,
    read,
    refused,
    unknown_service,
)
from tests.messages import IMPOSSIBLE, NO_OBJECT_IN_JSON, NO_ZONE, NOT_A_TIME, OUTSIDE_THE_YEARS, PREMIUM, SLOT_FULL

SALES = f"{CALLBACK}/sales"


def confirmation(id: str) -> dict[str, str]:
    return {
        "_dialog_id": "0",
        "_action": "ConfirmationDialog",
        "_text": "You will receive the call shortly",
        "_ok_title": "Ok",
        "_id": id,
    }


def only_id(api: Api) -> str:
    (callback,) = api.session.bookings.callbacks()
    return callback.id


def test_an_immediate_callback_is_confirmed(api: Api) -> None:
    answer = api.start()
    assert answer == Answer(200, confirmation(only_id(api)))
    assert api.record(only_id(api))["_callback_state"] == "QUEUED"


def test_the_answer_of_a_scheduled_callback_is_its_id(api: Api) -> None:
    answer = api.start(_desired_time="2026-03-02T10:00:00.000Z")
    assert answer == Answer(200, {"_id": only_id(api)})
    assert api.record(only_id(api))["_callback_state"] == "SCHEDULED"


def test_a_scenario_can_confirm_a_scheduled_callback_with_a_dialog(
    open_api: Callable[..., Api],
) -> None:
    api = open_api(scheduled_answer="dialog")
    answer = api.start(_desired_time="2026-03-02T10:00:00.000Z")
    assert answer == Answer(200, confirmation(only_id(api)))
    assert api.record(only_id(api))["_callback_state"] == "SCHEDULED"


def test_a_desired_time_within_the_execution_buffer_is_confirmed_with_a_dialog(api: Api) -> None:
    assert api.start(_desired_time="2026-03-02T08:57:00.000Z") == Answer(200, confirmation(only_id(api)))


def test_a_desired_time_just_beyond_the_execution_buffer_is_answered_with_the_id(api: Api) -> None:
    assert api.start(_desired_time="2026-03-02T08:57:00.001Z") == Answer(200, {"_id": only_id(api)})


def test_the_members_of_a_confirmation_have_the_order_of_the_real_server(api: Api) -> None:
    reply = api.send(Request("POST", SALES, "", JSON, b'{"_customer_number":"5115"}'))
    assert reply.body == msgspec.json.encode(confirmation(only_id(api)))


def test_an_immediate_user_originated_voice_call_gets_a_number_to_dial(api: Api) -> None:
    answer = api.start(_call_direction="USERORIGINATED", _media_type="voice")
    assert answer == Answer(
        200,
        {
            "_dialog_id": "0",
            "_action": "DialNumber",
            "_label": "Call now",
            "_tel_url": "tel:+18005550100",
            "_id": only_id(api),
        },
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"_call_direction": "USERTERMINATED"},
        {"_call_direction": "USERORIGINATED", "_media_type": "chat"},
        {"_call_direction": "USERORIGINATED", "_desired_time": "2026-03-02T08:56:00.000Z"},
    ],
)
def test_any_other_queued_callback_gets_a_confirmation(api: Api, fields: dict[str, str]) -> None:
    assert api.start(**fields) == Answer(200, confirmation(only_id(api)))


MULTIPART = {"content-type": "multipart/form-data;boundary=AaB03x;charset=UTF-8"}
WIDGETS_8_5 = (
    b'--AaB03x\r\nContent-Disposition: form-data; name="_customer_number"\r\n\r\n5115\r\n'
    b'--AaB03x\r\nContent-Disposition: form-data; name="first_name"\r\n\r\nBob\r\n--AaB03x\r\n'
)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, b'{"_customer_number":"5115","first_name":"Bob"}'),
        ({"content-type": "application/json;charset=ISO-8859-1"}, b'{"_customer_number":5115,"first_name":"Bob"}'),
        (FORM, b"_customer_number=5115&first_name=Bob"),
        (MULTIPART, WIDGETS_8_5),
        ({}, b'{"_customer_number":"5115","first_name":"Bob"}'),
        ({}, b"_customer_number=5115&first_name=Bob"),
    ],
)
def test_each_content_type_books_the_same_callback(api: Api, headers: dict[str, str], body: bytes) -> None:
    assert read(api.send(Request("POST", SALES, "", headers, body))).status == 200
    (callback,) = api.session.bookings.callbacks()
    assert (callback.number, callback.properties) == ("5115", {"first_name": "Bob"})


def test_all_other_keys_are_kept_as_text(api: Api) -> None:
    api.start(subject="Hi", _wait_for_agent=True, tries=3, more={"a": [1, "b"]}, email=None, _urs_virtual_queue="")
    (callback,) = api.session.bookings.callbacks()
    assert callback.properties == {"subject": "Hi", "_wait_for_agent": "true", "tries": "3", "more": '{"a":[1,"b"]}'}


def test_form_names_with_brackets_are_kept_unchanged(api: Api) -> None:
    body = b"_customer_number=5115&userData%5Ba%5D=1&phonenumber=5115"
    api.send(Request("POST", SALES, "", FORM, body))
    (callback,) = api.session.bookings.callbacks()
    assert callback.properties == {"userData[a]": "1", "phonenumber": "5115"}


def test_a_callback_within_the_execution_buffer_is_queued_at_once_and_takes_a_seat(api: Api) -> None:
    id = api.book(at=NOW + 2 * MINUTE)
    assert api.record(id)["_callback_state"] == "QUEUED"
    assert api.session.bookings.find(id).slot == NOW - 10 * MINUTE


def test_a_desired_time_with_an_offset_is_that_instant(api: Api) -> None:
    api.start(_desired_time="2026-03-02T15:30:00+05:30")
    assert api.record(only_id(api))["_desired_time"] == "2026-03-02T10:00:00.000Z"


def test_a_desired_time_that_is_just_past_is_an_immediate_callback(api: Api) -> None:
    # Widgets 8.5.007 sends the browser's now for "As Soon As Possible".
    answer = api.start(_desired_time="2026-03-02T08:54:59.900Z")
    id = only_id(api)
    assert answer == Answer(
        200,
        {
            "_dialog_id": "0",
            "_action": "ConfirmationDialog",
            "_text": "You will receive the call shortly",
            "_ok_title": "Ok",
            "_id": id,
        },
    )
    record = api.record(id)
    assert (record["_desired_time"], record["_callback_state"]) == ("2026-03-02T08:55:00.000Z", "QUEUED")


def test_a_scenario_can_make_a_past_desired_time_an_immediate_callback(open_api: Callable[..., Api]) -> None:
    api = open_api(past_desired_time=PastDesiredTime(v1="immediate"))
    id = api.book(at=NOW - HOUR)
    assert api.record(id)["_desired_time"] == "2026-03-02T08:55:00.000Z"


@pytest.mark.parametrize("name", ["two words", "a/b", "ünï", "🎧"])
def test_a_service_can_have_spaces_slashes_and_unicode_in_its_name(api: Api, name: str) -> None:
    id = api.book(service=name)
    assert api.record(id)["_service_name"] == name


def test_a_full_slot_is_refused_with_proposals(open_api: Callable[..., Api]) -> None:
    api = open_api({"capacity": Capacity(1)})
    api.book(at=NOW + 65 * MINUTE)
    assert api.start(_desired_time="2026-03-02T10:10:00.000Z") == refused(
        7041,
        "SLOT_FULL",
        AVAILABILITY,
        f"{SLOT_FULL} 2026-03-02T10:15:00.000Z, 2026-03-02T10:30:00.000Z,"
        " 2026-03-02T10:45:00.000Z, 2026-03-02T11:00:00.000Z, 2026-03-02T11:15:00.000Z",
        availability={
            "2026-03-02T10:15:00.000Z": 1,
            "2026-03-02T10:30:00.000Z": 1,
            "2026-03-02T10:45:00.000Z": 1,
            "2026-03-02T11:00:00.000Z": 1,
            "2026-03-02T11:15:00.000Z": 1,
        },
    )


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (None, "The request does not contain _customer_number."),
        ("", "The request does not contain _customer_number."),
        ("call me", "Invalid option _customer_number: [call me] is not a phone number."),
    ],
)
def test_a_missing_or_invalid_number_is_refused_by_name(api: Api, number: str | None, message: str) -> None:
    assert api.start(_customer_number=number) == refused(7030, "BAD_PARAMETER", NUMBER, message)
    assert list(api.session.bookings.callbacks()) == []


def test_the_number_checks_have_the_messages_of_the_real_server(open_api: Callable[..., Api]) -> None:
    api = open_api({"numbers": NumberChecks("US", refuse_impossible=True, refuse_premium=True)})
    assert api.start(_customer_number="+19005551234") == refused(
        7037,
        "NUMBER_PREMIUM",
        NUMBER,
        f"Customer Number [+19005551234] {PREMIUM}",
    )
    assert api.start(_customer_number="111") == refused(
        7036,
        "NUMBER_IMPOSSIBLE",
        NUMBER,
        f"Customer Number [111] {IMPOSSIBLE}",
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"_customer_number":"1","_desired_time":1772445600000}', f"_desired_time '1772445600000' {NOT_A_TIME}"),
        (b"{", "body is not JSON: it is cut off after byte 1"),
        (b"[]", f"body {NO_OBJECT_IN_JSON}"),
        (b'{"_customer_number":["5115"]}', "_customer_number must be text"),
    ],
)
def test_an_invalid_body_is_a_bad_parameter(api: Api, body: bytes, reason: str) -> None:
    assert read(api.send(Request("POST", SALES, "", JSON, body))) == bad_parameter(reason)


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-02T10:00:00.000Z",
        "2026-03-02t10:00:00z",
        "2026-03-02 10:00:00Z",
        "20260302T100000Z",
        "2026-03-02T11:00+01:00",
        "2026-03-02T05:00:00.000-0500",
    ],
)
def test_a_desired_time_in_any_spelling_is_stored_as_the_same_instant(api: Api, time: str) -> None:
    id = api.book(_desired_time=time)
    assert api.record(id)["_desired_time"] == "2026-03-02T10:00:00.000Z"


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        *((time, NOT_A_TIME) for time in ("x", "2026-W10-1T10:00:00Z", "2026-13-01")),
        ("2026-03-02T10:00:00", NO_ZONE),
        ("9999-01-01T00:00:00Z", OUTSIDE_THE_YEARS),
    ],
)
def test_an_invalid_desired_time_is_a_bad_parameter(api: Api, time: str, reason: str) -> None:
    assert api.start(_desired_time=time) == bad_parameter(f"_desired_time {time!r} {reason}")
    assert list(api.session.bookings.callbacks()) == []


def test_the_number_is_checked_before_the_desired_time(api: Api) -> None:
    answer = api.start(_customer_number="", _desired_time="x")
    assert answer.body["message"] == "The request does not contain _customer_number."


def test_a_start_for_an_unknown_service_is_refused(open_api: Callable[..., Api]) -> None:
    api = open_api(fallback=None)
    assert api.start(service="support") == unknown_service("support")
