"""Throttles: how many callbacks one service lets start in a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from mockgms.domain.instants import Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.numbers import comparable
from mockgms.domain.refusals import NumberThrottled, ServiceThrottled
from mockgms.domain.service import Service, Throttle


@dataclass(frozen=True, slots=True)
class ThrottleExport:
    """What limits have counted: when each window opened and how many starts it had, and the starts by number today."""

    windows: tuple[tuple[Instant, int], ...] = ()
    today: date | None = None
    by_number: Mapping[str, int] = field(default_factory=dict)


class Window:
    """One limit per time: a fixed window that opens with its first accepted start.

    A sliding window would satisfy the vendor's tests as well; a fixed one can be foretold by whoever writes a test.
    """

    def __init__(self, throttle: Throttle) -> None:
        self._limit = throttle.limit
        self._per = throttle.per
        self._opened: Instant = 0
        self._used = 0

    @property
    def counted(self) -> tuple[Instant, int]:
        """When it opened last, and how many starts it had."""
        return self._opened, self._used

    def go_on(self, opened: Instant, used: int) -> None:
        """Go on from what another one has counted."""
        self._opened, self._used = opened, used

    def check(self, service: str, now: Instant) -> None:
        """Raises ServiceThrottled when the limit is used up. A window of no length is switched off."""
        opened, used = self.window_at(now)
        if self._per and used >= self._limit:
            raise ServiceThrottled(retry_after=opened + self._per - now, service=service, per=self._per)

    def count(self, now: Instant) -> None:
        """Count one accepted start."""
        opened, used = self.window_at(now)
        self._opened, self._used = opened, used + 1

    def window_at(self, now: Instant) -> tuple[Instant, int]:
        """When the window opened that holds this moment, and how many starts it has had."""
        # The clock can be set back too: a window that opens in the future is none.
        if self._used and self._opened <= now < self._opened + self._per:
            return self._opened, self._used
        return now, 0


class Limits:
    """All limits of one service: its windows in their order, then the starts of one number on one local date."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._windows = tuple(Window(throttle) for throttle in service.throttles)
        self._today: date | None = None
        self._by_number: dict[str, int] = {}

    def export_state(self) -> ThrottleExport:
        """What they have counted."""
        return ThrottleExport(tuple(window.counted for window in self._windows), self._today, dict(self._by_number))

    def restore_state(self, record: ThrottleExport) -> None:
        """Go on from what others have counted. Raises InvalidSnapshot."""
        if len(record.windows) != len(self._windows):
            raise InvalidSnapshot("windows", f"are {len(record.windows)}: the service has {len(self._windows)}")
        for window, counted in zip(self._windows, record.windows, strict=True):
            window.go_on(*counted)
        self._today, self._by_number = record.today, dict(record.by_number)

    def check(self, number: str, now: Instant) -> None:
        """Raises ServiceThrottled or NumberThrottled when one more start is too many."""
        for window in self._windows:
            window.check(self._service.name, now)
        limit = self._service.per_number_per_day
        if limit is not None and self._counted_today(number, now) >= limit:
            grid = self._service.grid
            tomorrow = grid.midnight(grid.date_of(now) + timedelta(days=1))
            raise NumberThrottled(retry_after=tomorrow - now, number=number, limit=limit)

    def count(self, number: str, now: Instant) -> None:
        """Count one accepted start."""
        for window in self._windows:
            window.count(now)
        if self._service.per_number_per_day is not None:
            counted = self._counted_today(number, now)
            today = self._service.grid.date_of(now)
            if today != self._today:
                self._today, self._by_number = today, {}
            self._by_number[comparable(number, self._service)] = counted + 1

    def levels(self, number: str, now: Instant) -> tuple[tuple[tuple[Instant, int], ...], int]:
        """When each window opened and how many starts it has had, and how many the number has had today."""
        return tuple(window.window_at(now) for window in self._windows), self._counted_today(number, now)

    def _counted_today(self, number: str, now: Instant) -> int:
        if self._service.grid.date_of(now) != self._today:
            return 0
        return self._by_number.get(comparable(number, self._service), 0)
