"""An armed rule, as the client returns it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from mockgms.client.errors import Refused

__tracebackhide__ = True  # pytest shows the line of the test


class ArmedRule(dict[str, Any]):
    """A rule as the admin API shows it: its `name`, when it `expires`, and so on.

    In a `with` statement, it is disarmed at the end of the block.
    """

    def __init__(self, shown: Mapping[str, Any], disarm: Callable[[], object]) -> None:
        super().__init__(shown)
        self._disarm = disarm

    def disarm(self) -> None:
        """Remove the rule. Without effect if it was already removed, for example by a reset."""
        try:
            self._disarm()
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.disarm()
