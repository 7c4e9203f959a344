"""The fault that does nothing."""

from typing import ClassVar

from msgspec import Struct

from mockgms.scenario.faults.context import Context


class Pass(Struct, frozen=True):
    """Nothing happens, and no later rule is tried."""

    effect: ClassVar = "pass"

    async def apply(self, context: Context) -> None:
        """Do nothing."""
