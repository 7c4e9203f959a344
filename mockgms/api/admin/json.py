"""JSON in and out of the admin API."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec

from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.pieces import json_list
from mockgms.http.refusals import Unreadable

T = TypeVar("T")

_NAMED: Final = re.compile(r"Object (?:contains unknown|missing required) field `(.+)`")


def parse_json(request: Request, shape: type[T]) -> T:
    """The body as `shape`. Raises Unreadable, naming the field."""
    return parse_part(request.body, shape, "")


def parse_part(text: bytes | msgspec.Raw, shape: type[T], place: str) -> T:
    """Return a part of the body as `shape`; `place` is its path in the body. Raises Unreadable, naming the field."""
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as mistake:
        reason, _, inside = str(mistake).partition(" - at ")
        named = _NAMED.fullmatch(reason)
        path = [f"{place}{inside.strip('`').removeprefix('$')}".removeprefix("."), named[1] if named else ""]
        raise Unreadable(".".join(filter(None, path)) or "body", _reason(reason, named)) from None


def _reason(reason: str, named: re.Match[str] | None) -> str:
    if named is None:
        return f"cannot be read: {reason}"
    return "is required" if "missing" in reason else "is unknown here"


def render_json(value: Any, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    """The answer that holds a value."""
    return Reply(status, msgspec.json.encode(value))


def render_json_list(values: Iterable[T], render: Callable[[T], Any]) -> Steps:
    """Return the answer with a long JSON list, which is rendered in steps."""
    return Reply(HTTPStatus.OK, (yield from json_list(values, render)))
