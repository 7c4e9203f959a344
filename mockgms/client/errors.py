"""Errors of the client.

AdminError
  NotReached    no server answers, or what answers is not mockgms
  Refused       the server refuses the request
"""

from collections.abc import Mapping
from typing import Any

from mockgms.output.printable import visible


class AdminError(Exception):
    """A call of the admin API failed; the message says why."""


class NotReached(AdminError):
    """No server answered, or the answer is not one of mockgms."""


class Refused(AdminError):
    """The server refused a request.

    Attributes:
        status: The status of the answer.
        answer: The body of the answer.
        message: Why the request was refused.
        field: The field or parameter that is wrong, if it is one.
        mistakes: All mistakes of a scenario or rule.

    """

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        self.status = status
        self.answer = answer
        self.message: str = answer["message"]
        self.field: str | None = answer.get("field")
        self.mistakes: tuple[str, ...] = tuple(answer.get("mistakes", ()))
        super().__init__("\n".join(map(visible, [self.message, *self.mistakes])))
