"""The course of a rule: which faults each of its firings causes."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final, Literal, Protocol, TypeAlias

from msgspec import Struct

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.scenario.faults.context import Context


class Fault(Protocol):
    """Something that can go wrong."""

    async def apply(self, context: Context) -> None:
        """Apply the fault to an exchange. It may raise a Refusal."""


_BEGINNING_OF_WORD: Final = lazy_regex(r"(?<=.)(?=[A-Z])")

Faults: TypeAlias = Sequence[Fault]
AtEnd: TypeAlias = Literal["stop", "repeat", "last"]


class Steps(Struct, frozen=True):
    """A sequence: the n-th firing causes the faults of the n-th entry.

    After the last entry, the rule is over (`stop`), begins again (`repeat`) or repeats the last entry (`last`).
    """

    entries: tuple[Faults, ...]
    at_end: AtEnd = "stop"

    @property
    def limit(self) -> int | None:
        """The number of firings after which the rule is over, or None."""
        return len(self.entries) if self.at_end == "stop" else None

    def index(self, firings: int, draw: Callable[[], float]) -> int:  # noqa: ARG002  # nothing is drawn
        """Return the index of the entry for the next firing, after this number of firings."""
        count = len(self.entries)
        return min(firings, count - 1) if self.at_end == "last" else firings % count

    def describe(self, index: int) -> str:
        """Return the position of an entry, such as `2nd of 3`."""
        return f"{ordinal(index + 1)} of {len(self.entries)}"


class Choice(Struct, frozen=True):
    """A choice: each firing causes the faults of one entry, drawn by weight."""

    entries: tuple[Faults, ...]
    weights: tuple[float, ...]

    @property
    def limit(self) -> int | None:
        """None: a choice never ends."""
        return None

    def index(self, firings: int, draw: Callable[[], float]) -> int:  # noqa: ARG002  # only the draw matters
        """Return the index of a drawn entry. `draw` returns a number from 0 up to, but not including, 1."""
        *sums, total = accumulate(self.weights)
        return bisect_right(sums, draw() * total)

    def describe(self, index: int) -> str:
        """Return the weight of an entry, such as `chosen with 20 of 100`."""
        return f"chosen with {self.weights[index]:g} of {sum(self.weights):g}"


Course: TypeAlias = Steps | Choice


def name_of(kind: type) -> str:
    """Return the name of a fault in scenario files: its class name in snake case."""
    return _BEGINNING_OF_WORD.sub("_", kind.__name__).lower()


def names_of(faults: Faults) -> str:
    """Return the names of faults, joined by `+`."""
    return "+".join(name_of(type(fault)) for fault in faults)


def ordinal(number: int) -> str:
    """Return an ordinal number such as `2nd`."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"  # noqa: PLR2004  # 11th, 12th, 13th
