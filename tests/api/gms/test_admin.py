from collections.abc import Callable
from typing import Any

import pytest

from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, render_instant
from mockgms.domain.service import Lifecycle
from mockgms.http.messages import Request
from tests.api.conftest import NOW
from tests.api.gms.api import CALLBACK, FORM, JSON, Answer, Api, bad_parameter, read, unknown_callback, wrong_state
from tests.messages import HAS_NUL, NAME_TOO_LONG, NOT_A_NUMBER, NOT_A_TIME, TOO_MANY_NAMES

ADMIN = "/genesys/1/admin/callback"


def ids(answer: Answer) -> dict[str, list[str]]:
    assert answer.status == 200
    return {name: [record["_id"] for record in records] for name, records in answer.body.items()}


def test_queues_have_the_records_of_each_service(api: Api) -> None:
    first, second = api.book(), api.book(service="support")
    answer = api.get(f"{ADMIN}/queues")
    assert answer == Answer(200, {"sales": [api.record(first)], "support": [api.record(second)]})


def test_a_target_without_callbacks_has_an_empty_list(api: Api) -> None:
    api.book()
    assert api.get(f"{ADMIN}/queues", target="support") == Answer(200, {"support": []})


def test_by_default_queues_show_15_minutes_ago_to_24_hours_ahead(api: Api) -> None:
    api.book()
    api.advance(MINUTE)
    inside = [api.book(), api.book(at=NOW + 16 * MINUTE + DAY)]
    api.book(at=NOW + 16 * MINUTE + DAY + SECOND)
    api.advance(15 * MINUTE)
    assert ids(api.get(f"{ADMIN}/queues")) == {"sales": inside}


def test_a_period_of_queues_includes_both_its_ends(api: Api) -> None:
    start, end = NOW + HOUR, NOW + 2 * HOUR
    api.book()
    inside = [api.book(at=start), api.book(at=end)]
    api.book(at=end + 1)
    period = {"start_time": render_instant(start), "end_time": render_instant(end)}
    assert ids(api.get(f"{ADMIN}/queues", **period)) == {"sales": inside}


def test_a_period_of_queues_without_an_end_has_24_hours(api: Api) -> None:
    start = NOW + 5 * DAY
    inside = [api.book(at=start + DAY)]
    api.book(at=start + DAY + 1)
    assert ids(api.get(f"{ADMIN}/queues", start_time=render_instant(start))) == {"sales": inside}


def test_queues_can_be_limited_by_states_and_number(api: Api) -> None:
    queued = [api.book(), api.book()]
    scheduled = api.book(at=NOW + HOUR)
    api.call("DELETE", f"{CALLBACK}/sales/{api.book()}")
    assert ids(api.get(f"{ADMIN}/queues", states="QUEUED,SCHEDULED")) == {"sales": [*queued, scheduled]}
    assert ids(api.get(f"{ADMIN}/queues", states="QUEUED", max=1)) == {"sales": queued[:1]}


def test_queues_can_be_filtered_by_filter_keys(api: Api) -> None:
    queued = api.book(_vq="VQ_A")
    scheduled = api.book(at=NOW + HOUR, _vq="VQ_B")
    cancelled = api.book(_vq="VQ_A")
    api.call("DELETE", f"{CALLBACK}/sales/{cancelled}")
    for filters, found in (
        ({"_callback_state": "QUEUED"}, [queued]),
        ({"_callback_state": "!QUEUED"}, [scheduled, cancelled]),
        ({"_vq": "VQ_A"}, [queued, cancelled]),
        ({"_vq": "VQ_A", "_callback_reason": "CANCELLED"}, [cancelled]),
        ({"_vq": "VQ_B", "states": "QUEUED"}, []),
        ({"_vq": ["VQ_A", "VQ_B"]}, []),
        ({"_customer_number": "1"}, [queued, scheduled, cancelled]),
    ):
        assert ids(api.get(f"{ADMIN}/queues", target="sales", **filters)) == {"sales": found}


