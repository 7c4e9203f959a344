"""The faults `close_slots` and `fill_slots`. They change the calendar, so that availability and proposals agree."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Struct

from mockgms.domain.annotations import Doc, DurationText, Key, Look
from mockgms.domain.hours import WeeklySpan
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context

Slots: TypeAlias = Literal["asked", "day"] | WeeklySpan

_SLOTS = Doc("The `asked` slot or period, its whole `day`, or weekly hours such as `Fri 12:00-18:00`")
_LASTING = Doc("For how long; without it, until the session is reset")
_LOOK_OF_SLOTS = Look("Slots", choices=("asked", "day"), words={"asked": "the requested slot", "day": "the whole day"})
_LOOK_OF_LASTING = Look("for", start="10m")


class CloseSlots(Struct, frozen=True):
    """Closes slots of the requested service, for a time. The request itself is then answered by the calendar."""

    card: ClassVar = Card("find {slots} closed in the calendar[ for {for}]", "Close slots", "400", "refused")
    needs_service: ClassVar = True

    slots: Annotated[Slots, _SLOTS, _LOOK_OF_SLOTS] = "asked"
    lasting: Annotated[DurationText | None, Key("for"), _LASTING, _LOOK_OF_LASTING] = None

    @property
    def needs_time(self) -> bool:
        """Whether the slots are those of the requested time or period."""
        return self.slots == "asked"

    async def apply(self, context: Context) -> None:
        """Close the slots."""
        context.block_slots(self.slots, self.lasting, is_full=False)


class FillSlots(Struct, frozen=True):
    """Fills slots of the requested service, for a time. The request itself is then answered by the calendar."""

    card: ClassVar = Card("find {slots} full in the calendar[ for {for}]", "Fill slots", "400", "refused")
    needs_service: ClassVar = True

    slots: Annotated[Slots, _SLOTS, _LOOK_OF_SLOTS] = "asked"
    lasting: Annotated[DurationText | None, Key("for"), _LASTING, _LOOK_OF_LASTING] = None

    @property
    def needs_time(self) -> bool:
        """Whether the slots are those of the requested time or period."""
        return self.slots == "asked"

    async def apply(self, context: Context) -> None:
        """Fill the slots."""
        context.block_slots(self.slots, self.lasting, is_full=True)
