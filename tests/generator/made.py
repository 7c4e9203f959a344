"""The document as tests read it: the one that is shipped."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs

from mockgms.api import admin
from mockgms.api.exchange import Exchange
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.session import Sessions
from mockgms.ui import documentation

SESSIONS = Sessions(Scenario("test", "For a test."))
ADMIN = admin.api(Catalog(), SESSIONS, (GMS, GES), Exchange(SESSIONS, (GMS, GES)).dry_run)
DOCUMENTATION = documentation.api(ADMIN)


class Listed(NamedTuple):
    """An operation that the document lists."""

    method: str
    path: str
    told: Mapping[str, Any]


@cache
def document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(documentation.read_generated(documentation.DOCUMENT))
    return document


def listed() -> Iterator[Listed]:
    for path, item in document()["paths"].items():
        for method, told in item.items():
            yield Listed(method.upper(), path, told)


class Undocumented(Exception):
    """The document does not list an answer; its text says which."""


@cache
def validator(method: str, path: str, status: int, media: str) -> Callable[[Any], str | None]:
    """What tells the first mistake in an answer, None when there is none. Raises Undocumented."""
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
