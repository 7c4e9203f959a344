import re
from collections.abc import Callable
from typing import Any

import pytest

from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import HOUR
from mockgms.domain.service import Service
from tests.api.conftest import NOW
from tests.api.gms.api import CALLBACK, Answer, Api, bad_parameter, unknown_service

NOTHING = Answer(200, [])


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [record["_id"] for record in answer.body]


def test_a_query_by_id_returns_a_list_of_one_record_whose_values_are_text(open_api: Callable[..., Api]) -> None:
    api = open_api({"lookup_keys": ("CB_SUBSCRIPTION_ID", "tries", "email")})
    id = api.book(at=NOW + HOUR, CB_SUBSCRIPTION_ID="a1", tries=3, first_name="Bob")
    url = f"/genesys/1/service/callback/sales/{id}"
    assert api.get(CALLBACK, _id=id) == Answer(
        200,
        [
            {
                "CB_SUBSCRIPTION_ID": "a1",
                "tries": "3",
                "_id": id,
                "_service_name": "sales",
                "_desired_time": "2026-03-02T09:55:00.000Z",
                "_callback_state": "SCHEDULED",
                "_expiration_time": "2026-03-03T09:55:00.000Z",
                "_customer_number": "+15550100",
                "_url": url,
                "url": url,
            }
        ],
    )


def test_a_completed_callback_has_its_reason(api: Api) -> None:
    id = api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{id}")
    record = api.record(id)
    assert (record["_callback_state"], record["_callback_reason"]) == ("COMPLETED", "CANCELLED")


def test_the_path_of_a_callback_is_encoded(api: Api) -> None:
    id = api.book(service="a/b c")
    assert api.record(id)["url"] == f"/genesys/1/service/callback/a%2Fb%20c/{id}"


def test_v3_properties_that_are_not_text_are_shown_as_json(open_api: Callable[..., Api]) -> None:
    api = open_api({"lookup_keys": ("order",)})
    sales = api.session.bookings.service("sales")
    command = ScheduleCallback(sales, "5115", properties={"order": {"lines": [1, 2]}})
    callback = api.session.bookings.schedule(command, NOW)
    assert api.record(callback.id)["order"] == '{"lines":[1,2]}'


def test_an_unknown_id_finds_nothing(api: Api) -> None:
    assert api.get(CALLBACK, _id="x") == NOTHING


def test_an_id_of_another_service_finds_nothing(api: Api) -> None:
    id = api.book()
    assert api.get(f"{CALLBACK}/support", _id=id) == NOTHING
    assert ids(api.get(f"{CALLBACK}/sales", _id=id)) == [id]


def test_a_query_finds_callbacks_of_every_service_by_number_and_state(api: Api) -> None:
    first, second = api.book(), api.book(service="support", at=NOW + HOUR)
    other, done = api.book(_customer_number="5115"), api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{done}")
    assert ids(api.get(CALLBACK, _customer_number="+15550100", _callback_state="!COMPLETED")) == [first, second]
    assert ids(api.get(CALLBACK, _customer_number="+15550100", _callback_state="COMPLETED")) == [done]
    assert ids(api.get(f"{CALLBACK}/support", _customer_number="+15550100")) == [second]
    assert ids(api.get(CALLBACK, _customer_number="!+15550100", operand="AND")) == [other]


def test_a_query_finds_a_number_in_any_spelling(api: Api) -> None:
    id = api.book(_customer_number="+1 (555) 010-0001")
    assert ids(api.get(CALLBACK, _customer_number="+15550100001")) == [id]
    assert ids(api.get(CALLBACK, operand="OR", _customer_number="1-555-010-0001")) == [id]
    assert ids(api.get(CALLBACK, _customer_number="!15550100001")) == []


@pytest.mark.parametrize("operand", ["OR", "or"])
def test_with_the_operand_or_one_matching_criterion_is_enough(api: Api, operand: str) -> None:
    first, second = api.book(), api.book(at=NOW + HOUR, _customer_number="5115")
    api.book(at=NOW + 2 * HOUR, _customer_number="5116")
    found = api.get(f"{CALLBACK}/sales", operand=operand, _callback_state="QUEUED", _customer_number="5115")
    assert ids(found) == [first, second]


