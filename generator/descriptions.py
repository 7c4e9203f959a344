"""Descriptions of routes, with the requests whose real answers are their examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Headers

Schema: TypeAlias = Mapping[str, Any]

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"

TEXT: Final[Schema] = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the query, or a placeholder of the path.

    `also` are its other spellings. A query parameter is optional unless it is `required`.
    """

    name: str
    meaning: str
    example: object
    schema: Schema = field(default_factory=lambda: TEXT)
    also: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request.

    `shape` is the type of its schema, `media` are its content types. An `optional` body can be left out. `nested` are
    the fields that a form writes with brackets, because they can be objects.
    """

    shape: Any
    media: tuple[str, ...] = (JSON,)
    optional: bool = False
    nested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A request before that of an example, which needs its effect."""

    method: str
    path: str
    body: object = None


@dataclass(frozen=True, slots=True)
class Case:
    """An example: a request to a new session, whose real answer the document shows.

    `given` are keys of the scenario, in YAML. Its clock is frozen on a Monday at 8:55. `before` are the earlier
    requests of the session. `path` has the placeholders that differ from their usual example. A `body` that is text is
    sent unchanged, any other as JSON.
    """

    title: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    given: str = ""
    before: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusalExample:
    """A refusal that no single request can cause. Its answer is the wording of the API of the route."""

    title: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class FixedAnswer:
    """An answer that is written down, because no request of an example gets it, such as one that never ends."""

    title: str
    status: int
    media: str
    example: str
    headers: Headers = ()


Example: TypeAlias = Case | RefusalExample | FixedAnswer


@dataclass(frozen=True, slots=True)
class RouteDescription:
    """The description of one route.

    `answer` is the type of a successful answer. `also` are the types of answers with other statuses that are not
    refusals, `parts` the types that these refer to only by name. The document lists the statuses of its `cases`, its
    `statuses` and its `refusals`. `id` is its name in the document, required if several routes have the same operation.
    """

    summary: str
    answer: Any
    cases: tuple[Example, ...]
    detail: str = ""
    path: tuple[Param, ...] = ()
    query: tuple[Param, ...] = ()
    body: Body | None = None
    also: Mapping[int, Any] = field(default_factory=dict)
    parts: tuple[Any, ...] = ()
    statuses: tuple[int, ...] = ()
    refusals: tuple[type[Refusal], ...] = ()
    id: str | None = None


Table: TypeAlias = Mapping[str, RouteDescription]
"""Descriptions by the method and pattern of their route, such as `GET /clock`."""
