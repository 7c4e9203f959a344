"""The value `until_over` of `retry_after`: the time until the rule is over."""

from typing import Annotated, Final, Literal, TypeAlias

from mockgms.domain.annotations import Count, DurationText, Look, Unit
from mockgms.domain.instants import DAY, SECOND, Duration
from mockgms.scenario.faults.context import Context

UNTIL_OVER: Final = "until_over"
_LONGEST: Final = 366 * DAY
_DEFAULT: Final = 30 * SECOND  # for a rule that does not end by itself

RetryAfter: TypeAlias = Literal["until_over"] | Annotated[Count, Unit(SECOND)] | DurationText
RETRY_AFTER: Final = Look("Retry-After", words={UNTIL_OVER: "until it is over"})


def check_retry_after(value: int | str | None) -> None:
    """Raise ValueError if the client would have to wait for more than a year."""
    if isinstance(value, int) and value > _LONGEST:
        raise ValueError("`retry_after` is longer than a year: give at most 366d")


def wait_of(value: int | str, context: Context) -> Duration:
    """Return how long the client must wait: the value, or for `until_over` the time until the rule is over."""
    if isinstance(value, int):
        return value
    until = context.until_over()
    return _DEFAULT if until is None else until
