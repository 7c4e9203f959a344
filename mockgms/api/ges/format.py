"""The format of GES: bodies are parsed fields, answers are JSON in the envelope."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec

from mockgms.api.ges.envelope import start_of_success
from mockgms.api.operation import Parameter
from mockgms.http.body import Fields, parse_body
from mockgms.http.messages import Reply, Request
from mockgms.session import Session

_encode: Final = msgspec.json.Encoder().encode


class GesFormat:
    """Reads the fields of a body, in whatever form it is sent. Ignores unknown parameters."""

    is_strict = False

    def body_reader(self, _: Parameter, /) -> Callable[[Request], Fields]:
        """Return a function that reads the fields of a body, or raises Unreadable."""
        return partial(parse_body, nested=True)

    def write(self, session: Session, value: Any, status: int, /) -> Reply:
        """Return the reply that has an answer as its data."""
        return Reply(status, start_of_success(session) + _encode(value) + b"}")
