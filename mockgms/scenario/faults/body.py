"""Faults in the body of an answer: truncated, replaced or slow."""

from typing import Annotated, ClassVar

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc, DurationText, Look, ShareText
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context, Slow, Truncated


class Truncate(Struct, frozen=True):
    """Closes the connection in the middle of the body, before the announced length."""

    card: ClassVar = Card("get {keep} of the answer", "Cut off", "Half", "lost")

    keep: Annotated[ShareText, Doc("Part of the body that is sent"), Look("Part sent")] = 0.5

    def __post_init__(self) -> None:
        if self.keep >= 1:
            raise ValueError("`keep` must be less than 100%: nothing would be missing")

    async def apply(self, context: Context) -> None:
        """Truncate the body."""
        context.deliver(Truncated(self.keep))


class Garbage(Struct, frozen=True):
    """Replaces the body by one that is not JSON, with the right status and headers."""

    card: ClassVar = Card("get an answer that is not JSON", "Not JSON", "200", "failed")

    async def apply(self, context: Context) -> None:
        """Replace the body."""
        context.garble()


class SlowBody(Struct, frozen=True):
    """Sends the body piece by piece, with a pause after each."""

    card: ClassVar = Card("get the answer in pieces of {chunk} bytes, one every {every}", "Slow body", "Slow", "lost")

    chunk: Annotated[int, Bounds(1), Doc("Bytes per piece"), Look("Bytes")] = 16
    every: Annotated[DurationText, Doc("Pause after each piece"), Look("every")] = 200

    async def apply(self, context: Context) -> None:
        """Send the body slowly."""
        context.deliver(Slow(self.chunk, self.every))
