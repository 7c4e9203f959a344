from collections.abc import Callable

import pytest

from mockgms.api.gms import GMS
from mockgms.http.messages import Request
from mockgms.scenario.model import Auth, Basic
from tests.api.gms.api import CALLBACK, Answer, Api, read


def test_the_api_has_these_routes() -> None:
    assert [f"{route.method} {route.pattern} {route.operation}" for route in GMS.mounted()] == [
        "POST /genesys/1/service/callback/{name} v1.schedule",
        "GET /genesys/1/service/callback v1.find",
        "GET /genesys/1/service/callback/{name} v1.find",
        "PUT /genesys/1/service/callback/{name}/{id} v1.reschedule",
        "DELETE /genesys/1/service/callback/{name}/{id} v1.cancel",
        "GET /genesys/1/service/callback/{name}/availability v1.availability",
        "GET /genesys/2/service/callback/{name}/availability v2.availability",
        "GET /genesys/1/service/{id}/check-queue-position v1.queue_position",
        "POST /genesys/1/service/{id}/check-queue-position v1.queue_position",
        "GET /genesys/1/service/ewt-for-vq v1.estimated_wait_time",
        "GET /genesys/2/ewt/{aqt} v2.estimated_wait_time",
        "GET /genesys/1/admin/callback/queues v1.queues",
        "GET /genesys/1/admin/callback/watermarks v1.watermarks",
        "POST /genesys/1/admin/callback/cancel v1.bulk_cancel",
        "POST /genesys/1/admin/callback/reportcancelled v1.report_cancelled",
        "GET /genesys/1/phonenumber v1.check_phone_number",
    ]


def test_an_unknown_path_is_refused_with_the_most_similar_route(api: Api) -> None:
    assert api.get("/genesys/1/phonenumbers") == Answer(
        404,
        {
            "exception": "com.genesyslab.gsg.GSGException",
            "message": "Nothing is at /genesys/1/phonenumbers. The nearest is GET /genesys/1/phonenumber.",
            "code": 404,
            "phrase": "UNKNOWN_PATH",
        },
    )


def test_a_service_can_have_the_name_of_a_route(api: Api) -> None:
    id = api.book(service="check-queue-position")
    assert api.record(id)["_service_name"] == "check-queue-position"


AUTH = Auth(api_keys=frozenset({"KEY-1"}), basic=Basic("u", "p"))


@pytest.mark.parametrize("headers", [{"apikey": "KEY-1"}, {"x-api-key": "KEY-1"}, {"authorization": "Basic dTpw"}])
def test_a_request_with_a_key_or_the_password_is_admitted(
    open_api: Callable[..., Api], headers: dict[str, str]
) -> None:
    reply = open_api(auth=AUTH).send(Request("GET", CALLBACK, "", headers))
    assert read(reply) == Answer(200, [])


@pytest.mark.parametrize(
    ("headers", "code"), [({}, 1103), ({"apikey": "KEY-2"}, 503), ({"authorization": "Basic dTpx"}, 503)]
)
def test_a_request_without_a_valid_credential_is_a_401(
    open_api: Callable[..., Api], headers: dict[str, str], code: int
) -> None:
    reply = open_api(auth=AUTH).send(Request("GET", CALLBACK, "", headers))
    assert (reply.status, read(reply).body["code"]) == (401, code)
    assert reply.headers == (("WWW-Authenticate", 'Basic realm="Genesys"'),)