def test_with_the_operand_or_an_id_is_one_criterion_of_several(api: Api) -> None:
    first, second = api.book(), api.book(_customer_number="5115")
    assert ids(api.get(CALLBACK, operand="OR", _id=first, _customer_number="5115")) == [first, second]


def test_both_values_of_a_repeated_key_must_match(api: Api) -> None:
    id = api.book()
    assert ids(api.get(CALLBACK, _callback_state=["!COMPLETED", "!SCHEDULED"])) == [id]
    assert api.get(CALLBACK, _callback_state=["QUEUED", "SCHEDULED"]) == NOTHING


@pytest.fixture
def two_services(open_api: Callable[..., Api]) -> Api:
    services = {"sales": Service(name="sales", lookup_keys=("email",)), "support": Service(name="support")}
    return open_api(services=services)


def test_a_query_can_search_by_lookup_keys(two_services: Api) -> None:
    id = two_services.book(email="b@x.com")
    two_services.book(email="c@x.com")
    two_services.book(service="support", email="b@x.com")
    assert ids(two_services.get(CALLBACK, email="b@x.com")) == [id]
    assert ids(two_services.get(f"{CALLBACK}/sales", email="b@x.com")) == [id]


@pytest.mark.parametrize("parameters", [{"email": "b@x.com"}, {"_": "1700000000"}, {"operand": "AND"}])
def test_a_query_with_only_other_parameters_finds_nothing(api: Api, parameters: dict[str, Any]) -> None:
    api.book(email="b@x.com")
    assert api.get(f"{CALLBACK}/sales", **parameters) == NOTHING


def test_an_unknown_parameter_beside_a_criterion_is_ignored(api: Api) -> None:
    id = api.book()
    assert ids(api.get(CALLBACK, _id=id, _="1700000000")) == [id]


def test_a_query_without_parameters_finds_all_callbacks(api: Api) -> None:
    first, second = api.book(), api.book(service="support")
    assert ids(api.get(CALLBACK)) == [first, second]
    assert ids(api.get(f"{CALLBACK}/support")) == [second]


def test_an_unknown_operand_is_a_bad_parameter(api: Api) -> None:
    assert api.get(CALLBACK, operand="XOR", _id="1") == bad_parameter("operand must be AND or OR, not 'XOR'")


def test_a_query_of_an_unknown_service_is_refused(open_api: Callable[..., Api]) -> None:
    api = open_api(fallback=None)
    assert api.get(f"{CALLBACK}/support", _customer_number="1") == unknown_service("support")


ORS_SESSION = re.compile("[A-Z2-7]{32}")


def test_a_callback_that_has_been_queued_has_an_ors_session(api: Api) -> None:
    queued, scheduled, cancelled = api.book(), api.book(at=NOW + HOUR), api.book(at=NOW + HOUR)
    api.call("DELETE", f"{CALLBACK}/sales/{cancelled}")
    completed = api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{completed}")
    session = api.record(queued)["_ors_session_id"]
    assert ORS_SESSION.fullmatch(session)
    assert api.record(completed)["_ors_session_id"] not in (session, None)
    assert "_ors_session_id" not in api.record(scheduled)
    api.advance(HOUR)
    assert ORS_SESSION.fullmatch(api.record(scheduled)["_ors_session_id"])
    assert api.record(queued)["_ors_session_id"] == session
    assert "_ors_session_id" not in api.record(cancelled)


def test_returned_keys_are_in_the_records_of_callbacks_that_have_them(open_api: Callable[..., Api]) -> None:
    api = open_api({"returned_keys": ("_service_type", "_callback_reason")})
    with_it = api.record(api.book(_service_type="gold", _callback_reason="mine", other="x"))
    without = api.record(api.book())
    assert with_it == without | {key: with_it[key] for key in ("_id", "url", "_url")} | {"_service_type": "gold"}
    assert "_ors_session_id" not in with_it
