"""Descriptions of the routes of the document itself."""

from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta

from generator.descriptions import JSON, FixedAnswer, RouteDescription, Table
from mockgms.ui.files import HTML, page_headers

Document: TypeAlias = Annotated[
    dict[str, Any],
    Meta(description="OpenAPI 3.1", extra_json_schema={"required": ["openapi", "info", "servers", "paths"]}),
]

_OPENING: Final = '{"openapi": "3.1.0", "info": {"title": "mockgms"}, "servers": [{"url": "/"}], "paths": {}}'

TABLE: Table = {
    "GET /openapi.json": RouteDescription(
        "Return the whole API as OpenAPI 3.1, with real answers as examples.",
        Document,
        detail="Its server is the base path of the requested session.",
        cases=(FixedAnswer("The beginning", 200, JSON, _OPENING),),
    ),
    "GET /docs": RouteDescription(
        "Return the API as a page, on which every request can be tried out.",
        Annotated[str, Meta(description="HTML that loads nothing from other hosts")],
        cases=(
            FixedAnswer("The beginning", 200, HTML, '<!doctype html>\n<html lang="en">\n<head>', page_headers("NONCE")),
        ),
    ),
}
