"""Descriptions: what is told of a route besides its path, and the requests whose real answers are its examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Headers

Schema: TypeAlias = Mapping[str, Any]

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

TEXT: Final[Schema] = {"type": "string"}
NAMED: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 255}
NUMBER: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a query, or what a placeholder of a path stands for.

    `also` are other spellings that are read as well. A query parameter is optional unless it is `required`.
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

    `shape` is the type that its schema is made from; `media` are the content types that it is read in. `optional` says
    that there need be none. Where a form writes its objects with brackets, `nested` are the fields that may be one.
    """

    shape: Any
    media: tuple[str, ...] = (JSON,)
    optional: bool = False
    nested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that comes before the one that is an example: what it needs has happened then."""

    method: str
    path: str
    body: object = None


@dataclass(frozen=True, slots=True)
class Case:
    """A request to a fresh session, and what it is an example of; the answer is whatever it really gets.

    `given` are keys of the scenario, in YAML, beside a clock that stands on a Monday at 8:55; `before` is what has
    been asked of the session already. `path` is for placeholders that do not stand for their usual example. A `body`
    that is text is sent as it is, any other as JSON.
    """

    title: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    given: str = ""
    before: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Worded:
    """A refusal that no single request can be told for: its answer is how the part of the route words it."""

    title: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that cannot be made beforehand, such as one that never ends."""

    title: str
    status: int
    media: str
    example: str
    headers: Headers = ()


Example: TypeAlias = Case | Worded | Told


@dataclass(frozen=True, slots=True)
class Described:
    """What is told of one route.

    `answer` is the type of what it answers with when all is well. `also` are the types of answers of other statuses
    that are no refusals, `parts` those that one of these refers to by name alone. The document lists the statuses that
    the answers of its `cases` have, those of its `statuses` and those of its `refusals`. `id` is needed where several
    routes do the same operation.
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


Table: TypeAlias = Mapping[str, Described]
"""Descriptions by method and pattern, as their route has them: `GET /clock`."""
