"""Faults in which no answer is sent."""

from dataclasses import dataclass

from mockgms.scenario.faults.context import Closed, Context, Reset


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answers; the client has to give up."""

    async def apply(self, context: Context) -> None:
        """Wait until the client leaves or the server stops."""
        await context.hang()


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Resets the connection (TCP RST)."""

    async def apply(self, context: Context) -> None:
        """Reset the connection."""
        context.deliver(Reset())


@dataclass(frozen=True, slots=True)
class Empty:
    """Closes the connection without a byte of an answer."""

    async def apply(self, context: Context) -> None:
        """Close the connection."""
        context.deliver(Closed())
