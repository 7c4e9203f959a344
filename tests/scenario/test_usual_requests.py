"""What usual requests carry, compared with the facts that rules read from them."""

import pytest

from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.commands.trying import outcomes
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.facts import OPERATIONS
from mockgms.scenario.usual_requests import OPERATIONS_OF, sends

V1 = "/genesys/1/service"
BOOKING = "fields: {_customer_number: '+14155550100', _desired_time: '2026-03-02T10:00:00Z', color: blue}"
MOVE = "fields: {_new_desired_time: '2026-03-02T11:00:00Z', color: blue}"
CREATE = (
    "fields: {serviceName: sales, phoneNumber: '+14155550100', desiredTime: '2026-03-02T10:00:00Z', "
    "userData: {color: blue}}"
)
REQUESTS = {
    ("v1", "schedule"): f"POST {V1}/callback/sales, {BOOKING}",
    ("v1", "reschedule"): f"PUT {V1}/callback/sales/ID, {MOVE}",
    ("v1", "cancel"): f"DELETE {V1}/callback/sales/ID",
    ("v1", "find"): f"GET {V1}/callback/sales?_customer_number=%2B14155550100",
    ("v1", "availability"): f"GET {V1}/callback/sales/availability",
    ("v1", "queue_position"): f"GET {V1}/ID/check-queue-position",
    ("v1", "estimated_wait_time"): f"GET {V1}/ewt-for-vq?name=sales",
    ("v1", "queues"): "GET /genesys/1/admin/callback/queues?target=sales",
    ("v1", "watermarks"): "GET /genesys/1/admin/callback/watermarks?service_name=sales",
    ("v1", "bulk_cancel"): "POST /genesys/1/admin/callback/cancel, fields: {ids: [ID], color: blue}",
    ("v1", "report_cancelled"): "POST /genesys/1/admin/callback/reportcancelled, fields: {color: blue}",
    ("v1", "check_phone_number"): "GET /genesys/1/phonenumber?number=%2B14155550100",
    ("v2", "availability"): "GET /genesys/2/service/callback/sales/availability",
    ("v2", "estimated_wait_time"): "GET /genesys/2/ewt/ewt1?vq=sales",
    ("v3", "schedule"): f"POST /callbacks/create, {CREATE}",
    ("v3", "cancel"): "POST /callbacks/cancel, fields: {id: ID}",
    ("v3", "find"): "POST /callbacks/retrieve, fields: {id: ID}",
    ("v3", "availability"): "GET /callbacks/availability/sales",
    ("v3", "open_for"): "GET /callbacks/open-for/sales",
    ("v3", "queue_status"): "GET /callbacks/queue-status/sales",
    ("v3", "estimated_wait_time"): "GET /estimated-wait-time?virtual-queues=sales",
    ("v3", "call_in"): (
        "POST /call-in/requests/create, fields: {groupName: sales, fromPhoneNumber: '+14155550100', "
        "userData: {color: blue}}"
    ),
    ("v3", "statistics"): "POST /statistics/operations/get-statistic-ex",
}
CONDITIONS = {
    "service": "service: sales",
    "phone number": "phone: '+14155550100'",
    "desired time": "desired_time: Mon 00:00-24:00",
    "user data": "user_data: {color: blue}",
}


def test_there_is_a_request_for_each_operation_of_each_version() -> None:
    assert REQUESTS.keys() == {(version, name) for version, names in OPERATIONS_OF.items() for name in names}
    assert {name for _, name in REQUESTS} == set(OPERATIONS)


@pytest.mark.parametrize("data", CONDITIONS)
@pytest.mark.parametrize("route", REQUESTS, ids="-".join)
def test_rules_find_the_data_of_a_usual_request(route: tuple[str, str], data: str) -> None:
    version, operation = route
    request = REQUESTS[route].replace("ID", "${id}")
    condition = f"version: {version}, operation: {operation}, {CONDITIONS[data]}"
    text = f"""\
description: x
clock: {{now: 2026-03-02T09:00:00Z}}
rules: [{{name: found, when: {{{condition}, header: {{X-Tried: "1"}}}}, then: hang}}]
examples:
  - name: one
    steps:
      - {{request: POST {V1}/callback/sales, {BOOKING}, capture: {{id: _id}}}}
      - {{request: {request}, headers: {{X-Tried: "1"}}}}
"""
    catalog = Catalog([])
    _, outcome = outcomes(catalog.parse(text, "x"), catalog)
    assert outcome.differences == ()
    assert (outcome.answer == "no answer [found: hang]") == sends(data, [route])


def test_the_operations_of_each_version_match_the_routes_of_the_apis() -> None:
    routes = {route.operation_and_version for api in (GMS, GES) for route in api.routes}
    assert {version: {name for name, its in routes if its == version} for version in OPERATIONS_OF} == OPERATIONS_OF
