"""The fault that does nothing."""

from msgspec import Struct

from mockgms.scenario.faults.context import Context


class Pass(Struct, frozen=True):
    """Nothing happens, and no later rule is tried."""

    async def apply(self, context: Context) -> None:
        """Do nothing."""
