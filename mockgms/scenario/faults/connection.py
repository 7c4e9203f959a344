"""Faults in which no answer is sent."""

from msgspec import Struct

from mockgms.scenario.faults.context import Closed, Context, Reset


class Hang(Struct, frozen=True):
    """Never answers; the client has to give up."""

    async def apply(self, context: Context) -> None:
        """Wait until the client leaves or the server stops."""
        await context.hang()


class Disconnect(Struct, frozen=True):
    """Resets the connection (TCP RST)."""

    async def apply(self, context: Context) -> None:
        """Reset the connection."""
        context.deliver(Reset())


class Empty(Struct, frozen=True):
    """Closes the connection without a byte of an answer."""

    async def apply(self, context: Context) -> None:
        """Close the connection."""
        context.deliver(Closed())
