"""Competing customers, who book seats just before the request."""

from typing import Annotated

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc
from mockgms.scenario.faults.context import Context


class Rival(Struct, frozen=True):
    """Books seats of the requested slot, or of each requested slot of a period, just before the request."""

    seats: Annotated[Annotated[int, Bounds(1)] | None, Doc("Seats to take in each slot; without it, all")] = None

    async def apply(self, context: Context) -> None:
        """Book the seats."""
        await context.take_seats(self.seats)
