import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from mockgms.api.admin import OPERATIONS
from mockgms.api.admin.body_mistakes import unreadable
from mockgms.api.admin.format import parse_part
from mockgms.api.admin.snapshot_form import SnapshotInPieces
from mockgms.api.field_types import Body
from mockgms.api.operation import Operation
from mockgms.http.refusals import Unreadable
from mockgms.http.routing import Route
from tests.generator.shipped_document import ADMIN
from tests.live import Client


@pytest.mark.parametrize("route", ADMIN.routes, ids=lambda route: route.operation)
async def test_an_unknown_parameter_is_named(client: Client, route: Route) -> None:
    path = route.pattern.format(id="x", name="x")
    answer = await client.request(route.method, f"/__admin{path}", params={"zzz": "1"})
    refused = await answer.json()
    assert (answer.status, refused["field"]) == (400, "zzz")
    assert refused["message"].startswith("zzz is not a parameter here")


async def test_the_refusal_of_an_unknown_parameter_lists_those_that_there_are(client: Client) -> None:
    for path, known in (("requests/1", " (there are: unmasked)"), ("health", "")):
        answer = await client.get(f"/__admin/{path}?zzz=1")
        message = f"zzz is not a parameter here{known}"
        assert (answer.status, await answer.json()) == (400, {"message": message, "field": "zzz"})


async def test_the_refusal_of_an_unknown_parameter_suggests_a_similar_one(client: Client) -> None:
    answer = await client.get("/__admin/requests", params={"operaton": "schedule"})
    message = "operaton is not a parameter here, did you mean `operation`?"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "operaton"})


async def test_a_repeated_parameter_is_refused(client: Client) -> None:
    answer = await client.get("/__admin/requests?limit=1&limit=2")
    message = "limit is set twice: keep one of them"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "limit"})


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "reset"), ("PUT", "rules/x"), ("DELETE", "rules/x"), ("DELETE", "requests"), ("GET", "requests")],
)
async def test_a_body_that_the_operation_does_not_read_is_refused_and_nothing_changes(
    client: Client, method: str, path: str
) -> None:
    await client.post("/__admin/callbacks", json={"service": "sales", "phone": "+14155550100"})
    answer = await client.request(method, f"/__admin/{path}", data=b'{"scenario": "default"}')
    message = "body is not allowed here: leave it out"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "body"})
    assert len(await (await client.get("/__admin/callbacks")).json()) == 1


JSON_BODIES = [
    pytest.param(each, body.kind, id=each.name)
    for each in OPERATIONS
    for body in each.parameters_in("body")
    if issubclass(body.kind, Body)
]
SHAPES: set[type[Body]] = {
    body.kind for each in OPERATIONS for body in each.parameters_in("body") if issubclass(body.kind, Body)
}


@pytest.mark.parametrize(("operation", "shape"), JSON_BODIES)
async def test_yaml_is_refused_with_an_example_in_json(
    client: Client, operation: Operation[..., Any], shape: type[Body]
) -> None:
    path = operation.path.format(id="x")
    answer = await client.request(operation.method, f"/__admin{path}", data=b"key: value")
    message = f"body must be JSON, such as {shape.example}: invalid character (byte 0)"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "body"})
    msgspec.json.decode(shape.example, type=shape)  # raises nothing


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        pytest.param(shape, field, id=f"{shape.__name__}.{field}")
        for shape in sorted(SHAPES, key=lambda each: each.__name__)
        for field in shape.__struct_encode_fields__
    ],
)
@pytest.mark.parametrize("wrong", [True, 1, [[]]], ids=["boolean", "number", "list"])
def test_the_refusal_of_a_value_of_another_type_says_what_to_write_and_that_is_accepted(
    shape: Any, field: str, wrong: object
) -> None:
    body = msgspec.json.decode(shape.example)
    try:
        msgspec.convert({**body, field: wrong}, shape)
    except msgspec.ValidationError as mistake:
        reason, _, written = unreadable(mistake, shape, "").reason.partition(": write ")
        if not re.search("text|list|object", reason.partition(", not ")[0]):
            assert re.fullmatch("must be (true or false|a whole number|[A-Z]|next_opening).*", reason)
            return
        place, value = str(mistake).partition(" - at `$.")[2], msgspec.json.decode(written)
        msgspec.convert({**body, field: value if place == f"{field}`" else [value, value]}, shape)


