"""Operations: typed functions, from which everything else about an endpoint is derived.

    @operation("GET", "/slots", "admin.slots", refusals=(NotFound,))
    def list_slots(session: Session, start: QueryTime | None = None, *, service: str) -> LongList[SlotView]:
        ...

A parameter of the function is

- a segment of the path, if the path has a placeholder of its name (a `-` in the path is a `_` in the function),
- the body, if it is called `body`,
- a parameter of the query, if its type is text, a number, a boolean, an enum or a `Literal`,
- the whole query, if its type is `Params`, or `QueryText` as it was sent: the function reads it itself, and a `Written`
  names the struct whose fields the document shows as parameters,
- or else an object, found by its type: `Session`, `Request`, `OperationLog | None`, or one of the objects that `route`
  is called with.

They are read in the order of the signature, and the first invalid one is refused. In an `Annotated`, `ReadBy` names the
function that reads the text, `Meta` bounds a number, and `Spellings` are alternative names. The body is decoded from
JSON. The function itself parses texts in it such as times and durations.

The function returns its answer (status 200), an answer in a `WithStatus`, a `LongList`, a whole `Reply`, or a
generator of one of these, for long work that pauses at each `yield`. It refuses a request by raising a `Refusal`, which
`Api.render_refusal` renders.

What differs between the APIs is their `Format`. The admin API has `mockgms.api.admin.format`. A format of GMS or GES
finds the body in the fields that rules have read before (`mockgms.http.body.parse_body`), ignores unknown parameters
(`is_strict = False`), and puts an answer into its envelope.

`generator/derived.py` describes an operation for the document: by its signature, its docstring (whose `Args`
describe the parameters), its refusals, and its examples in `generator/examples`. The status of a refusal is that
of `Chapter.status_of`. Nothing here reads a docstring, so that the server starts under `python -OO`.
"""

import inspect
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property, partial
from http import HTTPStatus
from types import GeneratorType, ModuleType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NamedTuple,
    NoReturn,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import NODEFAULT, Meta, Struct, structs

from mockgms.domain.instants import Instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import Refusal
from mockgms.http import query
from mockgms.http.messages import Params, QueryText, Reply, ReplySteps, Request
from mockgms.http.refusals import Unreadable
from mockgms.http.routing import Deferred, Route
from mockgms.scenario.mistakes import any_of, suggest_or_list
from mockgms.session import Session

P = ParamSpec("P")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)

Where: TypeAlias = Literal["path", "query", "body", "object"]

JSON: Final = "application/json"
YAML: Final = "application/yaml"

_NO_BODY: Final = (b"", b"{}", b"null")  # bodies of clients that always send one
_REQUEST_ARGUMENTS: Final[Mapping[Any, str]] = {
    Session: "session",
    Request: "request",
    OperationLog: "operation_log",
    Params: "request.params()",
    QueryText: "request.query",
}


class ReadBy(NamedTuple):
    """Reads the text of a path segment or query parameter: `read(text, name)` raises Unreadable for the name."""

    read: Callable[[str, str], Any]


class Spellings(NamedTuple):
    """Further names of a query parameter. The first one that was sent is read, beginning with the parameter's own."""

    names: tuple[str, ...]


class Written(NamedTuple):
    """The type that the document shows for a body or a `Reply` that the function itself reads or writes.

    `media` are the content types of a body. `nested` are the fields that a form writes with brackets.
    """

    shape: Any
    media: tuple[str, ...] = (JSON,)
    nested: tuple[str, ...] = ()


class WithStatus(Generic[T_co]):
    """An answer with a status other than 200."""

    status: ClassVar[HTTPStatus]

    def __init__(self, value: T_co) -> None:
        self.value = value


class Created(WithStatus[T_co]):
    """An answer with status 201."""

    status = HTTPStatus.CREATED


class Conflict(WithStatus[T_co]):
    """An answer with status 409."""

    status = HTTPStatus.CONFLICT


class LongList(Generic[T_co]):
    """A long list, which is rendered in steps: `render` returns the answer's value for each item."""

    def __init__(self, values: Iterable[Any], render: Callable[[Any], T_co]) -> None:
        self.values = values
        self.render = render


class Format(Protocol):
    """How an API reads bodies and writes answers.

    A strict one refuses unknown and repeated parameters, and unexpected bodies.
    """

    is_strict: bool

    def body_reader(self, parameter: "Parameter", /) -> Callable[[Request], Any]:
        """Return a function that reads a body, or raises Unreadable."""

    def write(self, session: Session, value: Any, status: int, /) -> Reply | ReplySteps:
        """Return the reply that holds an answer."""


class Parameter(Struct, frozen=True, dict=True):
    """A parameter of an operation. `kind` is its type without None and annotations, `marks` are the annotations."""

    name: str
    where: Where
    kind: Any
    marks: tuple[Any, ...]
    default: Any
    by_keyword: bool

    @property
    def is_required(self) -> bool:
        """True if it has no default."""
        return self.default is inspect.Parameter.empty

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """All its names, its own first."""
        return (self.name, *(name for mark in self.marks if isinstance(mark, Spellings) for name in mark.names))


