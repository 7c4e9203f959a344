"""The expectations of a test about the requests in the journal: the keywords of `Client.verify`, and their JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypedDict

from mockgms.client.bodies import Json

__tracebackhide__ = True  # pytest shows the line of the test

WrittenFilter: TypeAlias = str | Mapping[str, Any]
_Text: TypeAlias = str | int | Sequence[str | int]  # a sequence matches if one of its values does


class Filters(TypedDict, total=False):
    """The filters of requests. A text may be a pattern such as `+1555*`."""

    operation: _Text
    version: _Text
    service: _Text
    phone: _Text
    status: _Text
    rule: _Text
    fault: _Text
    method: _Text
    path: _Text
    fields: Mapping[str, Any]
    header: Mapping[str, Any]
    query: Mapping[str, Any]


class Checks(TypedDict, total=False):
    """The checks of the requests that match."""

    exactly: int
    at_least: int
    at_most: int
    no_retry_before_retry_after: bool
    each_phone_booked_at_most_once: bool


class Expected(Filters, Checks, total=False):
    """The keywords of `Client.verify`."""


_KNOWN: Final = ("request", "order", *Checks.__annotations__, *Filters.__annotations__)


def render_expectation(
    request: WrittenFilter | None, order: Sequence[WrittenFilter] | None, expected: Mapping[str, Any]
) -> Json:
    """Return the body of the request. Raises TypeError for an unknown keyword, or for a filter that is given twice."""
    unknown = next((name for name in expected if name not in _KNOWN), None)
    if unknown is not None:
        raise TypeError(f"verify has no argument {unknown!r}{suggestion(unknown, _KNOWN)}")
    filters = {name: value for name, value in expected.items() if name in Filters.__annotations__}
    body: Json = {name: value for name, value in expected.items() if name not in filters}
    if request is not None or filters:
        body["request"] = _with_filters(_filter(request or {}), filters)
    if order is not None:
        body["order"] = list(map(_filter, order))
    return body


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return a clause with the nearest known word, if one is near, and all known words."""
    from difflib import get_close_matches  # 1 ms, for mistakes only

    names = tuple(known)
    near = get_close_matches(word, names, 1)
    return "".join(f", did you mean `{name}`?" for name in near) + f" (there are: {', '.join(names)})"


def _filter(request: WrittenFilter) -> Json:
    """Return a filter of requests as a dictionary; a text alone is their operation. Raises TypeError."""
    if not isinstance(request, str | Mapping):
        raise TypeError(f"{request!r} is not a filter: write an operation such as 'schedule', or a dictionary")
    return {"operation": request} if isinstance(request, str) else dict(request)


def _with_filters(request: Json, filters: Mapping[str, Any]) -> Json:
    twice = next((name for name in filters if name in request), None)
    if twice is not None:
        raise TypeError(f"verify gets the filter {twice!r} twice: {request[twice]!r} and {filters[twice]!r}")
    return {**request, **filters}
