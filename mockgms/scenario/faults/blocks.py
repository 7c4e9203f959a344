"""Slots that a rule closes or fills in the calendar itself, so that availability and proposals agree."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Struct

from mockgms.domain.annotations import Doc, DurationText, Key
from mockgms.domain.hours import WeeklySpan
from mockgms.scenario.faults.context import Context

Slots: TypeAlias = Literal["asked", "day"] | WeeklySpan

_SLOTS = Doc("The `asked` slot or period, its whole `day`, or weekly hours such as `Fri 12:00-18:00`")
_LASTING = Doc("For how long; without it, until the session is reset")


class CloseSlots(Struct, frozen=True):
    """Closes slots of the requested service, for a time. The request itself is then answered by the calendar."""

    slots: Annotated[Slots, _SLOTS] = "asked"
    lasting: Annotated[DurationText | None, Key("for"), _LASTING] = None

    @staticmethod
    def effect(keys: Mapping[str, Any]) -> str:
        """Return what happens to the requests. `keys` are those of the fault as the scenario writes them."""
        return f"close {_describe(keys)}"

    async def apply(self, context: Context) -> None:
        """Close the slots."""
        context.block_slots(self.slots, self.lasting, is_full=False)


class FillSlots(Struct, frozen=True):
    """Fills slots of the requested service, for a time. The request itself is then answered by the calendar."""

    slots: Annotated[Slots, _SLOTS] = "asked"
    lasting: Annotated[DurationText | None, Key("for"), _LASTING] = None

    @staticmethod
    def effect(keys: Mapping[str, Any]) -> str:
        """Return what happens to the requests. `keys` are those of the fault as the scenario writes them."""
        return f"fill {_describe(keys)}"

    async def apply(self, context: Context) -> None:
        """Fill the slots."""
        context.block_slots(self.slots, self.lasting, is_full=True)


def _describe(keys: Mapping[str, Any]) -> str:
    """Return which slots are blocked and for how long, in words."""
    slots = keys.get("slots", "asked")
    lasting = "" if keys.get("for") is None else f" for {keys['for']}"
    which = {"asked": "the slot that they ask for", "day": "the day that they ask for"}
    return which.get(slots, f"the slots of {slots}") + lasting
