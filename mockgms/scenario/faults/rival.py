"""Competing customers, who book seats just before the request."""

from typing import Annotated

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc
from mockgms.scenario.faults.context import Context


class Rival(Struct, frozen=True):
    """Takes seats of the asked slot, or of each slot that is shown, so that the calendar itself will refuse."""

    seats: Annotated[Annotated[int, Bounds(1)] | None, Doc("Of each slot; without it, all")] = None

    async def apply(self, context: Context) -> None:
        """Book the seats."""
        await context.take_seats(self.seats)