class Operation(Generic[P, R]):
    """A function and its endpoint. Calling the operation calls the function, as tests do.

    `name` is the one in logs and scenarios, `refusals` are those that the document lists besides the ones that every
    operation of the API can raise.
    """

    def __init__(
        self,
        method: str,
        path: str,
        name: str,
        function: Callable[P, R],
        refusals: tuple[type[Refusal], ...] = (),
    ) -> None:
        self.method = method
        self.path = path
        self.name = name
        self.function = function
        self.refusals = refusals
        self.placeholders = tuple(re.findall(r"\{(.+?)\}", path))

    @cached_property
    def answer(self) -> Any:
        """The type of the answer."""
        return self._hints["return"]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the signature."""
        signature = inspect.signature(self.function).parameters.values()
        return tuple(self._parameter(each, self._hints[each.name]) for each in signature)

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.function(*args, **kwargs)

    def parameters_in(self, where: Where) -> tuple[Parameter, ...]:
        """Return the parameters that are found in the path, the query, the body or among the objects."""
        return tuple(each for each in self.parameters if each.where == where)

    def route(self, form: Format, objects: Mapping[Any, object]) -> Route:
        """Return the route of the operation. `objects` are the objects for its parameters, by type, besides a session.

        Its function is compiled when the route is first found, because compiling all takes 8 ms. Raises KeyError if the
        object for a parameter is missing.
        """
        return Route(self.method, self.path, self.name, Deferred(partial(self._compiled, form, objects)))

    def _parameter(self, each: inspect.Parameter, hint: Any) -> Parameter:
        kind, marks = _unwrapped(hint)
        where: Where
        if each.name == "body":
            where = "body"
        elif each.name in map(_identifier, self.placeholders):
            where = "path"
        else:
            where = "query" if _is_value(kind) else "object"
        return Parameter(each.name, where, kind, marks, each.default, each.kind is each.KEYWORD_ONLY)

    def _compiled(self, form: Format, objects: Mapping[Any, object]) -> Callable[..., Reply | ReplySteps]:
        """Return a plain function that reads the parameters, calls the function and writes its answer.

        It is made from source text, as dataclasses make theirs: loops over the parameters take 1 µs more per request,
        6 % of a short availability query.
        """
        scope: dict[str, Any] = {
            "function": self.function,
            "write": form.write,
            "respond": self._responder(form),
            "Reply": Reply,
        }
        arguments = ", ".join(self._argument(each, form, objects, scope) for each in self.parameters)
        segments = "".join(f", {_identifier(each)}" for each in self.placeholders)
        lines = [f"def call(request, session, operation_log{segments}):"]
        if form.is_strict:
            scope["check"] = self._strictness()
            lines.append("check(request)")
        lines.append(f"return {_written(self.answer).format(arguments)}")
        exec("\n    ".join(lines), scope)  # noqa: S102  # the text has nothing in it but names from the signature
        call: Callable[..., Reply | ReplySteps] = scope["call"]
        return call

    def _argument(self, each: Parameter, form: Format, objects: Mapping[Any, object], scope: dict[str, Any]) -> str:
        """Return the source text of an argument, and put the object or reader that it names into the scope."""
        name = f"_{each.name}"
        if each.where == "body":
            scope[name], text = form.body_reader(each), f"{name}(request)"
        elif each.where == "path":
            scope[name] = _text_reader(each)
            text = each.name if scope[name] is query.read_text else f"{name}({each.name}, {each.name!r})"
        elif each.where == "query":
            scope[name], text = _query_reader(each), f"{name}(request.params())"
        elif each.kind in _REQUEST_ARGUMENTS:
            text = _REQUEST_ARGUMENTS[each.kind]
        else:
            scope[name], text = objects[each.kind], name
        return f"{each.name}={text}" if each.by_keyword else text

    def _responder(self, form: Format) -> Callable[[Session, Any], Reply | ReplySteps]:
        """Return a function that turns the result of the operation into a reply."""
        write, ok = form.write, int(HTTPStatus.OK)

        def respond(session: Session, answer: Any) -> Reply | ReplySteps:
            if isinstance(answer, Reply):
                return answer
            if isinstance(answer, GeneratorType):
                return in_steps(session, answer)
            if isinstance(answer, WithStatus):
                return write(session, answer.value, answer.status)
            return write(session, answer, ok)

        def in_steps(session: Session, work: Generator[Any, Any, Any]) -> ReplySteps:
            reply = respond(session, (yield from work))
            return reply if isinstance(reply, Reply) else (yield from reply)

        return respond

    def _strictness(self) -> Callable[[Request], None]:
        """Return a function that refuses unknown and repeated query parameters, and unexpected bodies."""
        known = tuple(name for each in self.parameters_in("query") for name in each.spellings)
        has_body = bool(self.parameters_in("body"))

        def check(request: Request) -> None:
            if request.query:
                for name, values in request.params().items():
                    if name not in known:
                        raise Unreadable(name, f"is not a parameter here{suggest_or_list(name, known)}")
                    if len(values) > 1:
                        raise Unreadable(name, "is set twice: keep one of them")
            if not has_body and request.body.strip() not in _NO_BODY:
                raise Unreadable("body", "is not allowed here: leave it out")

        return check


def query_fields(shape: type[Struct]) -> tuple[Parameter, ...]:
    """Return the fields of a struct as parameters of the query."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(
        Parameter(
            each.encode_name,
            "query",
            *_unwrapped(hints[each.name]),
            inspect.Parameter.empty if each.default is NODEFAULT else each.default,
            by_keyword=True,
        )
        for each in structs.fields(shape)
    )