def test_each_service_has_its_own_filter_keys(open_api: Callable[..., Api]) -> None:
    api = open_api({"filter_keys": ("_service_type",)})
    api.book(_service_type="a")
    found = api.book(_service_type="b")
    other = api.book(service="support", _service_type="a")
    assert ids(api.get(f"{ADMIN}/queues", _service_type="b", _callback_state="COMPLETED")) == {
        "sales": [found],
        "support": [],
    }
    assert ids(api.get(f"{ADMIN}/queues", _service_type="b")) == {"sales": [found], "support": [other]}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("max", "0", "must be 1 or more"),
        ("max", "many", f"{NOT_A_NUMBER} 'many'"),
        ("start_time", "x", f"'x' {NOT_A_TIME}"),
        ("target", "x" * 256, NAME_TOO_LONG),
        ("target", "a\0", HAS_NUL),
    ],
)
def test_an_invalid_parameter_of_queues_is_named(api: Api, name: str, value: str, reason: str) -> None:
    assert api.get(f"{ADMIN}/queues", **{name: value}) == bad_parameter(f"{name} {reason}")


def test_watermarks_count_queued_and_processing_callbacks(open_api: Callable[..., Api]) -> None:
    api = open_api({"lifecycle": Lifecycle(queued=60 * SECOND, routing=0)})
    api.book()
    api.advance(60 * SECOND)
    api.book()
    api.book(at=NOW + HOUR)
    api.call("DELETE", f"{CALLBACK}/sales/{api.book()}")
    api.book(service="support")
    api.get(f"{CALLBACK}/idle")
    assert api.get(f"{ADMIN}/watermarks") == Answer(
        200, {"services": {"sales": 2, "support": 1, "idle": 0}, "total": 3}
    )


@pytest.mark.parametrize(("name", "reason"), [("x" * 256, NAME_TOO_LONG), ("a\0", HAS_NUL)])
def test_watermarks_refuse_an_invalid_service_name(api: Api, name: str, reason: str) -> None:
    assert api.get(f"{ADMIN}/watermarks", service_name="x" * 255).status == 200
    assert api.get(f"{ADMIN}/watermarks", service_name=name) == bad_parameter(f"service_name {reason}")


def test_watermarks_refuse_more_than_200_services(api: Api) -> None:
    answer = api.get(f"{ADMIN}/watermarks", service_name=[f"s{n}" for n in range(201)])
    assert answer == bad_parameter(f"service_name {TOO_MANY_NAMES}")


def test_watermarks_of_named_services_count_only_those(api: Api) -> None:
    for name in ("sales", "support", "other"):
        api.book(service=name)
    assert api.get(f"{ADMIN}/watermarks", service_name=["support", "none"]) == Answer(
        200, {"services": {"support": 1, "none": 0}, "total": 1}
    )


def cancelled(id: str) -> dict[str, str]:
    return {
        "_dialog_id": "0",
        "_action": "ConfirmationDialog",
        "_text": "The callback is cancelled",
        "_ok_title": "Ok",
        "_id": id,
    }


def test_a_bulk_cancel_has_a_result_for_each_id(api: Api) -> None:
    queued, scheduled, done = api.book(), api.book(at=NOW + HOUR), api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{done}")
    body = {"reason": "CLOSED_TODAY", "ids": [queued, scheduled, done, "x"]}
    assert api.call("POST", f"{ADMIN}/cancel", body) == Answer(
        200,
        {
            queued: cancelled(queued),
            scheduled: cancelled(scheduled),
            done: wrong_state(done, "COMPLETED").body,
            "x": unknown_callback("x").body,
        },
    )
    reasons = [api.record(id)["_callback_reason"] for id in (queued, scheduled, done)]
    assert reasons == ["CLOSED_TODAY", "CLOSED_TODAY", "CANCELLED"]


