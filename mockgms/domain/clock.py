"""The clock of a session: the only reader of the wall clock."""

from time import time_ns
from typing import Final, NamedTuple

from mockgms.domain.instants import EARLIEST, LATEST, Duration, Instant

_NANOSECONDS: Final = 1_000_000  # per millisecond


class ClockExport(NamedTuple):
    """The setting of a clock: frozen at a time, or running `ahead` of the wall clock if `frozen_at` is None."""

    frozen_at: Instant | None
    ahead: Duration


class Clock:
    """The clock of one session. It is running or frozen, and its time can be set.

    It never shows a time before EARLIEST or after LATEST: a running clock stops at LATEST.

    `start` is the time at first, by default that of the wall clock. `frozen_at` is the time of a frozen clock, None
    while the clock runs.
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
        """Whether the clock is frozen."""
        return self.frozen_at is not None

    def now(self) -> Instant:
        """Return the time of the clock."""
        if self.frozen_at is not None:
            return self.frozen_at
        now = time_ns() // _NANOSECONDS + self._ahead
        return now if EARLIEST <= now <= LATEST else _clamp(now)

    def export_state(self) -> ClockExport:
        """Return the setting of the clock."""
        return ClockExport(self.frozen_at, 0 if self.frozen else self._ahead)

    def restore_state(self, exported: ClockExport) -> None:
        """Apply an exported setting."""
        self.frozen_at, self._ahead = exported.frozen_at, exported.ahead

    def set(self, instant: Instant) -> None:
        """Set the time, clamped to EARLIEST and LATEST. The clock keeps running or stays frozen."""
        instant = _clamp(instant)
        if self.frozen:
            self.frozen_at = instant
        else:
            self._ahead = instant - time_ns() // _NANOSECONDS

    def advance(self, by: Duration) -> None:
        """Advance the time by a duration, at most to LATEST."""
        self.set(self.now() + by)

    def freeze(self) -> None:
        """Freeze the clock at its current time."""
        self.frozen_at = self.now()

    def run(self) -> None:
        """Run the clock from its current time."""
        now, self.frozen_at = self.now(), None
        self.set(now)


def _clamp(instant: Instant) -> Instant:
    return min(max(instant, EARLIEST), LATEST)
