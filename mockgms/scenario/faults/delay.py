"""The fault `delay`, with a fixed or random duration."""

from collections.abc import Callable
from math import exp, log
from typing import Annotated, ClassVar, Final

from msgspec import Struct

from mockgms.domain.annotations import Doc, DurationText, Look
from mockgms.domain.instants import Duration
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context

_P99: Final = 0.99
_MIN_SHARE: Final = 0.5**54  # the quantile of 0 would be minus infinity


class Delay(Struct, frozen=True):
    """Delays the answer: `by` a fixed time, evenly between `min` and `max`, or lognormally by `median` and `p99`."""

    card: ClassVar = Card(
        "wait [{by}][{min}][ to {max}][about {median}][, at times {p99}]", "Delay", "Slow", "lost", has_button=True
    )

    by: Annotated[DurationText | None, Doc("Fixed delay"), Look("By", start="5s")] = None
    min: Annotated[
        DurationText | None,
        Doc("Shortest delay, together with `max`"),
        Look("or from", is_rare=True, instead_of=("by",)),
    ] = None
    max: Annotated[
        DurationText | None, Doc("Longest delay, together with `min`"), Look("to", is_rare=True, instead_of=("by",))
    ] = None
    median: Annotated[
        DurationText | None,
        Doc("Median of the delays, together with `p99`"),
        Look("or median", is_rare=True, instead_of=("by",)),
    ] = None
    p99: Annotated[
        DurationText | None,
        Doc("99th percentile of the delays, together with `median`"),
        Look("p99", is_rare=True, instead_of=("by",)),
    ] = None

    def __post_init__(self) -> None:
        self._quantiles()

    async def apply(self, context: Context) -> None:
        """Wait for the duration drawn for this match."""
        await context.wait(self.quantile(context.draw("delay")))

    def quantile(self, share: float) -> Duration:
        """Return the delay, in milliseconds, below which this share (0 to 1) of all delays lies."""
        return self._quantiles()(share)

    def _quantiles(self) -> Callable[[float], Duration]:
        match self.by, self.min, self.max, self.median, self.p99:
            case int(by), None, None, None, None:
                return lambda _: by
            case None, int(minimum), int(maximum), None, None if minimum <= maximum:
                return lambda share: minimum + int(share * (maximum - minimum + 1))
            case None, None, None, int(median), int(p99) if 0 < median <= p99:
                return lambda share: _lognormal(median, p99, share)
            case _:
                raise ValueError(
                    "a delay takes `by` alone, or `min` and a `max` of at least `min`, "
                    "or a `median` over 0 and a `p99` of at least `median`: write `{fault: delay, by: 2s}`"
                )


def _lognormal(median: Duration, p99: Duration, share: float) -> Duration:
    from statistics import NormalDist  # 3 ms, for the few delays that are lognormal

    normal = NormalDist()
    sigma = log(p99 / median) / normal.inv_cdf(_P99)
    return round(median * exp(sigma * normal.inv_cdf(max(share, _MIN_SHARE))))
