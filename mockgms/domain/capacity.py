"""Capacity: the number of seats of each slot."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, TypeAlias

from mockgms.domain.annotations import Bounds
from mockgms.domain.hours import MINUTES_A_DAY, Minutes, WeeklySpan

MAX_SEATS: Final = 1_000_000

Seats: TypeAlias = Annotated[int, Bounds(0, MAX_SEATS)]


@dataclass(frozen=True, slots=True)
class SeatsAt:
    """The seats of slots that start within weekly hours."""

    hours: WeeklySpan
    seats: Seats

    def minutes_of(self, weekday: int) -> Iterator[Minutes]:
        """Yield the spans of a weekday that lie within the hours, including one that began the day before."""
        start, end = self.hours.minutes
        if weekday in self.hours.days:
            yield start, min(end, MINUTES_A_DAY)
        if end > MINUTES_A_DAY and (weekday - 1) % 7 in self.hours.days:
            yield 0, end - MINUTES_A_DAY


@dataclass(frozen=True, slots=True)
class Capacity:
    """The seats of each slot: one number, or numbers by weekday and hours.

    The first of the `spans` that contains the start of a slot applies. Without one, the slot has `otherwise` seats.
    """

    otherwise: int = 5
    spans: tuple[SeatsAt, ...] = ()

    @classmethod
    def of(cls, seats: int | tuple[SeatsAt, ...]) -> "Capacity":
        """Return the capacity of one number of seats, or of spans without seats outside of them."""
        return cls(seats) if isinstance(seats, int) else cls(0, seats)

    @property
    def most(self) -> int:
        """The highest number of seats of a slot."""
        return max((self.otherwise, *(span.seats for span in self.spans)))

    def on(self, day: date) -> list[int]:
        """Return the seats of the slots on a date, indexed by the minute at which a slot starts."""
        seats, weekday = [self.otherwise] * MINUTES_A_DAY, day.weekday()
        for span in reversed(self.spans):
            for start, end in span.minutes_of(weekday):
                seats[start:end] = [span.seats] * (end - start)
        return seats