def test_a_bulk_cancel_without_a_reason_has_the_reason_cancelled_by_admin(api: Api) -> None:
    id = api.book()
    body = f"ids[]={id}".encode()
    assert read(api.send(Request("POST", f"{ADMIN}/cancel", "", FORM, body))) == Answer(200, {id: cancelled(id)})
    assert api.record(id)["_callback_reason"] == "CANCELLED_BY_ADMIN"


@pytest.mark.parametrize("body", [{}, {"ids": "x"}, {"ids": [1]}])
def test_a_bulk_cancel_needs_a_list_of_ids(api: Api, body: dict[str, Any]) -> None:
    assert api.call("POST", f"{ADMIN}/cancel", body) == bad_parameter("ids must be a list of texts")


def test_the_report_has_a_line_for_each_callback_with_the_requested_reason(api: Api) -> None:
    first, second = api.book(subject='"Hi", he said'), api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{api.book()}")
    api.book()
    api.call("POST", f"{ADMIN}/cancel", {"reason": "CANCELLED_BY_ADMIN", "ids": [first, second]})
    body = {"callback_reason": "CANCELLED_BY_ADMIN", "exported_properties": ["_service_id", "subject"]}
    assert api.call("POST", f"{ADMIN}/reportcancelled", body) == Answer(
        200, f'_service_id,subject\r\n{first},"""Hi"", he said"\r\n{second},\r\n'
    )


def test_the_report_is_csv_and_has_default_columns(api: Api) -> None:
    id = api.book()
    api.call("POST", f"{ADMIN}/cancel", {"ids": [id]})
    reply = api.send(Request("POST", f"{ADMIN}/reportcancelled", "", JSON, b"{}"))
    assert (reply.status, reply.content_type) == (200, "text/csv; charset=utf-8")
    assert reply.body.decode() == (
        "_id,_service_name,_customer_number,_desired_time,_callback_reason\r\n"
        f"{id},sales,+15550100,2026-03-02T08:55:00.000Z,CANCELLED_BY_ADMIN\r\n"
    )


def test_the_columns_of_the_report_must_be_a_list(api: Api) -> None:
    answer = api.call("POST", f"{ADMIN}/reportcancelled", {"exported_properties": "_id"})
    assert answer == bad_parameter("exported_properties must be a list of texts")


def test_a_report_has_at_most_100_columns(api: Api) -> None:
    names = [f"c{n}" for n in range(101)]
    answer = api.call("POST", f"{ADMIN}/reportcancelled", {"exported_properties": names})
    assert answer == bad_parameter("exported_properties has 101 texts: send at most 100")
    assert api.call("POST", f"{ADMIN}/reportcancelled", {"exported_properties": names[1:]}).status == 200


def test_a_column_that_is_named_twice_is_in_the_report_once(api: Api) -> None:
    body = {"exported_properties": ["_id", "subject", "_id"]}
    assert api.call("POST", f"{ADMIN}/reportcancelled", body) == Answer(200, "_id,subject\r\n")


def test_a_bulk_cancel_refuses_more_than_30000_ids(api: Api) -> None:
    answer = api.call("POST", f"{ADMIN}/cancel", {"ids": ["x"] * 30_001})
    assert answer == bad_parameter("ids has 30001 texts: send at most 30000")


def test_a_bulk_cancel_has_one_entry_for_a_duplicate_id(api: Api) -> None:
    id = api.book()
    assert api.call("POST", f"{ADMIN}/cancel", {"ids": [id, id]}) == Answer(
        200, {id: wrong_state(id, "COMPLETED").body}
    )


def test_a_long_report_has_all_lines_in_order(api: Api) -> None:
    ids = [api.book() for _ in range(250)]
    api.call("POST", f"{ADMIN}/cancel", {"ids": ids})
    answer = api.call("POST", f"{ADMIN}/reportcancelled", {"exported_properties": ["_id"]})
    assert answer == Answer(200, "".join(f"{line}\r\n" for line in ["_id", *ids]))
