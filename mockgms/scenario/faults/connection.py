"""Lost connections: no answer comes, in three ways."""

from dataclasses import dataclass

from mockgms.scenario.faults.exchange import Closed, Exchange, Reset


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answers; the client has to give up."""

    async def apply(self, exchange: Exchange) -> None:
        """Wait until the client leaves or the server stops."""
        await exchange.hang()


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Resets the connection (TCP RST)."""

    async def apply(self, exchange: Exchange) -> None:
        """Have the connection reset."""
        exchange.deliver(Reset())


@dataclass(frozen=True, slots=True)
class Empty:
    """Closes the connection without a byte of an answer."""

    async def apply(self, exchange: Exchange) -> None:
        """Have the connection closed."""
        exchange.deliver(Closed())
