"""The clock of a session: the only reader of the wall clock."""

from dataclasses import dataclass
from time import time_ns
from typing import Final

from mockgms.domain.instants import LATEST, Duration, Instant

_NANOSECONDS: Final = 1_000_000  # of a millisecond


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """How a clock is set: it stands still at a time, or with `frozen_at` None runs so far ahead of the wall clock."""

    frozen_at: Instant | None
    ahead: Duration


class Clock:
    """Tells the time of one session: it runs or stands still, and is set by hand.

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
        return self.frozen_at if self.frozen_at is not None else time_ns() // _NANOSECONDS + self._ahead

    def record(self) -> ClockRecord:
        """How it is set."""
        return ClockRecord(self.frozen_at, 0 if self.frozen else self._ahead)

    def take_up(self, record: ClockRecord) -> None:
        """Be set as another one was."""
        self.frozen_at, self._ahead = record.frozen_at, record.ahead

    def set(self, instant: Instant) -> None:
        """Show another time, and go on running or standing still as before."""
        if self.frozen:
            self.frozen_at = instant
        else:
            self._ahead += instant - self.now()

    def advance(self, by: Duration) -> None:
        """Move on by a duration, but not beyond the last year that can be written."""
        self.set(min(self.now() + by, LATEST))

    def freeze(self) -> None:
        """Stand still at the time it shows."""
        self.frozen_at = self.now()

    def run(self) -> None:
        """Run on from the time it shows."""
        now, self.frozen_at = self.now(), None
        self.set(now)
