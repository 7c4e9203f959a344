"""Competing customers, who book seats just before the request."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc
from mockgms.scenario.faults.context import Context


class Rival(Struct, frozen=True):
    """Books seats of the requested slot, or of each requested slot of a period, just before the request."""

    seats: Annotated[Annotated[int, Bounds(1)] | None, Doc("Seats to take in each slot; without it, all")] = None

    @staticmethod
    def effect(keys: Mapping[str, Any]) -> str:
        """Return what happens to the requests. `keys` are those of the fault as the scenario writes them."""
        return f"meet rivals who take {keys.get('seats', 'all')} seats before"

    async def apply(self, context: Context) -> None:
        """Book the seats."""
        await context.take_seats(self.seats)
