"""The clock of a session: the only reader of the wall clock."""

from dataclasses import dataclass
from time import time_ns
from typing import Final

from mockgms.domain.instants import EARLIEST, LATEST, Duration, Instant

_NANOSECONDS: Final = 1_000_000  # of a millisecond


@dataclass(frozen=True, slots=True)
class ClockExport:
    """How a clock is set: it stands still at a time, or with `frozen_at` None runs so far ahead of the wall clock."""

    frozen_at: Instant | None
    ahead: Duration


class Clock:
    """Tells the time of one session: it runs or stands still, and is set by hand.

    It shows no time before EARLIEST or after LATEST. A running clock that reaches LATEST stands still there.

    `start` is the time it shows at first, None the wall clock's. `frozen_at` is the time it stands still at, None while
    it runs.
    """

    def __init__(self, start: Instant | None = None, *, frozen: bool = False) -> None:
        self._ahead: Duration = 0
        self.frozen_at: Instant | None = None
        if frozen:
            self.freeze()
        if start is not None:
            self.set(start)

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self.frozen_at is not None

    def now(self) -> Instant:
        """The time it shows."""
        if self.frozen_at is not None:
            return self.frozen_at
        now = time_ns() // _NANOSECONDS + self._ahead
        return now if EARLIEST <= now <= LATEST else _nearest(now)

    def export_state(self) -> ClockExport:
        """How it is set."""
        return ClockExport(self.frozen_at, 0 if self.frozen else self._ahead)

    def restore_state(self, record: ClockExport) -> None:
        """Be set as another one was."""
        self.frozen_at, self._ahead = record.frozen_at, record.ahead

    def set(self, instant: Instant) -> None:
        """Show another time, or the nearest that a clock can show. It runs on, or stays frozen."""
        instant = _nearest(instant)
        if self.frozen:
            self.frozen_at = instant
        else:
            self._ahead = instant - time_ns() // _NANOSECONDS

    def advance(self, by: Duration) -> None:
        """Move on by a duration, at most to LATEST."""
        self.set(self.now() + by)

    def freeze(self) -> None:
        """Stand still at the time it shows."""
        self.frozen_at = self.now()

    def run(self) -> None:
        """Run on from the time it shows."""
        now, self.frozen_at = self.now(), None
        self.set(now)


def _nearest(instant: Instant) -> Instant:
    """The nearest instant that a clock can show."""
    return min(max(instant, EARLIEST), LATEST)
