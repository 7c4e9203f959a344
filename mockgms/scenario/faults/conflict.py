"""Faults that refuse the requested time as the calendar would."""

from dataclasses import dataclass

from mockgms.scenario.faults.context import Context


@dataclass(frozen=True, slots=True)
class SlotConflict:
    """Refuses the requested slot or period as full. The proposed slots are really free."""

    async def apply(self, context: Context) -> None:
        """Raise SlotFull or NothingFree, if the request is about a service."""
        if (refusal := context.slot_conflict()) is not None:
            raise refusal


@dataclass(frozen=True, slots=True)
class OfficeClosed:
    """Refuses the requested time or period because the office is closed."""

    async def apply(self, context: Context) -> None:
        """Raise OfficeClosed or NothingFree, if the request is about a service."""
        if (refusal := context.office_closed()) is not None:
            raise refusal
