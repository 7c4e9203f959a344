"""Descriptions of operations, derived from their signatures, docstrings and examples.

The examples of the module `mockgms.api.admin.clock` are in `examples/admin/clock.yaml`, and so on. `parameters` has a
value for the parameters of an operation. An example has a `title` and a request: `query`, `headers`, `body`, and `path`
for placeholders that differ from `parameters`. `given` are keys of its scenario, `before` are the requests before it.
Its answer is what a server really answers. Where that is not possible, it has a `status`, `media` and `answer` instead.
An `id` is the name of an operation in the document, where several have the same name.
"""

import inspect
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NoReturn, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

from generator.descriptions import Body, Call, Case, Example, FixedAnswer, Param, RouteDescription, Table
from mockgms.api.operation import LongList, Operation, Parameter, ReadBy, WithStatus, Written, query_fields
from mockgms.http.messages import Params, QueryText

_ARGS = re.compile(r"^    (\w+): (.+(?:\n        .+)*)", re.MULTILINE)


def table(operations: Iterable[Operation[..., Any]], envelope: Callable[[Any], Any] = lambda shape: shape) -> Table:
    """Return the descriptions of some operations; `envelope` returns the type of an answer by the type of its data.

    Raises KeyError for a parameter without meaning or example.
    """
    return {f"{each.method} {each.path}": _description(each, envelope) for each in operations}


def _description(operation: Operation[..., Any], envelope: Callable[[Any], Any]) -> RouteDescription:
    summary, detail, meanings = _docstring(operation)
    examples = _examples(operation)
    answers = {status: envelope(shape) for status, shape in _answers(operation.answer, HTTPStatus.OK)}
    values = examples.get("parameters", {})
    return RouteDescription(
        summary=summary,
        detail=detail,
        answer=answers.get(HTTPStatus.OK),
        also=answers,
        parts=tuple(_parts(operation.answer)),
        path=tuple(_param(each, meanings, values, name) for name, each in _placeholders(operation)),
        query=tuple(_query(operation, meanings, values)),
        body=next((_body(each) for each in operation.parameters_in("body")), None),
        cases=tuple(_case(dict(case)) for case in examples.get("examples", ())),
        statuses=tuple(answers),
        refusals=operation.refusals,
        id=examples.get("id"),
    )


def _docstring(operation: Operation[..., Any]) -> tuple[str, str, Mapping[str, str]]:
    """Return the first line of a docstring, the rest of its text, and the description of each parameter."""
    text, _, args = (inspect.getdoc(operation.function) or "").partition("\n\nArgs:\n")
    summary, _, detail = text.partition("\n")
    return summary, " ".join(detail.split()), {name: " ".join(words.split()) for name, words in _ARGS.findall(args)}


def _answers(hint: Any, status: int) -> Iterator[tuple[int, Any]]:
    """Return the types of the answers that a type allows, by status."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Generator:
        yield from _answers(inner[2], status)
    elif origin in (Union, UnionType):
        for each in inner:
            yield from _answers(each, status)
    elif origin is Annotated:
        yield status, next((mark.shape for mark in inner[1:] if isinstance(mark, Written)), hint)
    elif origin is LongList:
        yield status, list[inner[0]]  # type: ignore[valid-type]  # a type that is made here
    elif isinstance(origin, type) and issubclass(origin, WithStatus):
        yield from _answers(inner[0], origin.status)
    elif hint is not NoReturn:
        yield status, hint


def _parts(hint: Any) -> Iterator[Any]:
    """Return the types that a type refers to by name alone."""
    if isinstance(hint, msgspec.Meta):
        yield from (hint.extra or {}).get("parts", ())
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        for inner in get_type_hints(hint, include_extras=True).values():
            yield from _parts(inner)
    else:
        for inner in get_args(hint):
            yield from _parts(inner)


def _placeholders(operation: Operation[..., Any]) -> Iterator[tuple[str, Parameter]]:
    by_name = {each.name: each for each in operation.parameters_in("path")}
    return ((name, by_name[name.replace("-", "_")]) for name in operation.placeholders)


def _query(
    operation: Operation[..., Any], meanings: Mapping[str, str], values: Mapping[str, object]
) -> Iterator[Param]:
    """Return the parameters of the query: those of the signature, and the fields of a struct that stands for them."""
    for each in operation.parameters:
        if each.where == "query":
            yield _param(each, meanings, values)
        elif each.kind in (Params, QueryText):
            for mark in each.marks:
                yield from map(_field, query_fields(mark.shape))


def _field(each: Parameter) -> Param:
    meta = next(mark for mark in each.marks if isinstance(mark, msgspec.Meta))
    return _param(each, {each.name: meta.description or ""}, {each.name: (meta.examples or [None])[0]})


def _param(
    each: Parameter, meanings: Mapping[str, str], values: Mapping[str, object], placeholder: str | None = None
) -> Param:
    schema, name = dict(_schema(each)), placeholder or each.name
    if each.default not in (inspect.Parameter.empty, None, False):
        schema["default"] = each.default
    is_required = each.is_required and each.where == "query"
    example = values[name] if name in values else _example(schema)
    return Param(name, meanings[each.name], example, schema, each.spellings[1:], is_required)


def _example(schema: Mapping[str, Any]) -> object:
    """Return a value of a parameter for which no file has an example."""
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    return {"integer": schema.get("minimum", 1), "boolean": True}.get(schema["type"], "example")


def _schema(each: Parameter) -> Mapping[str, Any]:
    marks = tuple(mark for mark in each.marks if isinstance(mark, msgspec.Meta))
    is_time = each.kind is int and any(isinstance(mark, ReadBy) for mark in each.marks)
    hint: Any = str if is_time else each.kind
    for mark in marks:
        hint = Annotated[hint, mark]
    (schema,), _ = msgspec.json.schema_components([hint])
    return {key: value for key, value in schema.items() if key not in ("description", "examples")}


def _body(parameter: Parameter) -> Body:
    written = next((mark for mark in parameter.marks if isinstance(mark, Written)), Written(parameter.kind))
    return Body(written.shape, written.media, optional=not parameter.is_required, nested=written.nested)


def _case(written: dict[str, Any]) -> Example:
    if "answer" in written:
        headers = tuple(map(tuple, written.get("headers", ())))
        return FixedAnswer(written["title"], written["status"], written["media"], written["answer"], headers)
    before = tuple(_call(route, body) for each in written.pop("before", ()) for route, body in each.items())
    return Case(**written, before=before)


def _call(route: str, body: object) -> Call:
    method, path = route.split(" ")
    return Call(method, path, body)


def _examples(operation: Operation[..., Any]) -> Mapping[str, Any]:
    api, module = operation.function.__module__.split(".")[-2:]
    found: Mapping[str, Any] = _file(api, module).get(f"{operation.method} {operation.path}", {})
    return found


@cache
def _file(api: str, module: str) -> Mapping[str, Any]:
    file = Path(__file__).with_name("examples") / api / f"{module}.yaml"
    read: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else {}
    return read
