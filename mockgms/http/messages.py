"""Requests and replies: HTTP as values, without sockets."""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Final, NewType, Protocol, TypeAlias, TypeVar
from urllib.parse import parse_qs

from msgspec import Struct, field

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.http.headers import raw_headers, size_of_headers
from mockgms.scenario.faults.context import Delivery, Waiting

Headers: TypeAlias = tuple[tuple[str, str], ...]
Params: TypeAlias = Mapping[str, Sequence[str]]
QueryText = NewType("QueryText", str)  # what follows the `?`, percent-encoded

T = TypeVar("T")

JSON = "application/json; charset=utf-8"


class Request(Struct):
    """One request as it was received.

    `path` is percent-encoded, `query` is the part after the `?`. `headers` must find names in lower case: a mapping
    that ignores case, or a plain dictionary of such names. `fields` caches results of `parse_body`, `unreadable` its
    refusals. `headers_size` is the bytes that the headers take in memory, or None if they were not measured.
    `waiting` ends if the client leaves before it has the whole answer.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fields: dict[bool, dict[str, Any]] = field(default_factory=dict)
    unreadable: dict[bool, Exception] | None = None
    headers_size: int | None = None
    waiting: Waiting = field(default_factory=Waiting)

    def size_of_headers(self) -> int:
        """Return the bytes that the headers take in memory, at most."""
        return size_of_headers(raw_headers(self.headers)) if self.headers_size is None else self.headers_size

    def params(self) -> Params:
        """Return the decoded query parameters, each with all its values. Empty ones count as not sent."""
        return parse_params(self.query)


# Clients poll, so most queries repeat.
_params: Final[BoundedCache[str, Params]] = BoundedCache(parse_qs, longest=256)
parse_params: Final = _params.__getitem__
"""Returns the decoded parameters of a query, each with all its values. Empty ones count as not sent."""


class Stream(Protocol):
    """A body without an end. More data comes at each event, until the client disconnects.

    If no data comes for `heartbeat_interval` seconds, the `heartbeat` is sent. Otherwise a proxy could close the
    connection as idle.
    """

    @property
    def heartbeat_interval(self) -> float:
        """The time without data after which the heartbeat is sent, in seconds."""

    @property
    def heartbeat(self) -> bytes:
        """The heartbeat, which clients ignore."""

    def start(self, wake: Callable[[], None]) -> None:
        """Start the stream. It calls `wake` whenever there is more data."""

    def take(self) -> bytes:
        """Return the next data, limited to a suitable size; empty if there is none now."""

    def stop(self) -> None:
        """Stop the stream."""


NO_STATUS: Final = 0  # shown by the journal


class Reply(Struct, frozen=True):
    """One answer. `headers` are sent in addition to Content-Type and to the headers of every answer.

    A `delivery` makes it a stream, or an answer that is late, broken or lost. The status is NO_STATUS if the connection
    is lost before the operation has run.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Headers = ()
    delivery: Delivery | Stream | None = None


# Long work is a generator that yields every few milliseconds, and returns its result. A bare `yield` lets other
# requests run. A yielded function is called in a thread, so it must not use state that other requests change.
# The generator receives what the function returns or raises. (Any: with a more exact type, mypy accepts no bare
# `yield`.)
InSteps: TypeAlias = Generator[Any, Any, T]
ReplySteps: TypeAlias = InSteps[Reply]


def finish(answer: Reply | ReplySteps) -> Reply:
    """Return the reply of an operation, after performing all its steps if there are any."""
    return answer if isinstance(answer, Reply) else run_to_end(answer)


def run_to_end(work: InSteps[T]) -> T:
    """Perform all steps of long work, and return its result."""
    steps = take(work)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def take(work: InSteps[T]) -> Generator[None, None, T]:
    """Perform long work step by step. Functions for a thread are called in this thread instead."""
    try:
        function = next(work)
        while True:
            yield
            function = work.send(None) if function is None else proceed(work, function)
    except StopIteration as end:
        result: T = end.value
        return result


def proceed(work: InSteps[T], function: Callable[[], Any]) -> Any:
    """Call a function that long work has yielded, pass the outcome back, and return what is yielded next."""
    try:
        result = function()
    except Exception as error:  # noqa: BLE001  # the work knows which errors it expects
        return work.throw(error)
    return work.send(result)
