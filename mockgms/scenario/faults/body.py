"""Faults in the body of an answer: truncated, replaced or slow."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc, DurationText, ShareText
from mockgms.scenario.faults.context import Context, Slow, Truncated


class Truncate(Struct, frozen=True):
    """Closes the connection in the middle of the body, before the announced length."""

    keep: Annotated[ShareText, Doc("Part of the body that is sent")] = 0.5

    def __post_init__(self) -> None:
        if self.keep >= 1:
            raise ValueError("`keep` must be less than 100%: nothing would be missing")

    @staticmethod
    def effect(keys: Mapping[str, Any]) -> str:
        """Return what happens to the requests. `keys` are those of the fault as the scenario writes them."""
        return f"get {keys.get('keep', '50%')} of the answer"

    async def apply(self, context: Context) -> None:
        """Truncate the body."""
        context.deliver(Truncated(self.keep))


class Garbage(Struct, frozen=True):
    """Replaces the body by one that is not JSON, with the right status and headers."""

    effect: ClassVar = "get an answer that is not JSON"

    async def apply(self, context: Context) -> None:
        """Replace the body."""
        context.garble()


class SlowBody(Struct, frozen=True):
    """Sends the body piece by piece, with a pause after each."""

    effect: ClassVar = "get the answer slowly"

    chunk: Annotated[int, Bounds(1), Doc("Bytes per piece")] = 16
    every: Annotated[DurationText, Doc("Pause after each piece")] = 200

    async def apply(self, context: Context) -> None:
        """Send the body slowly."""
        context.deliver(Slow(self.chunk, self.every))
