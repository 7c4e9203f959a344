"""An error of the service itself."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc
from mockgms.domain.refusals import Failure
from mockgms.scenario.faults.context import Context


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
        raise Failure(self.status, _name(self.status) if self.message is None else self.message)


def _name(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Server Error"
