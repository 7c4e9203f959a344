"""The document: OpenAPI 3.1 of all chapters, made from their routes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from generator.answers import render_answers
from generator.chapters import SECURITY, Chapter
from generator.descriptions import RouteDescription
from generator.example_servers import Assemble, ExampleServers
from generator.headers import ANSWERED, PARAMETERS
from generator.parameters import render_body, render_parameters
from mockgms import __version__
from mockgms.api.field_types import PLACE
from mockgms.http.routing import Route

_ABOUT: Final = """\
A local mock of the Genesys callback API.

**Sessions**: each session has a separate scenario, clock, calendar and set of limits. A path prefix, `/s/{id}/...`, or
the header `X-Mockgms-Session` selects one. The default is `default`.

**Faults**: rules of the scenario, `X-Mockgms-Fault` and `Prefer` can cause further answers that are not listed here: a
raw answer of any status, a truncated body, or a lost connection.

**Every path**: an unknown path is answered with 404, an unknown method with 405 and `Allow`, and a CORS preflight with
204. The message of a 404 or 405 names the nearest path.

**Examples** are real answers of a new session. Its clock is frozen at 2026-03-02T08:55:00Z. An example may add a
scenario and earlier requests.
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """A route in the document: its chapter, its route and its description."""

    chapter: Chapter
    route: Route
    description: RouteDescription

    @property
    def path(self) -> str:
        """Its whole pattern, under the first base of its API."""
        return self.chapter.api.bases[0] + self.route.pattern

    def elsewhere(self) -> Iterator[tuple[str, str]]:
        """Its patterns under the further bases of its API, each with its name there."""
        name = self.description.id or self.route.operation
        return ((base + self.route.pattern, f"{name}.at_root") for base in self.chapter.api.bases[1:])


def operations(chapters: Iterable[Chapter]) -> Iterator[Operation]:
    """Yield all operations. Raises KeyError for a route without a description."""
    for chapter in chapters:
        for route in chapter.api.routes:
            yield Operation(chapter, route, chapter.table[f"{route.method} {route.pattern}"])


def render_document(chapters: Sequence[Chapter], assemble: Assemble) -> dict[str, Any]:
    """Return the document without its servers. Its examples are the answers of servers that `assemble` makes."""
    documented = list(operations(chapters))
    schemas, components = _schemas(documented)
    paths: dict[str, dict[str, Any]] = {}
    servers = ExampleServers(assemble)
    for operation in documented:
        method, rendered = operation.route.method.lower(), _render(operation, schemas, servers)
        paths.setdefault(operation.path, {})[method] = rendered
        for path, id in operation.elsewhere():
            paths.setdefault(path, {})[method] = {**rendered, "operationId": id}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mockgms",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": name, "description": about} for name, about in _names(chapters).items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "parameters": PARAMETERS,
            "headers": ANSWERED,
            "securitySchemes": SECURITY,
        },
    }


def _names(chapters: Iterable[Chapter]) -> dict[str, str]:
    return {chapter.name: chapter.about for chapter in chapters}


def _types(operation: Operation) -> list[Any]:
    """Return the types in the description of an operation."""
    description = operation.description
    body = None if description.body is None else description.body.shape
    types = (description.answer, *description.also.values(), *description.parts, body)
    return [each for each in types if each is not None]


def _schemas(documented: Iterable[Operation]) -> tuple[dict[int, Any], dict[str, Any]]:
    """Return the schema of each type, by the identity of the type, and the schemas that they share, by name."""
    types = [each for operation in documented for each in (*_types(operation), operation.chapter.refusal)]
    schemas, shared = msgspec.json.schema_components(types, ref_template=PLACE)
    return dict(zip(map(id, types), schemas, strict=True)), shared


def _render(operation: Operation, schemas: dict[int, Any], servers: ExampleServers) -> dict[str, Any]:
    chapter, description = operation.chapter, operation.description
    answered = [
        (case, servers.answer(chapter.api, description, operation.route.method, operation.path, case))
        for case in chapter.cases_of(description)
    ]
    rendered: dict[str, Any] = {
        "tags": [chapter.name],
        "operationId": description.id or operation.route.operation,
        "summary": description.summary,
        "parameters": [*render_parameters(description), *_headers(chapter)],
        "responses": render_answers(
            answered, description, schemas, schemas[id(chapter.refusal)], chapter.refusals_of(description)
        ),
        "security": list(chapter.security),
    }
    if description.detail:
        rendered["description"] = description.detail
    if description.body is not None:
        rendered["requestBody"] = render_body(description.body, schemas[id(description.body.shape)], answered)
    return rendered


def _headers(chapter: Chapter) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in chapter.parameters]
