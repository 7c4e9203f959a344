"""Request and reply: all that the wire versions know of HTTP."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NewType, Protocol, TypeAlias, TypeVar
from urllib.parse import parse_qs

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.scenario.faults.context import Delivery

Headers: TypeAlias = tuple[tuple[str, str], ...]
Params: TypeAlias = Mapping[str, Sequence[str]]
QueryText = NewType("QueryText", str)  # what follows the `?`, percent-encoded

T = TypeVar("T")

JSON = "application/json; charset=utf-8"


@dataclass(slots=True)
class Request:
    """One request, as it came.

    `path` is percent-encoded, `query` is what follows the `?`. `headers` are asked by their names in lower case: a
    mapping that ignores case will do, and a plain dictionary that has them so. `fields` has what `parse_body`
    has returned, `unreadable` what it has raised. `headers_size` is how many bytes the headers take, at most; None
    where nobody has measured it.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fields: dict[bool, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)
    unreadable: dict[bool, Exception] = field(default_factory=dict, repr=False, compare=False)
    headers_size: int | None = field(default=None, repr=False, compare=False)

    def params(self) -> Params:
        """The decoded query parameters, each with all its values; empty ones count as not sent."""
        return parse_params(self.query)


# Clients poll: most queries have been asked before.
_params: Final[BoundedCache[str, Params]] = BoundedCache(parse_qs, longest=256)


def parse_params(query: str) -> Params:
    """Return the decoded parameters of a query, each with all its values; empty ones count as not sent."""
    return _params[query]


class Stream(Protocol):
    """A body that has no end: more of it comes when something happens, until the client leaves.

    After `pulse` seconds in which nothing has come, `beat` is sent, so that nobody on the way takes it for dead.
    """

    @property
    def pulse(self) -> float:
        """In seconds."""

    @property
    def beat(self) -> bytes:
        """What means nothing to the client."""

    def start(self, wake: Callable[[], None]) -> None:
        """Begin; `wake` is called whenever there is more."""

    def take(self) -> bytes:
        """What there is now, or as much of it as is a good piece; nothing when all has been taken."""

    def stop(self) -> None:
        """Go on no more."""


class Reply(NamedTuple):
    """One answer. `headers` come in addition to Content-Type and the ones that every answer carries.

    With a `delivery` it is not simply sent, but broken, late or lost on the way, or a stream.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Headers = ()
    delivery: Delivery | Stream | None = None


# Long work is a generator that pauses every few milliseconds by a `yield`, and returns its result. A bare `yield` lets
# other requests have a turn. A yielded function is called in a thread, so it must not use what other requests change;
# the generator goes on with what it returns or raises. (Any: mypy accepts no bare `yield` with a more exact type.)
InSteps: TypeAlias = Generator[Any, Any, T]
Steps: TypeAlias = InSteps[Reply]


def finish(answer: Reply | Steps) -> Reply:
    """Return the reply of an operation; take all its steps now if there are any."""
    return answer if isinstance(answer, Reply) else drain(answer)


def drain(work: InSteps[T]) -> T:
    """Take all steps of long work now, and return its result."""
    steps = take(work)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def take(work: InSteps[T]) -> Generator[None, None, T]:
    """Take the steps of long work one by one. Functions for a thread are called here instead."""
    try:
        function = next(work)
        while True:
            yield
            function = work.send(None) if function is None else proceed(work, function)
    except StopIteration as end:
        result: T = end.value
        return result


def proceed(work: InSteps[T], function: Callable[[], Any]) -> Any:
    """Call a function that long work has yielded, and pass its outcome back; return what is yielded next."""
    try:
        result = function()
    except Exception as error:  # noqa: BLE001  # the work knows which errors it expects
        return work.throw(error)
    return work.send(result)
