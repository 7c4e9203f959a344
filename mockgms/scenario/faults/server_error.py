"""An error of the service itself."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc
from mockgms.domain.refusals import Failure
from mockgms.scenario.faults.context import Context
from mockgms.scenario.faults.error import phrase_of


class ServerError(Struct, frozen=True):
    """Answers with a server error, in the error format of the API."""

    status: Annotated[int, Bounds(500, 599), Doc("HTTP status")] = 500
    message: Annotated[str | None, Doc("Message in the error body; without it, the name of the status")] = None

    @staticmethod
    def effect(keys: Mapping[str, Any]) -> str:
        """Return what happens to the requests. `keys` are those of the fault as the scenario writes them."""
        return f"fail with {keys.get('status', 500)}"

    async def apply(self, context: Context) -> None:  # noqa: ARG002  # the same for every request
        """Raise Failure."""
        raise Failure(self.status, phrase_of(self.status, "Server Error") if self.message is None else self.message)
