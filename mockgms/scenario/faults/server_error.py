"""The fault `server_error`: an error of the service itself."""

from typing import Annotated, ClassVar

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc, Look
from mockgms.domain.refusals import Failure
from mockgms.scenario.faults.card import Card, FaultPreset
from mockgms.scenario.faults.context import Context
from mockgms.scenario.faults.error import phrase_of


class ServerError(Struct, frozen=True):
    """Answers with a server error, in the error format of the API."""

    card: ClassVar = Card(
        "fail with {status}",
        "Server error",
        "500",
        has_button=True,
        presets=(
            FaultPreset("unavailable", "Unavailable", "Answers as a stopped service does.", "503", {"status": "503"}),
        ),
    )
    refuses: ClassVar = True
    is_final: ClassVar = True

    status: Annotated[int, Bounds(500, 599), Doc("HTTP status"), Look("Status")] = 500
    message: Annotated[
        str | None,
        Doc("Message in the error body; without it, the name of the status"),
        Look("Message", is_rare=True),
    ] = None

    async def apply(self, context: Context) -> None:  # noqa: ARG002  # the same for every request
        """Raise Failure."""
        raise Failure(self.status, phrase_of(self.status, "Server Error") if self.message is None else self.message)
