"""The desk of a service: its seats, its queue and its limits, as bookings find them."""

from mockgms.domain.calendar import Calendar
from mockgms.domain.instants import Instant
from mockgms.domain.queue import Queue
from mockgms.domain.refusals import QueueFull, TimeUnavailable
from mockgms.domain.service import Service
from mockgms.domain.throttle import Limits
from mockgms.domain.trail import Trail


class Desk:
    """What the bookings remember of one service. What somebody meets here is noted in the trail, if there is one."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.calendar = Calendar(service)
        self.queue = Queue(service.lifecycle.queued)
        self.limits = Limits(service)
        limits = service.max_queued, service.max_in_queue, service.per_number_per_day
        self._has_limits = bool(service.throttles) or any(limit is not None for limit in limits)

    def copy(self) -> "Desk":
        """Another desk that is as this one is now."""
        twin = Desk(self.service)
        twin.calendar, twin.queue, twin.limits = self.calendar.copy(), self.queue.copy(), self.limits.copy()
        return twin

    def check_time(self, desired: Instant | None, now: Instant, trail: Trail | None) -> None:
        """Raises TimePast, TimeBeyondHorizon or OfficeClosed; `desired` None is as soon as possible."""
        try:
            if desired is not None:
                self.calendar.check_time(desired, now)
            elif self.service.refuse_immediate_when_closed:
                self.calendar.check_open(now, now)
        except TimeUnavailable as refusal:
            self.calendar.note(refusal.desired, trail)
            raise

    def check_start(self, number: str, now: Instant, trail: Trail | None) -> None:
        """Raises QueueFull, ServiceThrottled or NumberThrottled when one more start is too many."""
        if trail is not None and self._has_limits:
            levels = self.limits.levels(number, now)
            trail.append(("load", self.service.name, self.queue.length(now), *levels))
        limit = self.service.max_queued
        if limit is not None and self.queue.length(now) >= limit:
            raise QueueFull(self.service.name)
        self.limits.check(number, now)

    def count_start(self, number: str, now: Instant, trail: Trail | None) -> None:
        """Count one accepted start."""
        self.limits.count(number, now)
        if trail is not None and self._has_limits:
            trail.append(("started",))
