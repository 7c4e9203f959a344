"""Faults in which no answer is sent."""

from typing import ClassVar

from msgspec import Struct

from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Closed, Context, Reset


class Hang(Struct, frozen=True):
    """Never answers; the client has to give up."""

    card: ClassVar = Card("get no answer", "No answer", "None", "lost", has_button=True)
    is_final: ClassVar = True

    async def apply(self, context: Context) -> None:
        """Wait until the client leaves or the server stops."""
        await context.hang()


class Disconnect(Struct, frozen=True):
    """Resets the connection (TCP RST)."""

    card: ClassVar = Card("lose the connection", "Connection", "Lost", "lost", has_button=True)
    is_final: ClassVar = True

    async def apply(self, context: Context) -> None:
        """Reset the connection."""
        context.deliver(Reset())


class Empty(Struct, frozen=True):
    """Closes the connection without a byte of an answer."""

    card: ClassVar = Card("get an empty answer", "Empty answer", "Lost", "lost")
    is_final: ClassVar = True

    async def apply(self, context: Context) -> None:
        """Close the connection."""
        context.deliver(Closed())
