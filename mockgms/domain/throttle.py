"""Throttles: limits on the callbacks that are started in a time, per service and per number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from mockgms.domain.instants import Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.numbers import comparable
from mockgms.domain.refusals import NumberThrottled, ServiceThrottled
from mockgms.domain.service import Service, ThrottleWindow


@dataclass(frozen=True, slots=True)
class ThrottleExport:
    """The counts of all limits: the opening time and starts of each window, and the starts of each number today."""

    windows: tuple[tuple[Instant, int], ...] = ()
    today: date | None = None
    by_number: Mapping[str, int] = field(default_factory=dict)


class Window:
    """One throttle: a fixed window that opens with its first accepted start.

    A sliding window would also satisfy the vendor's tests, but a fixed one is easier to predict in a test.
    """

    def __init__(self, throttle: ThrottleWindow) -> None:
        self._limit = throttle.limit
        self._per = throttle.per
        self._opened: Instant = 0
        self._used = 0

    @property
    def counted(self) -> tuple[Instant, int]:
        """When the window last opened, and its number of starts."""
        return self._opened, self._used

    def restore(self, opened: Instant, used: int) -> None:
        """Continue from exported counts."""
        self._opened, self._used = opened, used

    def check(self, service: str, now: Instant) -> None:
        """Raise ServiceThrottled if the limit is reached. A window of length 0 is switched off."""
        opened, used = self.window_at(now)
        if self._per and used >= self._limit:
            raise ServiceThrottled(retry_after=opened + self._per - now, service=service, per=self._per)

    def count(self, now: Instant) -> None:
        """Count an accepted start."""
        opened, used = self.window_at(now)
        self._opened, self._used = opened, used + 1

    def window_at(self, now: Instant) -> tuple[Instant, int]:
        """Return the opening time and the number of starts of the window that contains `now`."""
        # After the clock was set back, the last window may lie in the future. It is ignored then.
        if self._used and self._opened <= now < self._opened + self._per:
            return self._opened, self._used
        return now, 0


class Limits:
    """All limits of one service: first its throttles in order, then the starts of a number per local date."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._windows = tuple(Window(throttle) for throttle in service.throttles)
        self._today: date | None = None
        self._by_number: dict[str, int] = {}

    def export_state(self) -> ThrottleExport:
        """Return the counts of all limits."""
        return ThrottleExport(tuple(window.counted for window in self._windows), self._today, dict(self._by_number))

    def restore_state(self, exported: ThrottleExport) -> None:
        """Continue from exported counts. Raises InvalidSnapshot."""
        if len(exported.windows) != len(self._windows):
            raise InvalidSnapshot("windows", f"are {len(exported.windows)}: the service has {len(self._windows)}")
        for window, counted in zip(self._windows, exported.windows, strict=True):
            window.restore(*counted)
        self._today, self._by_number = exported.today, dict(exported.by_number)

    def check(self, number: str, now: Instant) -> None:
        """Raise ServiceThrottled or NumberThrottled if one more start exceeds a limit."""
        for window in self._windows:
            window.check(self._service.name, now)
        limit = self._service.per_number_per_day
        if limit is not None and self._counted_today(number, now) >= limit:
            grid = self._service.grid
            tomorrow = grid.midnight(grid.date_of(now) + timedelta(days=1))
            raise NumberThrottled(retry_after=tomorrow - now, number=number, limit=limit)

    def count(self, number: str, now: Instant) -> None:
        """Count an accepted start."""
        for window in self._windows:
            window.count(now)
        if self._service.per_number_per_day is not None:
            counted = self._counted_today(number, now)
            today = self._service.grid.date_of(now)
            if today != self._today:
                self._today, self._by_number = today, {}
            self._by_number[comparable(number, self._service)] = counted + 1

    def levels(self, number: str, now: Instant) -> tuple[tuple[tuple[Instant, int], ...], int]:
        """Return the opening time and starts of each window, and the starts of the number today."""
        return tuple(window.window_at(now) for window in self._windows), self._counted_today(number, now)

    def _counted_today(self, number: str, now: Instant) -> int:
        if self._service.grid.date_of(now) != self._today:
            return 0
        return self._by_number.get(comparable(number, self._service), 0)
