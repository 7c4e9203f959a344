"""Conflicts: the asked time cannot be had, as the calendar itself would say."""

from dataclasses import dataclass

from mockgms.scenario.faults.exchange import Exchange


@dataclass(frozen=True, slots=True)
class SlotConflict:
    """Every seat of the asked slot, or of the asked period, is taken; the proposals are really free."""

    async def apply(self, exchange: Exchange) -> None:
        """Raises SlotFull or NothingFree."""
        if (refusal := exchange.slot_conflict()) is not None:
            raise refusal


@dataclass(frozen=True, slots=True)
class OfficeClosed:
    """The office is closed at the asked time, or through all of the asked period."""

    async def apply(self, exchange: Exchange) -> None:
        """Raises OfficeClosed or NothingFree."""
        if (refusal := exchange.office_closed()) is not None:
            raise refusal
