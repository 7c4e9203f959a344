"""The fault `pass`, which does nothing."""

from typing import ClassVar

from msgspec import Struct

from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context


class Pass(Struct, frozen=True):
    """Nothing happens, and no later rule is tried."""

    card: ClassVar = Card("pass", "Pass", "Passes", "ok")

    async def apply(self, context: Context) -> None:
        """Do nothing."""
