"""Faults that refuse the requested time as the calendar would."""

from typing import ClassVar

from msgspec import Struct

from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context


class SlotConflict(Struct, frozen=True):
    """Refuses the requested slot or period as full. The proposed slots are really free."""

    card: ClassVar = Card("are refused with 400: the slot is full", "Slot is full", "400", "refused", has_button=True)
    refuses: ClassVar = True
    needs_service: ClassVar = True

    async def apply(self, context: Context) -> None:
        """Raise SlotFull, or NothingFree for a period. Do nothing if the request names no service."""
        if (refusal := context.slot_conflict()) is not None:
            raise refusal


class OfficeClosed(Struct, frozen=True):
    """Refuses the requested time or period because the office is closed."""

    card: ClassVar = Card(
        "are refused with 400: the office is closed", "Office closed", "400", "refused", has_button=True
    )
    refuses: ClassVar = True
    needs_service: ClassVar = True

    async def apply(self, context: Context) -> None:
        """Raise OfficeClosed, or NothingFree for a period. Do nothing if the request names no service."""
        if (refusal := context.office_closed()) is not None:
            raise refusal
