"""The format of GMS: bodies are parsed fields, answers are JSON."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec

from mockgms.api.operation import Parameter, Written
from mockgms.http.body import Fields, parse_body
from mockgms.http.messages import Reply, Request
from mockgms.session import Session

_encode: Final = msgspec.json.Encoder().encode


class GmsFormat:
    """Reads the fields of a body, in whatever form it is sent. Ignores unknown parameters."""

    is_strict = False

    def body_reader(self, parameter: Parameter, /) -> Callable[[Request], Fields]:
        """Return a function that reads the fields of a body, or raises Unreadable."""
        return partial(parse_body, nested=is_nested(parameter))

    def write(self, _: Session, value: Any, status: int, /) -> Reply:
        """Return the reply that holds an answer as JSON."""
        return Reply(status, _encode(value))


def is_nested(body: Parameter) -> bool:
    """Return whether a form may write fields of a body with brackets."""
    return any(mark.nested for mark in body.marks if isinstance(mark, Written))