def operation(
    method: str, path: str, name: str, *, refusals: tuple[type[Refusal], ...] = ()
) -> Callable[[Callable[P, R]], Operation[P, R]]:
    """Declare a function as an operation. The OpenAPI document lists its `refusals`."""
    return lambda function: Operation(method, path, name, function, refusals)


def operations_of(*modules: ModuleType) -> tuple[Operation[..., Any], ...]:
    """Return the operations of some modules, in their order."""
    return tuple(
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, Operation) and each.function.__module__ == module.__name__
    )


def _identifier(placeholder: str) -> str:
    """Return the parameter name for a placeholder of the path."""
    return placeholder.replace("-", "_")


def _written(answer: Any) -> str:
    """Return source text that calls the function and writes its answer. `{}` stands for the arguments."""
    kinds = tuple(_kinds(answer))
    if all(kind in (Reply, NoReturn) for kind in kinds):
        return "function({})"
    if any(kind in (Any, Generator) or _has_status(kind) for kind in kinds):
        return "respond(session, function({}))"
    if Reply in kinds:
        return "answer if isinstance(answer := function({}), Reply) else write(session, answer, 200)"
    return "write(session, function({}), 200)"


def _kinds(hint: Any) -> Iterator[Any]:
    """Return the types that a type allows, without annotations. Long work for a `Reply` counts as one."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        yield from _parts(inner[1:]) or _kinds(inner[0])
    elif origin in (Union, UnionType):
        for each in inner:
            yield from _kinds(each)
    elif origin is Generator:
        yield Reply if all(kind is Reply for kind in _kinds(inner[2])) else Generator
    else:
        yield hint


def _parts(marks: Iterable[Any]) -> tuple[Any, ...]:
    """Return the types of an `one_of` among the annotations."""
    metas = [mark.extra for mark in marks if isinstance(mark, Meta) and mark.extra is not None]
    return next((extra["parts"] for extra in metas if "parts" in extra), ())


def _has_status(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, WithStatus)


def _query_reader(each: Parameter) -> Callable[[Params], Any]:
    read, check = _text_reader(each), _bounds(each.marks)
    names, default, is_required = each.spellings, each.default, each.is_required

    def read_query(params: Params) -> Any:
        name = query.sent_name(params, *names)
        if name is None:
            if is_required:
                raise Unreadable(names[0], "is required")
            return default
        value = read(params[name][0], name)
        if check is not None:
            check(value, name)
        return value

    return read_query


def _text_reader(each: Parameter) -> Callable[[str, str], Any]:
    """Return the function that reads the text of a parameter of this type."""
    for mark in each.marks:
        if isinstance(mark, ReadBy):
            return mark.read
    if get_origin(each.kind) is Literal:
        return _choice_reader({str(value): value for value in get_args(each.kind)})
    if issubclass(each.kind, Enum):
        return _choice_reader({str(member.value): member for member in each.kind})
    readers: Mapping[Any, Callable[[str, str], Any]] = {
        str: query.read_text,
        int: query.read_number,
        bool: query.read_flag,
    }
    return readers[each.kind]


def _choice_reader(choices: Mapping[str, Any]) -> Callable[[str, str], Any]:
    def read(text: str, name: str) -> Any:
        if text not in choices:
            raise Unreadable(name, f"must be {any_of(choices)}, not {quoted(text)}")
        return choices[text]

    return read


def _bounds(marks: tuple[Any, ...]) -> Callable[[Any, str], None] | None:
    """Return a function that checks the bounds of a number; None if it has none."""
    meta = next((mark for mark in marks if isinstance(mark, Meta) and mark.ge is not None), None)
    if meta is None:
        return None
    minimum, maximum = meta.ge, meta.le

    def check(value: Any, name: str) -> None:
        if value < minimum or (maximum is not None and value > maximum):
            raise Unreadable(
                name, f"must be {minimum} or more" if maximum is None else f"must be from {minimum} to {maximum}"
            )

    return check


def _unwrapped(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without None and annotations, and its annotations."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        kind, more = _unwrapped(inner)
        return kind, (*more, *marks)
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each is not NoneType]
        if len(rest) == 1:
            return _unwrapped(rest[0])
    return hint, ()


def _is_value(kind: Any) -> bool:
    """True for a type that a query parameter can have."""
    return get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, str | int | Enum))


QueryTime: TypeAlias = Annotated[Instant, ReadBy(query.read_time)]
"""A time in the query, in ISO 8601 with a zone."""
