"""Faults in which no answer is sent."""

from typing import ClassVar

from msgspec import Struct

from mockgms.scenario.faults.context import Closed, Context, Reset


class Hang(Struct, frozen=True):
    """Never answers; the client has to give up."""

    effect: ClassVar = "get no answer"

    async def apply(self, context: Context) -> None:
        """Wait until the client leaves or the server stops."""
        await context.hang()


class Disconnect(Struct, frozen=True):
    """Resets the connection (TCP RST)."""

    effect: ClassVar = "lose their connection"

    async def apply(self, context: Context) -> None:
        """Reset the connection."""
        context.deliver(Reset())


class Empty(Struct, frozen=True):
    """Closes the connection without a byte of an answer."""

    effect: ClassVar = "get an empty answer"

    async def apply(self, context: Context) -> None:
        """Close the connection."""
        context.deliver(Closed())
