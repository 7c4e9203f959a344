from collections.abc import Callable

import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import HOUR
from mockgms.http.messages import Request
from tests.api.conftest import NOW
from tests.api.gms.api import (
    AVAILABILITY,
    CALLBACK,
    JSON,
    NUMBER,
    Answer,
    Api,
    bad_parameter,
    refused,
    unknown_callback,
    wrong_state,
)
from tests.messages import NOT_A_TIME, SLOT_FULL

EMPTY = Answer(200, "")


def put(api: Api, id: str, **fields: object) -> Answer:
    return api.call("PUT", f"{CALLBACK}/sales/{id}", fields)


@pytest.mark.parametrize("key", ["_new_desired_time", "_desired_time"])
def test_a_new_desired_time_moves_a_callback_and_its_seat(open_api: Callable[..., Api], key: str) -> None:
    api = open_api({"capacity": Capacity(1)})
    id = api.book(at=NOW + HOUR)
    assert put(api, id, **{key: "2026-03-02T12:00:00.000Z"}) == EMPTY
    assert api.record(id)["_desired_time"] == "2026-03-02T12:00:00.000Z"
    api.book(at=NOW + HOUR)


def test_the_answer_is_empty_text(api: Api) -> None:
    id = api.book()
    reply = api.send(Request("PUT", f"{CALLBACK}/sales/{id}", "", JSON, b"{}"))
    assert (reply.status, reply.body, reply.content_type) == (200, b"", "text/plain; charset=utf-8")


def test_the_new_desired_time_takes_precedence_over_the_desired_time(api: Api) -> None:
    id = api.book(at=NOW + HOUR)
    put(api, id, _desired_time="2026-03-02T11:00:00.000Z", _new_desired_time="2026-03-02T12:00:00.000Z")
    assert api.record(id)["_desired_time"] == "2026-03-02T12:00:00.000Z"


def test_the_body_of_the_start_is_accepted_as_an_update_even_after_its_desired_time(
    open_api: Callable[..., Api],
) -> None:
    api = open_api({"lookup_keys": ("CB_SUBSCRIPTION_ID",)})
    fields = {"_desired_time": "2026-03-02T09:55:00.000Z", "_service_name": "sales", "CB_SUBSCRIPTION_ID": "a1"}
    id = api.start(**fields).body["_id"]
    before = api.record(id)
    assert put(api, id, _customer_number="+15550100", **fields) == EMPTY
    assert api.record(id) == before
    api.advance(2 * HOUR)
    assert put(api, id, _customer_number="+15550100", **fields) == EMPTY


def test_the_body_of_a_start_for_a_time_just_past_is_accepted_as_an_update(api: Api) -> None:
    fields = {"_customer_number": "+15550100", "_desired_time": "2026-03-02T08:54:59.000Z"}
    id = api.start(**fields).body["_id"]
    before = api.record(id)
    api.advance(2 * HOUR)
    assert put(api, id, **fields) == EMPTY
    assert api.record(id) == before


def test_a_callback_moved_to_a_time_just_past_is_queued_at_once(api: Api) -> None:
    id = api.book(at=NOW + HOUR)
    assert put(api, id, _new_desired_time="2026-03-02T08:54:55.000Z") == EMPTY
    record = api.record(id)
    assert (record["_desired_time"], record["_callback_state"]) == ("2026-03-02T08:55:00.000Z", "QUEUED")


def test_a_move_to_a_time_long_past_is_refused_with_proposals(api: Api) -> None:
    id = api.book(at=NOW + HOUR)
    before = api.record(id)
    times = [f"2026-03-02T{time}:00.000Z" for time in ("09:00", "09:15", "09:30", "09:45", "10:00")]
    seats = dict.fromkeys(times, 5) | {"2026-03-02T09:45:00.000Z": 4}
    message = f"Desired time 2026-03-02T07:55:00.000Z is in the past. Proposing time slots. {', '.join(times)}"
    assert put(api, id, _new_desired_time="2026-03-02T07:55:00.000Z") == refused(
        7042, "TIME_PAST", AVAILABILITY, message, availability=seats
    )
    assert api.record(id) == before


def test_an_update_adds_changes_and_removes_properties(open_api: Callable[..., Api]) -> None:
    api = open_api({"lookup_keys": ("a", "b", "c")})
    id = api.book(a="1", b="1")
    assert put(api, id, a="2", b="", c=3, _new_desired_time=None, _callback_state="QUEUED") == EMPTY
    record = api.record(id)
    assert {key: record.get(key) for key in ("a", "b", "c")} == {"a": "2", "b": None, "c": "3"}
    assert record["_desired_time"] == "2026-03-02T08:55:00.000Z"


def test_a_callback_is_found_by_its_new_number(api: Api) -> None:
    id = api.book()
    assert put(api, id, _customer_number="5115") == EMPTY
    assert api.get(CALLBACK, _customer_number="5115").body == [api.record(id)]
    assert api.get(CALLBACK, _customer_number="+15550100").body == []


def test_a_full_slot_is_refused_with_proposals_and_nothing_changes(open_api: Callable[..., Api]) -> None:
    api = open_api({"capacity": Capacity(1), "lookup_keys": ("a",)})
    api.book(at=NOW + 65 * 60_000)
    id = api.book(at=NOW + 2 * HOUR, a="1")
    before = api.record(id)
    answer = put(api, id, _new_desired_time="2026-03-02T10:00:00.000Z", a="2", _customer_number="5115")
    times = [f"2026-03-02T{time}:00.000Z" for time in ("10:15", "10:30", "11:00", "11:15", "11:30")]
    assert answer == refused(
        7041, "SLOT_FULL", AVAILABILITY, f"{SLOT_FULL} {', '.join(times)}", availability=dict.fromkeys(times, 1)
    )
    assert api.record(id) == before


def test_an_invalid_number_is_refused_and_nothing_changes(api: Api) -> None:
    id = api.book()
    before = api.record(id)
    answer = put(api, id, _customer_number="nobody", _new_desired_time="2026-03-02T12:00:00.000Z")
    message = "Invalid option _customer_number: [nobody] is not a phone number."
    assert answer == refused(7030, "BAD_PARAMETER", NUMBER, message)
    assert api.record(id) == before


def test_an_invalid_time_is_a_bad_parameter(api: Api) -> None:
    answer = put(api, api.book(), _new_desired_time="noon")
    assert answer == bad_parameter(f"_new_desired_time 'noon' {NOT_A_TIME}")


def test_an_update_of_an_unknown_id_is_refused(api: Api) -> None:
    assert put(api, "x", a="1") == unknown_callback("x")


def test_a_completed_callback_cannot_be_moved(api: Api) -> None:
    id = api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{id}")
    assert put(api, id, _new_desired_time="2026-03-02T12:00:00.000Z") == wrong_state(id, "COMPLETED")
