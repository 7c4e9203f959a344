"""Typed functions as operations: how their parameters are read, and how their results are written."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, NoReturn

import pytest
from msgspec import Meta

from mockgms.api import admin
from mockgms.api.admin.format import AdminFormat
from mockgms.api.definition import Api
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.field_types import Body
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.api.operation import (
    Conflict,
    Created,
    LongList,
    Operation,
    Parameter,
    QueryTime,
    ReadBy,
    Spellings,
    Written,
    operation,
)
from mockgms.http.body import parse_body
from mockgms.http.messages import InSteps, Params, Reply, Request, finish
from mockgms.http.refusals import Unreadable
from mockgms.http.routing import Deferred
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.session import Session, Sessions
from tests.messages import NOT_A_FLAG, NOT_A_NUMBER, NOT_A_TIME

SESSION = Session("default", Scenario("test", "For a test."))
SESSIONS = Sessions(SESSION.scenario)
ADMIN = admin.api(Catalog(), SESSIONS, (GMS, GES), Dispatcher(SESSIONS, (GMS, GES)).dry_run)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Change(Body):
    name: str


class Wrapped:
    """A format that is not strict: the body is a mapping of parsed fields, and answers have an envelope."""

    is_strict = False

    def body_reader(self, _: Parameter) -> Callable[[Request], Any]:
        return lambda request: parse_body(request, nested=True)

    def write(self, session: Session, value: Any, status: int, /) -> Reply:
        return Reply(status, json.dumps({"session": session.id, "data": value}).encode())


def ask(
    called: Operation[..., Any],
    query: str = "",
    body: bytes = b"",
    *args: str,
    objects: Mapping[Any, object] | None = None,
) -> tuple[int, Any]:
    route = called.route(AdminFormat(), objects or {})
    reply = finish(route.function(Request("GET", "/x", query, body=body), SESSION, None, *args))
    return reply.status, json.loads(reply.body)


@operation("GET", "/x", "admin.x")
def echo(  # noqa: PLR0913  # a parameter of each type
    text: str | None = None,
    number: Annotated[int, Meta(ge=1, le=9)] = 1,
    least: Annotated[int | None, Meta(ge=2)] = None,
    flag: bool = False,
    colour: Colour = Colour.RED,
    size: Literal["small", "large"] | None = None,
    *,
    at: QueryTime | None = None,
    days: Annotated[int | None, Spellings(("day-count",))] = None,
) -> list[object]:
    """Return the arguments."""
    return [text, number, least, flag, colour, size, at, days]


def test_omitted_parameters_have_their_defaults() -> None:
    assert ask(echo) == (200, [None, 1, None, False, "red", None, None, None])


def test_parameters_are_read_by_their_types() -> None:
    query = "text=a&number=9&least=2&flag=true&colour=blue&size=large&at=1970-01-01T00:00:01Z&day-count=3"
    assert ask(echo, query) == (200, ["a", 9, 2, True, "blue", "large", 1000, 3])


def test_the_name_of_a_parameter_takes_precedence_over_its_other_spellings() -> None:
    assert ask(echo, "day-count=3&days=4")[1][-1] == 4


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("txt=a", "txt", "is not a parameter here, did you mean `text`?"),
        ("number=x", "number", f"{NOT_A_NUMBER} 'x'"),
        ("number=0", "number", "must be from 1 to 9"),
        ("number=10", "number", "must be from 1 to 9"),
        ("least=1", "least", "must be 2 or more"),
        ("flag=maybe", "flag", f"{NOT_A_FLAG} 'maybe'"),
        ("colour=rde", "colour", "must be red or blue, not 'rde'"),
        ("size=x", "size", "must be small or large, not 'x'"),
        ("at=x", "at", f"'x' {NOT_A_TIME}"),
        ("day-count=x", "day-count", f"{NOT_A_NUMBER} 'x'"),
        ("number=x&text=a&flag=x", "number", f"{NOT_A_NUMBER} 'x'"),
    ],
)
def test_an_unreadable_parameter_is_refused_under_the_name_that_was_sent(query: str, field: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        ask(echo, query)
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize("body", [b"[]", b"x", b'{"a": 1}'])
def test_a_strict_format_refuses_a_body_that_the_operation_does_not_read(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        ask(echo, body=body)
    assert (refused.value.field, refused.value.reason) == ("body", "is not allowed here: leave it out")


def test_a_format_that_is_not_strict_ignores_unknown_input_and_can_wrap_the_answer() -> None:
    @operation("POST", "/x", "v3.x")
    def change(body: dict[str, Any]) -> dict[str, Any]:
        return body

    request = Request("POST", "/x", "zzz=1", {"content-type": "application/json"}, b'{"a": "b"}')
    reply = finish(change.route(Wrapped(), {}).function(request, SESSION, None))
    assert json.loads(reply.body) == {"session": "default", "data": {"a": "b"}}
    unread = Request("GET", "/x", "zzz=1", body=b"x")
    assert finish(echo.route(Wrapped(), {}).function(unread, SESSION, None)).status == 200


def test_a_missing_required_parameter_is_refused() -> None:
    @operation("GET", "/x", "admin.x")
    def required(service: str) -> str:
        return service

    assert ask(required, "service=a") == (200, "a")
    with pytest.raises(Unreadable) as refused:
        ask(required)
    assert (refused.value.field, refused.value.reason) == ("service", "is required")


def test_path_segments_are_passed_by_name_and_can_have_their_own_reader() -> None:
    def read_backwards(text: str, name: str) -> str:
        return f"{name}: {text[::-1]}"

    @operation("GET", "/{phone-number}/{id}", "admin.x")
    def path(id: Annotated[str, ReadBy(read_backwards)], phone_number: str) -> list[str]:
        return [id, phone_number]

    assert ask(path, "", b"", "555", "abc") == (200, ["id: cba", "555"])


def test_objects_of_the_server_are_passed_by_their_types() -> None:
    @operation("GET", "/x", "admin.x")
    def objects(request: Request, session: Session, scenario: Scenario) -> list[str]:
        return [request.path, session.id, scenario.name]

    assert ask(objects, objects={Scenario: SESSION.scenario}) == (200, ["/x", "default", "test"])


def test_an_operation_with_a_parameter_of_an_unknown_object_type_cannot_be_called() -> None:
    @operation("GET", "/x", "admin.x")
    def lost(scenario: Scenario) -> str:
        return scenario.name

    with pytest.raises(KeyError):
        lost.route(AdminFormat(), {}).function(Request("GET", "/x"), SESSION)


@pytest.mark.parametrize("api", [GMS, GES, ADMIN])
def test_each_operation_of_the_server_compiles(api: Api) -> None:
    functions = [route.function for route in api.routes]
    assert functions
    assert all(isinstance(each, Deferred) and callable(each.handler) for each in functions)


@operation("POST", "/x", "admin.x")
def optional(body: Change | None = None) -> str | None:
    return body.name if body else None


@pytest.mark.parametrize(("body", "name"), [(b"", None), (b" \n", None), (b'{"name": "a"}', "a")])
def test_an_optional_body_can_be_empty(body: bytes, name: str | None) -> None:
    assert ask(optional, body=body) == (200, name)


def test_a_body_can_have_one_of_several_types() -> None:
    @operation("POST", "/x", "admin.x")
    def several(body: int | list[int]) -> list[int]:
        return body if isinstance(body, list) else [body]

    assert [ask(several, body=body) for body in (b"1", b"[1, 2]")] == [(200, [1]), (200, [1, 2])]


def test_an_optional_body_that_is_sent_is_read_strictly() -> None:
    with pytest.raises(Unreadable) as refused:
        ask(optional, body=b'{"nme": "a"}')
    reason = "is not a known field, did you mean `name`? (there are: name)"
    assert (refused.value.field, refused.value.reason) == ("nme", reason)


def test_an_operation_can_return_its_own_status() -> None:
    @operation("GET", "/x", "admin.x")
    def answer(new: bool = False) -> Created[str] | Conflict[str]:
        return Created("made") if new else Conflict("there")

    assert ask(answer, "new=true") == (201, "made")
    assert ask(answer) == (409, "there")


def test_an_operation_can_return_a_whole_reply() -> None:
    @operation("GET", "/x", "admin.x")
    def answer() -> Reply:
        return Reply(299, b"1")

    assert ask(answer) == (299, 1)


def test_long_work_and_long_lists_are_answered_in_steps() -> None:
    @operation("GET", "/x", "admin.x")
    def answer() -> InSteps[LongList[str]]:
        yield
        return LongList(range(3), str)

    @operation("GET", "/x", "admin.x")
    def short() -> InSteps[str]:
        yield
        return "done"

    assert ask(answer) == (200, ["0", "1", "2"])
    assert ask(short) == (200, "done")
    assert not isinstance(answer.route(AdminFormat(), {}).function(Request("GET", "/x"), SESSION, None), Reply)


def test_calling_an_operation_calls_its_function() -> None:
    assert echo("a", at=1) == ["a", 1, None, False, Colour.RED, None, 1, None]


def test_the_server_answers_requests_without_docstrings() -> None:
    program = (
        "import asyncio; from mockgms.app import assemble; from mockgms.http.messages import Request;"
        "from mockgms.scenario.catalog import Catalog; from mockgms.scenario.model import Scenario;"
        "dispatcher = assemble(Scenario('test', 'For a test.'), Catalog([]));"
        "print(asyncio.run(dispatcher.answer(Request('GET', '/__admin/health'))).body.decode())"
    )
    ran = subprocess.run([sys.executable, "-OO", "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == '{"status":"ok"}\n'


def test_an_operation_can_receive_all_query_parameters_as_a_mapping() -> None:
    @operation("GET", "/x", "v3.x")
    def read(params: Params) -> Mapping[str, object]:
        return params

    route = read.route(Wrapped(), {})
    reply = finish(route.function(Request("GET", "/x", "a=1&a=2&b="), SESSION, None))
    assert json.loads(reply.body)["data"] == {"a": ["1", "2"]}


def test_a_returned_reply_is_sent_unchanged_and_any_other_result_is_written() -> None:
    @operation("GET", "/x/{service-name}", "v3.x")
    def either(service_name: str) -> str | Annotated[Reply, Written(str)]:
        return Reply(204) if service_name == "none" else service_name

    call = either.route(Wrapped(), {}).function
    request = Request("GET", "/x")
    assert call(request, SESSION, None, "none") == Reply(204)
    assert json.loads(finish(call(request, SESSION, None, "sales")).body)["data"] == "sales"


def test_an_operation_can_always_refuse() -> None:
    @operation("GET", "/x", "v3.x")
    def refuse() -> NoReturn:
        raise Unreadable("x", "is refused")

    with pytest.raises(Unreadable):
        refuse.route(Wrapped(), {}).function(Request("GET", "/x"), SESSION, None)
    assert refuse.answer is NoReturn
