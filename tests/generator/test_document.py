import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from openapi_spec_validator import validate

from generator import document_routes
from generator.chapters import GES_CHAPTER, GMS_CHAPTER, admin_chapter
from generator.derived import table
from generator.descriptions import FixedAnswer, RefusalExample
from mockgms.api.admin import OPERATIONS
from mockgms.api.definition import Api
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.domain.refusals import Failure, OutOfRoom
from mockgms.http.refusals import BodyTooLarge, UnsupportedBody
from tests.generator.shipped_document import ADMIN, DOCUMENTATION, document, documented_operations, validator
from tests.live import Client

PARTS = {"gms": GMS, "ges": GES, "admin": ADMIN, "itself": DOCUMENTATION}
TABLES = {
    "gms": GMS_CHAPTER.table,
    "ges": GES_CHAPTER.table,
    "admin": table(OPERATIONS),
    "itself": document_routes.TABLE,
}


@pytest.mark.parametrize("name", PARTS)
def test_every_route_has_a_description_and_nothing_else_has_one(name: str) -> None:
    assert sorted(TABLES[name]) == sorted(f"{route.method} {route.pattern}" for route in PARTS[name].routes)


def test_every_route_is_in_the_document_under_all_of_its_bases() -> None:
    routes = chain.from_iterable(api.mounted() for api in PARTS.values())
    assert sorted((each.method, each.path) for each in documented_operations()) == sorted(
        (route.method, route.pattern) for route in routes
    )


@pytest.mark.slow
def test_the_document_is_openapi_3_1() -> None:
    assert document()["openapi"] == "3.1.0"
    validate({**document(), "servers": [{"url": "/"}]})


def test_operations_have_unique_names() -> None:
    names = [each.operation["operationId"] for each in documented_operations()]
    assert len(set(names)) == len(names)


def test_the_placeholders_of_a_path_are_its_parameters() -> None:
    for method, path, operation in documented_operations():
        parameters = [each["name"] for each in operation["parameters"] if each.get("in") == "path"]
        assert parameters == re.findall(r"\{(.+?)\}", path), (method, path)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inside in value.values():
            yield from references(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from references(inside)


def test_every_reference_has_a_component_and_every_component_a_reference() -> None:
    components = document()["components"]
    there = {f"#/components/{kind}/{name}" for kind in components for name in components[kind]}
    referred = set(references(document()))
    schemes = {f"#/components/securitySchemes/{name}" for name in components["securitySchemes"]}
    assert referred == there - schemes


@pytest.mark.parametrize("api", [GMS, GES], ids=["gms", "ges"])
def test_availability_lists_both_spellings_of_its_parameters(api: Api) -> None:
    for _, path, operation in documented_operations():
        names = {each["name"] for each in operation["parameters"] if each.get("in") == "query"}
        if "/availability/{" in path or path.endswith("}/availability"):
            assert {"startMS", "start-ms", "numberOfDays", "number-of-days"} <= names


@pytest.mark.slow
def test_every_example_matches_its_schema() -> None:
    for method, path, operation in documented_operations():
        for status, answer in operation["responses"].items():
            for media, content in answer["content"].items():
                for title, example in content["examples"].items():
                    mistake = validator(method, path, int(status), media)(example["value"])
                    assert mistake is None, (method, path, status, title)


def test_every_operation_but_those_that_always_refuse_shows_a_success() -> None:
    always_refusing = {
        path for _, path, operation in documented_operations() if min(map(int, operation["responses"])) >= 400
    }
    assert always_refusing == {
        "/engagement/v3/callbacks/availability",
        "/engagement/v3/callbacks/availability/",
        "/callbacks/availability",
        "/callbacks/availability/",
    }


def test_an_example_shows_the_refusal_of_a_dialect() -> None:
    answers = document()["paths"]["/genesys/1/service/callback/{name}"]["post"]["responses"]
    examples = answers["503"]["content"]["application/json"]["examples"]
    assert examples["The service is throttled, in the dialect 8.5.1"] == {
        "description": (
            'Given the scenario `dialect: "8.5.1" / services: {sales: {throttle: [{limit: 1, per: 5m}]}}`.'
            ' After `POST /genesys/1/service/callback/sales {"_customer_number":"+14155550100"}`.'
            ' Asked with `{"_customer_number":"+14155550100"}`.'
        ),
        "value": {
            "exception": "com.genesyslab.gsg.services.callback.exceptions.CallbackExceptionServiceUnavailable",
            "message": "Limit of queued callbacks for sales is reached for interval 300s.",
        },
    }


@pytest.mark.parametrize(("base", "server"), [("", "/"), ("/s/test-1", "/s/test-1")])
async def test_the_server_is_the_base_path_of_the_session(client: Client, base: str, server: str) -> None:
    answer = await client.get(f"{base}/__admin/openapi.json")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    served = await answer.json()
    assert served["servers"] == [{"url": server}]
    assert sorted(served["paths"]) == sorted(document()["paths"])


# Why an answer in the document does not come from a request to a running server.
RENDERED_REFUSALS = {
    BodyTooLarge: "the server refuses it while it arrives: tests/server/test_http11.py",
    UnsupportedBody: "the server refuses it before it is read: tests/server/test_bodies.py",
    Failure: "the server refuses a body while many others arrive: tests/server/test_stalled.py",
    OutOfRoom: "it takes a gigabyte of callbacks: tests/session/test_room.py",
}
WRITTEN_EXAMPLES = {
    "GET /ca.pem": "it differs each time: tests/server/test_tls.py",
    "GET /events": "it has no end; the refusal needs many readers: tests/api/admin/test_event_readers.py",
    "GET /metrics": "its figures grow, and it needs an extra: tests/api/admin/test_metrics.py",
    "GET /openapi.json": "it would contain itself: above",
    "GET /docs": "the same",
}


def test_all_answers_but_a_few_come_from_a_running_server() -> None:
    routes = {route: each for table in TABLES.values() for route, each in table.items()}
    written = {route for route, each in routes.items() if any(isinstance(case, FixedAnswer) for case in each.cases)}
    assert written == set(WRITTEN_EXAMPLES)
    chapters = (GMS_CHAPTER, GES_CHAPTER, admin_chapter(ADMIN))
    cases = [case for chapter in chapters for each in chapter.table.values() for case in chapter.cases_of(each)]
    assert {type(case.refusal) for case in cases if isinstance(case, RefusalExample)} == set(RENDERED_REFUSALS)
