"""Valid and invalid requests, generated from the document: all answers match the document."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, settings

from mockgms.scenario.catalog import Catalog
from tests.generator.shipped_document import document, documented_operations
from tests.threaded import serving

pytestmark = pytest.mark.unmeasured

EXAMPLES = 10  # of each operation, beside those that the document has and those at the borders of its schemas

# Checked are the status, content type, schema and headers of answers, the methods that a path does not have, and that
# no answer is a defect. These two are not:
NOT_CHECKED = {
    "positive_data_acceptance",  # a valid request may be refused by the calendar: no such callback, no free slot
    "negative_data_rejection",  # unknown parameters are ignored, and all values of a form are text
}
CONFIG = schemathesis.Config.from_dict({"checks": {name: {"enabled": False} for name in NOT_CHECKED}})

ENDLESS = "/__admin/events"  # a stream


def requestable() -> dict[str, Any]:
    """The document without the stream of events and the copies of operations at the root."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, operation in documented_operations():
        if path != ENDLESS and not operation["operationId"].endswith(".at_root"):
            paths.setdefault(path, {})[method.lower()] = {**operation, "parameters": _own(operation)}
    return {**document(), "paths": paths, "servers": [{"url": "/"}]}


def _own(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parameters of an operation, without those that all operations share."""
    return [parameter for parameter in operation["parameters"] if "$ref" not in parameter]


SCHEMA = schemathesis.openapi.from_dict(requestable(), config=CONFIG)
# Generated text is sometimes a word of a path. In place of an id, it makes the path that of another operation.
WORDS = {segment for path in requestable()["paths"] for segment in path.split("/")}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    catalog = Catalog()
    with serving(catalog.load("default"), catalog) as url:
        yield url


@pytest.fixture(scope="module")
def connections() -> Iterator[requests.Session]:
    """Return kept connections: opening one, and reading the settings of proxies, takes half the time of a request."""
    with requests.Session() as connections:
        connections.trust_env = False
        yield connections


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,  # the same requests in every run
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_matches_the_document(
    case: "schemathesis.Case[Any]", url: str, connections: requests.Session
) -> None:
    assume(WORDS.isdisjoint(case.path_parameters.values()))
    session = case.operation.definition.raw["operationId"]
    case.call_and_validate(base_url=f"{url}/s/{session}", session=connections)
