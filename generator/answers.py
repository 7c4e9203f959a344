"""The answers of an operation in the form of OpenAPI: by status, with the real answers to its examples."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import msgspec

from generator.descriptions import JSON, Call, Case, Example, RouteDescription
from generator.example_servers import encoded
from mockgms.http.messages import Reply

Answered: TypeAlias = Sequence[tuple[Example, Reply]]
Schema: TypeAlias = Mapping[str, Any]

_REFUSED: Final = 400


def render_answers(
    answered: Answered,
    description: RouteDescription,
    schemas: Mapping[int, Schema],
    refusal: Schema,
    refusals: Mapping[int, str],
) -> dict[str, Any]:
    """Return the answers of an operation, by status.

    `schemas` are by the identity of their types, `refusals` are the meanings of those that the operation declares.
    """
    by_status: dict[int, list[tuple[Example, Reply]]] = {status: [] for status in (*description.statuses, *refusals)}
    for case, reply in answered:
        by_status.setdefault(reply.status, []).append((case, reply))
    rendered = {}
    for status, those in sorted(by_status.items()):
        kind = description.also.get(status, description.answer if status < _REFUSED else None)
        schema, meaning = refusal if kind is None else schemas[id(kind)], refusals.get(status)
        rendered[str(status)] = _render(status, those, schema, meaning)
    return rendered


def _render(status: int, answered: Answered, schema: Schema, meaning: str | None) -> dict[str, Any]:
    titles = list(dict.fromkeys(case.title for case, _ in answered)) or ([meaning] if meaning else [])
    phrase = HTTPStatus(status).phrase
    names = {name for _, reply in answered for name, _ in reply.headers}
    content: dict[str, Any] = {} if answered else {JSON: {"schema": schema, "examples": {}}}
    for case, reply in answered:
        inside = content.setdefault(_media(reply), {"schema": schema, "examples": {}})
        inside["examples"][case.title] = _example(case, reply)
    return {
        "description": f"{phrase}: {'; '.join(titles)}." if titles else f"{phrase}.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)},
        "content": content,
    }


def _media(reply: Reply) -> str:
    return reply.content_type.partition(";")[0]


def _example(case: Example, reply: Reply) -> dict[str, Any]:
    value = msgspec.json.decode(reply.body) if _media(reply) == JSON else reply.body.decode()
    steps = _steps(case) if isinstance(case, Case) else ""
    return {"description": steps, "value": value} if steps else {"value": value}


def _steps(case: Case) -> str:
    """Return how to get the answer: the scenario, the earlier requests and the request."""
    steps = []
    if case.given:
        steps.append(f"Given the scenario `{' / '.join(case.given.splitlines())}`.")
    steps += [f"After {_call(call)}." for call in case.before]
    asked = [f"`?{case.query}`"] if case.query else []
    asked += [f"`{name}: {value}`" for name, value in {**case.path, **case.headers}.items()]
    asked += [f"`{encoded(case.body).decode()}`"] if case.body is not None else []
    return " ".join([*steps, *([f"Asked with {', '.join(asked)}."] if asked else [])])


def _call(call: Call) -> str:
    body = f" {encoded(call.body).decode()}" if call.body is not None else ""
    return f"`{call.method} {call.path}{body}`"
