from collections.abc import Callable
from dataclasses import fields
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mockgms.api.gms import GMS
from mockgms.domain.instants import HOUR
from mockgms.http.messages import Request
from mockgms.http.routing import Router
from tests.api.conftest import NOW
from tests.api.gms.api import CALLBACK, FORM, JSON, Api
from tests.scenario.facts import Facts

KEYS = ("firstname", "lastname", "age", "level", "_customer_number", "_desired_time", "_new_desired_time")
ROUTER = Router(GMS.mounted())
TEN = "2026-03-02T09:55:00.000Z"


def facts(api: Api, request: Request) -> Facts:
    found = GMS.facts_of(request, api.session, ROUTER.find(request.method, request.path))
    values = {
        field.name: getattr(found, field.name) for field in fields(Facts) if field.compare and field.name != "user_data"
    }
    user_data = {key: texts[-1] for key in KEYS if (texts := found.user_texts(key))}
    return Facts(**values, user_data=user_data)


def test_the_facts_of_a_start_have_service_phone_time_key_and_user_data(open_api: Callable[..., Api]) -> None:
    paris = ZoneInfo("Europe/Paris")
    api = open_api({"timezone": paris})
    body = {"_customer_number": "+1 (555) 123-4.5", "_desired_time": TEN, "firstname": "Ann", "age": 7}
    headers = {**JSON, "apikey": "KEY-1"}
    request = Request("POST", f"{CALLBACK}/sales", "a=1", headers, msgspec.json.encode(body))
    assert facts(api, request) == Facts(
        operation="schedule",
        version="v1",
        service="sales",
        phone="+155512345",
        api_key="KEY-1",
        desired=NOW + HOUR,
        zone=paris,
        user_data={"firstname": "Ann", "age": "7"},
        headers=headers,
        query={"a": ["1"]},
    )


def test_the_facts_of_a_start_are_read_from_a_form_too(api: Api) -> None:
    body = urlencode({"_customer_number": "5115", "lastname": "Lee"}).encode()
    found = facts(api, Request("POST", f"{CALLBACK}/sales", "", FORM, body))
    assert (found.phone, found.desired, found.user_data) == ("5115", None, {"lastname": "Lee"})


def test_the_facts_of_a_reschedule_have_the_new_time_and_the_phone_of_the_callback(api: Api) -> None:
    id = api.book()
    body = msgspec.json.encode({"_new_desired_time": TEN})
    found = facts(api, Request("PUT", f"{CALLBACK}/sales/{id}", "", JSON, body))
    assert (found.operation, found.service, found.phone, found.desired) == (
        "reschedule",
        "sales",
        "+15550100",
        NOW + HOUR,
    )


def test_a_cancel_of_an_unknown_callback_has_no_phone(api: Api) -> None:
    found = facts(api, Request("DELETE", f"{CALLBACK}/sales/none"))
    assert (found.operation, found.service, found.phone) == ("cancel", "sales", None)


def test_the_facts_of_a_search_have_the_phone_of_its_query(api: Api) -> None:
    found = facts(api, Request("GET", CALLBACK, "_customer_number=5115"))
    assert (found.operation, found.service, found.phone) == ("find", None, "5115")


def test_availability_on_v2_has_the_version_v2(api: Api) -> None:
    found = facts(api, Request("GET", "/genesys/2/service/callback/sales/availability"))
    assert (found.operation, found.version, found.service) == ("availability", "v2", "sales")


@pytest.mark.parametrize("body", [b"{", b'{"_customer_number":["x"],"_desired_time":"soon"}'])
def test_invalid_fields_are_not_among_the_facts(api: Api, body: bytes) -> None:
    found = facts(api, Request("POST", f"{CALLBACK}/sales", "", JSON, body))
    assert (found.phone, found.desired, found.user_data) == (None, None, {})


def test_the_zone_of_an_unknown_service_is_utc(open_api: Callable[..., Api]) -> None:
    found = facts(open_api(fallback=None), Request("POST", f"{CALLBACK}/none"))
    assert (found.service, found.zone) == ("none", ZoneInfo("UTC"))


def test_the_time_of_a_reschedule_is_user_data_in_a_start(api: Api) -> None:
    body = msgspec.json.encode({"_customer_number": "5115", "_new_desired_time": TEN, "level": None})
    request = Request("POST", f"{CALLBACK}/sales", "_customer_number=1", JSON, body)
    found = facts(api, request)
    assert (found.phone, found.desired, found.user_data) == ("5115", None, {"_new_desired_time": TEN})


def test_the_body_of_a_search_is_ignored(api: Api) -> None:
    body = msgspec.json.encode({"_customer_number": "+1444", "level": "gold"})
    found = facts(api, Request("GET", f"{CALLBACK}/sales", "%5Fcustomer_number=5115", JSON, body))
    assert (found.service, found.phone, found.user_data) == ("sales", "5115", {})


@pytest.mark.parametrize(
    ("path", "query"),
    [("callback/queues", "target=sales"), ("callback/watermarks", "service_name=sales&service_name=other")],
)
def test_the_service_of_an_admin_query_is_the_first_that_it_names(api: Api, path: str, query: str) -> None:
    assert facts(api, Request("GET", f"/genesys/1/admin/{path}", query)).service == "sales"


@pytest.mark.parametrize(("number", "phone"), [("\n+1555", "+1555"), (5115, "5115"), (1555.0, "1555")])
def test_the_phone_of_a_start_is_normalised(api: Api, number: object, phone: str) -> None:
    body = msgspec.json.encode({"_customer_number": number})
    found = facts(api, Request("POST", f"{CALLBACK}/sales", "", JSON, body)).phone
    assert found == phone.replace(".", "")


@pytest.mark.parametrize(
    ("path", "query", "version"),
    [
        ("/genesys/1/service/ewt-for-vq", "aqt=urs2&name=sales,support", "v1"),
        ("/genesys/2/ewt/ewt2", "vq=sales%2Csupport", "v2"),
    ],
)
def test_the_service_of_a_wait_time_query_is_its_first_queue(api: Api, path: str, query: str, version: str) -> None:
    found = facts(api, Request("GET", path, query))
    assert (found.operation, found.version, found.service) == ("estimated_wait_time", version, "sales")


def test_a_wait_time_query_without_a_queue_has_no_service(api: Api) -> None:
    assert facts(api, Request("GET", "/genesys/1/service/ewt-for-vq")).service is None