def wrong_bodies(found: Any) -> Iterator[Any]:
    """Yield bodies of a type of `msgspec.inspect` in which one value, at any place, is of another type."""
    yield from [None, True, -1, 1.5, "x", [], {}, [None], {"x": None}]
    match found:
        case inspect.Metadata():
            yield from wrong_bodies(found.type)
        case inspect.UnionType():
            yield from chain.from_iterable(map(wrong_bodies, found.types))
        case inspect.StructType():
            yield from ({field.encode_name: value} for field in found.fields for value in wrong_bodies(field.type))
        case inspect.ListType():
            yield from ([value] for value in wrong_bodies(found.item_type))
        case inspect.TupleType():
            yield from ([1, value] for value in wrong_bodies(found.item_types[1]))
        case inspect.DictType():
            yield from ({"a": value} for value in wrong_bodies(found.value_type))


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", [*sorted(SHAPES, key=lambda each: each.__name__), SnapshotInPieces])
def test_a_mistake_at_any_place_of_a_body_is_refused_with_its_field(shape: Any) -> None:
    for body in wrong_bodies(inspect.type_info(shape)):
        try:
            parse_part(msgspec.json.encode(body), shape, "")
        except Unreadable as refusal:
            [first] = re.findall(r"^\w+", refusal.field)
            assert first in {"body", "x", *shape.__struct_encode_fields__}


async def test_yaml_in_place_of_a_snapshot_is_refused_with_its_source(client: Client) -> None:
    answer = await client.put("/__admin/snapshot", data=b"key: value")
    message = "body must be JSON, such as the answer of GET /__admin/snapshot: invalid character (byte 0)"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "body"})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"now": "\xff"}', "it is not UTF-8"),
        ('{"frozen": true}'.encode("utf-16"), "it is not UTF-8"),
        (b'{"now": "\\ud800"}', "it has half of a surrogate pair (byte 9)"),
        ('{"now": "\udcff"}'.encode("utf-8", "surrogatepass"), "it has half of a surrogate pair (byte 9)"),
        (b'{"now": "x"', "it is cut off after byte 11"),
    ],
)
async def test_the_refusal_of_a_body_that_is_not_json_says_why(client: Client, body: bytes, reason: str) -> None:
    answer = await client.put("/__admin/clock", data=body)
    message = f'body must be JSON, such as {{"now": "2026-03-02T08:55:00Z", "frozen": true}}: {reason}'
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "body"})


async def test_a_body_may_begin_with_a_byte_order_mark(client: Client) -> None:
    answer = await client.put("/__admin/clock", data='{"frozen": true}'.encode("utf-8-sig"))
    assert (answer.status, (await answer.json())["frozen"]) == (200, True)


async def test_a_key_that_is_set_twice_is_refused_with_its_place(client: Client) -> None:
    answer = await client.put("/__admin/clock", data=b'{"frozen": true, "frozen": false}')
    message = "frozen is set twice, again at byte 17: keep one of them"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "frozen"})


async def test_a_key_that_is_set_twice_in_a_long_body_is_refused_too(client: Client) -> None:
    text = b'{"method": "GET", "path": "/a", "query": "%b", "path": "/b"}' % (b"x" * 20_000)
    answer = await client.post("/__admin/explain", data=text)
    message = "path is set twice, again at byte 20045: keep one of them"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "path"})


async def test_a_body_of_over_40_000_keys_objects_and_lists_is_refused(client: Client) -> None:
    properties = {str(index): 1 for index in range(40_000)}
    body = {"service": "sales", "phone": "+14155550100", "properties": properties}
    answer = await client.post("/__admin/callbacks", json=body)
    message = "body has more than 40000 keys, objects and lists: send fewer at a time"
    assert (answer.status, await answer.json()) == (400, {"message": message, "field": "body"})


async def test_a_number_out_of_range_is_refused_under_its_field(client: Client) -> None:
    answer = await client.put("/__admin/clock", data=b'{"frozen": 1e999}')
    assert (answer.status, (await answer.json())["field"]) == (400, "frozen")


@pytest.mark.parametrize("body", [b"", b"{}", b" null\n"])
async def test_an_empty_object_or_null_is_accepted_in_place_of_no_body(client: Client, body: bytes) -> None:
    answer = await client.post("/__admin/reset", data=body)
    assert answer.status == 200
