"""The meter: how many requests were answered since the start, how, and how fast."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

# Upper bounds of the times that are told apart, in seconds: from what an answer costs to what a fault makes it wait.
BOUNDS: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
OTHER: Final = "(other)"
_MOST: Final = 1_000  # kinds, as rules can have any number of names
_LONGEST: Final = 128  # characters of the name of a rule that has a count of its own
_MOST_FAULTS: Final = 16  # faults of such a rule


class Kind(NamedTuple):
    """Answers that are counted together. `operation` is None where no route was found, `status` 0 without an answer."""

    operation: str | None
    status: int
    rule: str | None
    faults: tuple[str, ...]


_Kind: TypeAlias = tuple[str | None, int, str | None, tuple[str, ...]]


@dataclass(slots=True)
class Times:
    """How long answers took: how many up to each of the bounds (and the rest), and all together in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0


class Meter:
    """Counts answers by their kind, and their times by operation. Past a thousand kinds, rules are not told apart."""

    def __init__(self) -> None:
        self.answers: dict[Kind, int] = {}
        self.times: dict[str | None, Times] = {}

    def count(self, kind: _Kind, seconds: float) -> None:
        """Count one answer, and the time that it took."""
        if kind in self.answers:
            self.answers[kind] += 1  # a tuple that is equal to its kind, and made in less time
        else:
            self._count_first(Kind(*kind))
        operation = kind[0]
        times = self.times.get(operation)
        if times is None:
            times = self.times[operation] = Times()
        times.counts[bisect_left(BOUNDS, seconds)] += 1
        times.total += seconds

    @staticmethod
    def _is_long(kind: Kind) -> bool:
        """True for a rule with a long name or many faults, as requests can ask for them; it is counted as OTHER."""
        return len(kind.rule or "") > _LONGEST or len(kind.faults) > _MOST_FAULTS

    def _count_first(self, kind: Kind) -> None:
        if kind.rule is not None and (len(self.answers) >= _MOST or self._is_long(kind)):
            kind = Kind(kind.operation, kind.status, OTHER, ())
        self.answers[kind] = self.answers.get(kind, 0) + 1
