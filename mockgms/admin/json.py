"""JSON in and out of the admin API."""

from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from mockgms.wire.http import Reply, Request
from mockgms.wire.refusals import Unreadable

T = TypeVar("T")


def parse_json(request: Request, shape: type[T]) -> T:
    """The body as `shape`. Raises Unreadable, naming the field."""
    try:
        return msgspec.json.decode(request.body, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as mistake:
        reason, _, place = str(mistake).partition(" - at ")
        raise Unreadable(place.strip("`").removeprefix("$.") or "body", f"cannot be read: {reason}") from None


def render_json(value: Any, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    """The answer that holds a value."""
    return Reply(status, msgspec.json.encode(value))
