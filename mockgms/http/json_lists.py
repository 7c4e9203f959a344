"""Long lists as JSON, rendered in steps."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec

from mockgms.http.messages import InSteps

T = TypeVar("T")

_PIECE: Final = 50  # values per step; a callback takes up to 20 microseconds


def json_list(values: Iterable[T], render: Callable[[T], Any]) -> InSteps[bytes]:
    """Return the JSON list of the values, each rendered by `render`."""
    return b"".join((yield from json_items(values, render)))


def json_items(values: Iterable[T], render: Callable[[T], Any]) -> InSteps[list[bytes]]:
    """Return the pieces of the JSON list. The caller joins them, because copying many megabytes is slow too."""
    remaining, pieces = iter(values), [b"["]
    while piece := [render(value) for value in islice(remaining, _PIECE)]:
        pieces += (msgspec.json.encode(piece)[1:-1], b",")
        yield
    if len(pieces) > 1:
        pieces.pop()
    return [*pieces, b"]"]
