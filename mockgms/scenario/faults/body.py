"""Faults in the body of an answer: truncated, replaced or slow."""

from typing import Annotated

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc, DurationText, ShareText
from mockgms.scenario.faults.context import Context, Slow, Truncated


class Truncate(Struct, frozen=True):
    """Closes the connection in the middle of the body, before the announced length."""

    keep: Annotated[ShareText, Doc("Part of the body that is sent")] = 0.5

    def __post_init__(self) -> None:
        if self.keep >= 1:
            raise ValueError("`keep` must be less than 100%: nothing would be missing")

    async def apply(self, context: Context) -> None:
        """Truncate the body."""
        context.deliver(Truncated(self.keep))


class Garbage(Struct, frozen=True):
    """Replaces the body by one that is not JSON, with the right status and headers."""

    async def apply(self, context: Context) -> None:
        """Replace the body."""
        context.garble()


class SlowBody(Struct, frozen=True):
    """Sends the body piece by piece, with a pause after each."""

    chunk: Annotated[int, Bounds(1), Doc("Bytes per piece")] = 16
    every: Annotated[DurationText, Doc("Pause after each piece")] = 200

    async def apply(self, context: Context) -> None:
        """Send the body slowly."""
        context.deliver(Slow(self.chunk, self.every))
