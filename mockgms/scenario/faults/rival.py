"""The fault `rival`: other customers, who book seats just before the request."""

from typing import Annotated, ClassVar

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc, Look
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context


class Rival(Struct, frozen=True):
    """Books seats of the requested slot, or of each requested slot of a period, just before the request."""

    card: ClassVar = Card("meet rivals who take {seats} of the slot's seats just before", "Rival", "400", "refused")
    needs_service: ClassVar = True
    needs_time: ClassVar = True

    seats: Annotated[
        Annotated[int, Bounds(1)] | None,
        Doc("Seats to take in each slot; without it, all"),
        Look("Seats taken", words={"": "all"}),
    ] = None

    async def apply(self, context: Context) -> None:
        """Book the seats."""
        await context.take_seats(self.seats)
