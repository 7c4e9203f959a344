"""The meter: counts the answers since the server started, and their times."""

from bisect import bisect_left
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct, field

# Upper bounds of the histogram in seconds: from the cost of a plain answer to the delay of a fault.
BOUNDS: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
OTHER: Final = "(other)"
_MAX: Final = 1_000  # kinds: there can be any number of rule names
_LONGEST: Final = 128  # characters of a rule name that is counted separately
_MAX_FAULTS: Final = 16  # faults of such a rule


class AnswerKind(NamedTuple):
    """Answers that are counted together. `operation` is None without a route."""

    operation: str | None
    status: int
    rule: str | None
    faults: tuple[str, ...]


_Kind: TypeAlias = tuple[str | None, int, str | None, tuple[str, ...]]


class Times(Struct):
    """A histogram of answer times: a count per bound and one for longer times, and the total in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0


class Meter:
    """The counts of answers by kind, and their times by operation. Beyond 1,000 kinds, rules share a count."""

    def __init__(self) -> None:
        self.answers: dict[AnswerKind, int] = {}
        self.times: dict[str | None, Times] = {}

    def count(self, kind: _Kind, seconds: float) -> None:
        """Count one answer and its time in seconds."""
        answers = self.answers.get(kind)  # type: ignore[call-overload]  # a tuple equals its AnswerKind, but is made faster
        if answers is None:
            self._count_first(AnswerKind(*kind))
        else:
            self.answers[kind] = answers + 1  # type: ignore[index]  # the key stays the AnswerKind that is there
        operation = kind[0]
        times = self.times.get(operation)
        if times is None:
            times = self.times[operation] = Times()
        times.counts[0 if seconds <= BOUNDS[0] else bisect_left(BOUNDS, seconds)] += 1
        times.total += seconds

    @staticmethod
    def _is_long(kind: AnswerKind) -> bool:
        """Return whether the kind has a long rule name or many faults, as clients can send. It is counted as OTHER."""
        return len(kind.rule or "") > _LONGEST or len(kind.faults) > _MAX_FAULTS

    def _count_first(self, kind: AnswerKind) -> None:
        if kind.rule is not None and (len(self.answers) >= _MAX or self._is_long(kind)):
            kind = AnswerKind(kind.operation, kind.status, OTHER, ())
        self.answers[kind] = self.answers.get(kind, 0) + 1
