import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from openapi_spec_validator import validate

from generator import itself
from generator.chapters import GES_CHAPTER, GMS_CHAPTER, admin_chapter
from generator.derived import table
from generator.described import Told, Worded
from mockgms.api.admin import OPERATIONS
from mockgms.api.definition import Api
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.domain.refusals import Failure, OutOfRoom
from mockgms.http.refusals import BodyTooLarge, UnsupportedBody
from tests.generator.made import ADMIN, DOCUMENTATION, document, listed, validator
from tests.live import Client

PARTS = {"gms": GMS, "ges": GES, "admin": ADMIN, "itself": DOCUMENTATION}
TABLES = {"gms": GMS_CHAPTER.table, "ges": GES_CHAPTER.table, "admin": table(OPERATIONS), "itself": itself.TABLE}


@pytest.mark.parametrize("name", PARTS)
def test_every_route_is_described_and_nothing_else(name: str) -> None:
    assert sorted(TABLES[name]) == sorted(f"{route.method} {route.pattern}" for route in PARTS[name].routes)


def test_every_route_is_in_the_document_under_all_of_its_bases() -> None:
    routes = chain.from_iterable(api.mounted() for api in PARTS.values())
    assert sorted((each.method, each.path) for each in listed()) == sorted(
        (route.method, route.pattern) for route in routes
    )


@pytest.mark.slow
def test_the_document_is_openapi_3_1() -> None:
    assert document()["openapi"] == "3.1.0"
    validate({**document(), "servers": [{"url": "/"}]})


def test_an_operation_has_one_name_and_no_two_have_the_same() -> None:
    names = [each.told["operationId"] for each in listed()]
    assert len(set(names)) == len(names)


def test_the_placeholders_of_a_path_are_its_parameters() -> None:
    for method, path, told in listed():
        parameters = [each["name"] for each in told["parameters"] if each.get("in") == "path"]
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


def test_what_is_referred_to_is_there_and_what_is_there_is_referred_to() -> None:
    components = document()["components"]
    there = {f"#/components/{kind}/{name}" for kind in components for name in components[kind]}
    referred = set(references(document()))
    schemes = {f"#/components/securitySchemes/{name}" for name in components["securitySchemes"]}
    assert referred == there - schemes


@pytest.mark.parametrize("api", [GMS, GES], ids=["gms", "ges"])
def test_a_version_takes_both_spellings_of_each_parameter(api: Api) -> None:
    for _, path, told in listed():
        names = {each["name"] for each in told["parameters"] if each.get("in") == "query"}
        if "/availability/{" in path or path.endswith("}/availability"):
            assert {"startMS", "start-ms", "numberOfDays", "number-of-days"} <= names


@pytest.mark.slow
def test_every_example_is_as_its_schema_says() -> None:
    for method, path, told in listed():
        for status, answer in told["responses"].items():
            for media, content in answer["content"].items():
                for title, example in content["examples"].items():
                    mistake = validator(method, path, int(status), media)(example["value"])
                    assert mistake is None, (method, path, status, title)


def test_every_operation_shows_an_answer_that_is_no_refusal() -> None:
    refusing = {path for _, path, told in listed() if min(map(int, told["responses"])) >= 400}
    assert refusing == {
        "/engagement/v3/callbacks/availability",
        "/engagement/v3/callbacks/availability/",
        "/callbacks/availability",
        "/callbacks/availability/",
    }


def test_the_words_of_a_dialect_are_told_by_an_example() -> None:
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
    told = await answer.json()
    assert told["servers"] == [{"url": server}]
    assert sorted(told["paths"]) == sorted(document()["paths"])


# Why an answer in the document is not what a request to a server was really answered with.
WORDED = {
    BodyTooLarge: "the server refuses it while it arrives: tests/server/test_http11.py",
    UnsupportedBody: "the server refuses it before it is read: tests/server/test_bodies.py",
    Failure: "the server refuses a body while many others arrive: tests/server/test_stalled.py",
    OutOfRoom: "it takes a gigabyte of callbacks: tests/session/test_room.py",
}
TOLD = {
    "GET /ca.pem": "it is another one each time: tests/server/test_tls.py",
    "GET /events": "it has no end; as many readers as it takes: tests/api/admin/test_event_readers.py",
    "GET /metrics": "its figures grow; without the extra there are none: tests/api/admin/test_metrics.py",
    "GET /openapi.json": "it would have itself in it: above",
    "GET /docs": "the same",
}


def test_all_answers_but_a_few_are_what_was_really_answered() -> None:
    routes = {route: each for table in TABLES.values() for route, each in table.items()}
    told = {route for route, each in routes.items() if any(isinstance(case, Told) for case in each.cases)}
    assert told == set(TOLD)
    chapters = (GMS_CHAPTER, GES_CHAPTER, admin_chapter(ADMIN))
    cases = [case for chapter in chapters for each in chapter.table.values() for case in chapter.cases_of(each)]
    assert {type(case.refusal) for case in cases if isinstance(case, Worded)} == set(WORDED)
