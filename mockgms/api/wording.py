"""Tables with the wording that an API has for each refusal."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Generic, TypeVar

from msgspec import Struct

from mockgms.domain import refusals as domain
from mockgms.domain.refusals import Refusal, leaves
from mockgms.http import refusals as wire
from mockgms.scenario.model import Scenario

R = TypeVar("R", bound=Refusal)
R_contra = TypeVar("R_contra", bound=Refusal, contravariant=True)
W = TypeVar("W")


_PERIOD: Final[Mapping[domain.Unavailability, str]] = {
    "over": "The selected period is over.",
    "closed": "Office closed in the selected period.",
    "full": "No time slot is free in the selected period.",
    "beyond the horizon": "The selected period is beyond the horizon.",
}


class VariableNumber(Struct, Generic[R_contra], frozen=True):
    """A number that depends on the refusal or the scenario. The OpenAPI document shows the `usual` one."""

    usual: int
    find: Callable[[R_contra, Scenario], int]


def number(value: int | VariableNumber[R], refusal: R, scenario: Scenario) -> int:
    """Return a number, which may depend on the refusal and the scenario."""
    return value.find(refusal, scenario) if isinstance(value, VariableNumber) else value


def usual(value: int | VariableNumber[R]) -> int:
    """Return the number that the OpenAPI document shows."""
    return value.usual if isinstance(value, VariableNumber) else value


def complete_table(rows: Iterable[tuple[type[Refusal], W]]) -> Mapping[type[Refusal], W]:
    """Return the rows as a table. Raises TypeError if a refusal of the domain or of HTTP is missing."""
    table = dict(rows)
    missing = [
        kind.__name__
        for kind in leaves(Refusal)
        if kind.__module__ in (domain.__name__, wire.__name__) and kind not in table
    ]
    if missing:
        raise TypeError(f"there are no words for {', '.join(missing)}")
    return table


def why_nothing_is_free(refusal: domain.NothingFree) -> str:
    """Return the message about a period without a free slot. All are assumed."""
    if refusal.reason is None:
        return f"{_PERIOD['full'].rstrip('.')}: {days_by_reason(refusal)}."
    return _PERIOD[refusal.reason]


def days_by_reason(refusal: domain.NothingFree) -> str:
    """Return the numbers of dates without a free slot, by reason: `3 days over, 2 closed`."""
    counts = [f"{count} {reason}" for reason, count in refusal.days]
    number, _, reason = counts[0].partition(" ")
    return ", ".join((f"{number} {'day' if number == '1' else 'days'} {reason}", *counts[1:]))
