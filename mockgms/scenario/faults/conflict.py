"""Faults that refuse the requested time as the calendar would."""

from msgspec import Struct

from mockgms.scenario.faults.context import Context


class SlotConflict(Struct, frozen=True):
    """Every seat of the asked slot, or of the asked period, is taken; the proposals are really free."""

    async def apply(self, context: Context) -> None:
        """Raise SlotFull or NothingFree, if the request is about a service."""
        if (refusal := context.slot_conflict()) is not None:
            raise refusal


class OfficeClosed(Struct, frozen=True):
    """The office is closed at the asked time, or through all of the asked period."""

    async def apply(self, context: Context) -> None:
        """Raise OfficeClosed or NothingFree, if the request is about a service."""
        if (refusal := context.office_closed()) is not None:
            raise refusal
