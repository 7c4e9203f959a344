"""Errors of the client: what a server did not do, and why.

AdminError
  NotReached    nobody answers there, or something that is no mockgms
  Refused       the server says no
"""

from collections.abc import Mapping
from typing import Any

from mockgms.output.printable import visible


class AdminError(Exception):
    """A call of the admin API had no success; the text says why."""


class NotReached(AdminError):
    """No answer came from the server, or none that mockgms would give."""


class Refused(AdminError):
    """The server refuses, with a `status`.

    In its `answer` it says why: a `message`, the `field` that is meant, all `mistakes` of a scenario or rule.
    """

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        self.status = status
        self.answer = answer
        self.message: str = answer["message"]
        self.field: str | None = answer.get("field")
        self.mistakes: tuple[str, ...] = tuple(answer.get("mistakes", ()))
        super().__init__("\n".join(map(visible, [self.message, *self.mistakes])))
