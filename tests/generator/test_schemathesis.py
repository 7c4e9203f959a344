"""Requests that are made up from the document, sound ones and broken ones: all are answered as the document says."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings

from mockgms.scenario.catalog import Catalog
from tests.generator.made import document, listed
from tests.threaded import serving

pytestmark = pytest.mark.usefixtures("unmeasured")

EXAMPLES = 10  # of each operation, beside those that the document has and those at the borders of its schemas

# Checked are: status, content type, schema and headers of every answer, the methods that a path does not have, and that
# no answer is a defect. These two are not:
NOT_CHECKED = {
    "positive_data_acceptance",  # a sound request may be refused by the calendar: no such callback, no free slot
    "negative_data_rejection",  # parameters that nobody knows are ignored, and a form has nothing but text
}
CONFIG = schemathesis.Config.from_dict({"checks": {name: {"enabled": False} for name in NOT_CHECKED}})

ENDLESS = "/__admin/events"  # a stream


def asked() -> dict[str, Any]:
    """The document without what cannot be asked at random: streams, faults, other sessions, the same at the root."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, told in listed():
        if path != ENDLESS and not told["operationId"].endswith(".at_root"):
            paths.setdefault(path, {})[method.lower()] = {**told, "parameters": _own(told)}
    return {**document(), "paths": paths, "servers": [{"url": "/"}]}


def _own(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parameters of an operation, but for those that all have."""
    return [parameter for parameter in told["parameters"] if "$ref" not in parameter]


SCHEMA = schemathesis.openapi.from_dict(asked(), config=CONFIG)
# Made-up text is now and then a word of this project. In the place of an id it makes the path another operation's.
WORDS = {segment for path in asked()["paths"] for segment in path.split("/")}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    catalog = Catalog()
    with serving(catalog.load("default"), catalog) as url:
        yield url


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,  # the same requests in every run
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_request_is_answered_as_the_document_says(case: "schemathesis.Case[Any]", url: str) -> None:
    assume(WORDS.isdisjoint(case.path_parameters.values()))
    session = case.operation.definition.raw["operationId"]
    case.call_and_validate(base_url=f"{url}/s/{session}")
