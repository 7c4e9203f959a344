"""JSON in and out of the admin API."""

import re
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec

from mockgms.wire.http import Reply, Request
from mockgms.wire.refusals import Unreadable

T = TypeVar("T")

_NAMED: Final = re.compile(r"Object (?:contains unknown|missing required) field `(.+)`")


def parse_json(request: Request, shape: type[T]) -> T:
    """The body as `shape`. Raises Unreadable, naming the field."""
    try:
        return msgspec.json.decode(request.body, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as mistake:
        reason, _, place = str(mistake).partition(" - at ")
        named = _NAMED.fullmatch(reason)
        path = [place.strip("`").removeprefix("$").removeprefix("."), named[1] if named else ""]
        raise Unreadable(".".join(filter(None, path)) or "body", _reason(reason, named)) from None


def _reason(reason: str, named: re.Match[str] | None) -> str:
    if named is None:
        return f"cannot be read: {reason}"
    return "is required" if "missing" in reason else "is unknown here"


def render_json(value: Any, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    """The answer that holds a value."""
    return Reply(status, msgspec.json.encode(value))
