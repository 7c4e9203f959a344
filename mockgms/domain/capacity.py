"""Capacity: how many callbacks a slot holds."""

from dataclasses import dataclass
from datetime import date

from mockgms.domain.hours import MINUTES_A_DAY, WeeklySpan


@dataclass(frozen=True, slots=True)
class SeatsAt:
    """How many seats a slot has that starts within some weekly hours."""

    hours: WeeklySpan
    seats: int

    def holds(self, day: date, minute: int) -> bool:
        """Whether a minute of a date lies within the hours, those that began the day before included."""
        start, end = self.hours.minutes
        today, yesterday = day.weekday(), (day.weekday() - 1) % 7
        return (today in self.hours.days and start <= minute < end) or (
            yesterday in self.hours.days and start <= minute + MINUTES_A_DAY < end
        )


@dataclass(frozen=True, slots=True)
class Capacity:
    """Seats per slot: one number, or by weekday and hours, where the first span that holds the slot's start counts.

    A slot that no span holds has `otherwise` seats.
    """

    otherwise: int = 5
    spans: tuple[SeatsAt, ...] = ()

    def at(self, day: date, minute: int) -> int:
        """The seats of a slot that starts at this minute of the date."""
        return next((span.seats for span in self.spans if span.holds(day, minute)), self.otherwise)
