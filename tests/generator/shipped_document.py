"""The shipped OpenAPI document, as tests read it."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs

from mockgms.api import admin
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.session import Sessions
from mockgms.ui import documentation

SESSIONS = Sessions(Scenario("test", "For a test."))
ADMIN = admin.api(Catalog(), SESSIONS, (GMS, GES), Dispatcher(SESSIONS, (GMS, GES)).dry_run)
DOCUMENTATION = documentation.api(ADMIN)


class DocumentedOperation(NamedTuple):
    """An operation that the document lists."""

    method: str
    path: str
    operation: Mapping[str, Any]


@cache
def document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(documentation.read_generated(documentation.DOCUMENT))
    return document


def documented_operations() -> Iterator[DocumentedOperation]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield DocumentedOperation(method.upper(), path, operation)


class Undocumented(Exception):
    """The document does not list the answer that the text names."""


@cache
def validator(method: str, path: str, status: int, media: str) -> Callable[[Any], str | None]:
    """Return a function that returns the first mistake in an answer, or None. Raise Undocumented without a schema."""
    answers = document()["paths"][path][method.lower()]["responses"]
    try:
        schema = answers[str(status)]["content"][media]["schema"]
    except KeyError:
        raise Undocumented(f"{method} {path} {status} {media}") from None
    whole = {**schema, "components": {"schemas": document()["components"]["schemas"]}}
    compiled = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def validate(value: Any) -> str | None:
        try:
            compiled.validate(value)
        except jsonschema_rs.ValidationError as mistake:
            return str(mistake)
        return None

    return validate
