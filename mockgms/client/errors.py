"""Errors of the client: what a server did not do, and why.

AdminError
  NotReached    nobody answers there, or something that is no mockgms
  Refused       the server says no
"""

from collections.abc import Sequence


class AdminError(Exception):
    """A call of the admin API had no success; the text says why."""


class NotReached(AdminError):
    """No answer came from the server, or none that mockgms would give."""


class Refused(AdminError):
    """The server refuses: with a `status`, its own `message`, the `field` that is meant, and `mistakes` in YAML."""

    def __init__(self, status: int, message: str, *, field: str | None = None, mistakes: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *mistakes]))
        self.status = status
        self.message = message
        self.field = field
        self.mistakes = tuple(mistakes)
