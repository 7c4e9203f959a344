"""The parameters and bodies of requests in the form of OpenAPI."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from generator.descriptions import FORM, Body, Case, Example, Param, RouteDescription
from mockgms.http.messages import Reply

SPELLING_OF: Final = "x-spelling-of"

_REDIRECTS: Final = 300  # the lowest status that is no success


def render_parameters(description: RouteDescription) -> Iterator[dict[str, Any]]:
    """Yield the parameters of the path, then those of the query, each in all its spellings."""
    for param in description.path:
        yield {"name": param.name, "in": "path", "required": True, **_parameter(param, param.meaning)}
    for param in description.query:
        required = {"required": True} if param.required else {}
        yield {"name": param.name, "in": "query", **required, **_parameter(param, param.meaning)}
        for name in param.also:
            rendered = _parameter(param, f"Another spelling of `{param.name}`.")
            yield {"name": name, "in": "query", **rendered, SPELLING_OF: param.name}


def _parameter(param: Param, meaning: str) -> dict[str, Any]:
    return {"description": meaning, "schema": dict(param.schema), "example": param.example}


def render_body(body: Body, schema: Mapping[str, Any], answered: Iterable[tuple[Example, Reply]]) -> dict[str, Any]:
    """Return the body in each of its content types. Its examples are those of successful cases."""
    examples = {
        case.title: {"value": case.body}
        for case, reply in answered
        if isinstance(case, Case) and case.body is not None and reply.status < _REDIRECTS
    }
    content: dict[str, Any] = {media: {"schema": schema, "examples": examples} for media in body.media}
    if body.nested and FORM in content:
        content[FORM]["encoding"] = {name: {"style": "deepObject", "explode": True} for name in body.nested}
    return {"required": not body.optional, "content": content}
