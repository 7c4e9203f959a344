from dataclasses import fields
from typing import Any

import msgspec
import pytest

from mockgms.api.ges import GES
from mockgms.domain.instants import HOUR
from mockgms.http.messages import Request
from mockgms.http.routing import Router
from tests.api.conftest import NOW
from tests.api.ges.api import Api
from tests.scenario.facts import Facts

KEYS = ("firstname", "tags", "serviceName", "phoneNumber", "not-a-name")
ROUTER = Router(GES.mounted())


def facts(api: Api, method: str, path: str, body: Any = None, **headers: str) -> Facts:
    sent = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
    request = Request(method, path, "", headers, sent)
    found = GES.facts_of(request, api.session, ROUTER.find(method, path))
    values = {
        field.name: getattr(found, field.name) for field in fields(Facts) if field.compare and field.name != "user_data"
    }
    user_data = {key: texts[-1] for key in KEYS if (texts := found.user_texts(key))}
    return Facts(**values, user_data=user_data)


def test_the_facts_of_a_create_have_service_phone_time_and_user_data(api: Api) -> None:
    body = {
        "serviceName": "sales",
        "phoneNumber": "+1 555 1234",
        "desiredTime": "2026-03-02T09:55:00.000Z",
        "userData": {"firstname": "Ann", "tags": ["a"], "not-a-name": "x"},
    }
    assert facts(api, "POST", "/engagement/v3/callbacks/create", body) == Facts(
        operation="schedule",
        version="v3",
        service="sales",
        phone="+15551234",
        desired=NOW + HOUR,
        user_data={"firstname": "Ann", "tags": '["a"]'},
    )


def test_the_facts_of_a_cancel_have_the_service_and_phone_of_the_callback(api: Api) -> None:
    id = api.book(phoneNumber="+15551234")
    found = facts(api, "POST", "/callbacks/cancel", {"id": id.upper()})
    assert (found.operation, found.service, found.phone) == ("cancel", "sales", "+15551234")


@pytest.mark.parametrize(
    ("path", "operation"),
    [("/callbacks/availability/sales", "availability"), ("/callbacks/open-for/sales", "open_for")],
)
@pytest.mark.parametrize("body", [None, {"serviceName": "other"}])
def test_the_service_of_a_get_request_is_read_from_its_path(api: Api, path: str, operation: str, body: Any) -> None:
    found = facts(api, "GET", path, body)
    assert (found.operation, found.service) == (operation, "sales")


def test_a_long_api_key_is_not_shortened(api: Api) -> None:
    key = "k" * 2_000
    assert facts(api, "GET", "/callbacks/availability/sales", **{"x-api-key": key}).api_key == key


def test_a_cancel_of_an_unknown_callback_has_neither_service_nor_phone(api: Api) -> None:
    found = facts(api, "POST", "/callbacks/cancel", {"id": "none"})
    assert (found.operation, found.service, found.phone) == ("cancel", None, None)


def test_an_id_in_the_body_of_a_create_is_ignored(api: Api) -> None:
    body = {"serviceName": "sales", "phoneNumber": "+1444", "id": api.book(phoneNumber="+15551234")}
    found = facts(api, "POST", "/callbacks/create", body)
    assert (found.service, found.phone) == ("sales", "+1444")


@pytest.mark.parametrize(
    ("query", "service"),
    [("virtual-queues=a,b", "a"), ("virtualQueues=b", "b"), ("virtual-queues=,", None), ("mode=mode1", None)],
)
def test_the_service_of_a_wait_time_query_is_its_first_queue(api: Api, query: str, service: str | None) -> None:
    path = "/estimated-wait-time"
    found = GES.facts_of(Request("GET", path, query), api.session, ROUTER.find("GET", path))
    assert found.service == service


@pytest.mark.parametrize("body", [b"{", {"serviceName": 1, "phoneNumber": [], "userData": 3, "id": 7}])
def test_invalid_fields_are_not_among_the_facts(api: Api, body: Any) -> None:
    found = facts(api, "POST", "/callbacks/create", body)
    assert (found.service, found.phone, found.user_data) == (None, None, {})
