"""Long lists as JSON, made piece by piece."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec

from mockgms.wire.http import InSteps

T = TypeVar("T")

_PIECE: Final = 50  # values that are rendered in one step: a callback takes up to 20 microseconds


def json_list(values: Iterable[T], render: Callable[[T], Any]) -> InSteps[bytes]:
    """The JSON list of what is rendered of each value, made in steps."""
    return b"".join((yield from list_pieces(values, render)))


def list_pieces(values: Iterable[T], render: Callable[[T], Any]) -> InSteps[list[bytes]]:
    """The pieces of the list: they are the list when they are joined. A copy of many megabytes is a step of its own."""
    coming, pieces = iter(values), [b"["]
    while piece := [render(value) for value in islice(coming, _PIECE)]:
        pieces += (msgspec.json.encode(piece)[1:-1], b",")
        yield
    if len(pieces) > 1:
        pieces.pop()
    return [*pieces, b"]"]
