"""The state of a service: its calendar, its queue and its limits."""

from collections.abc import Iterator
from typing import Final

from mockgms.domain.calendar import Calendar
from mockgms.domain.callback import Callback, CallbackStatus, State, state_by_clock, state_since
from mockgms.domain.exported_state import ServiceExport
from mockgms.domain.instants import Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot, within
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import Queue
from mockgms.domain.refusals import QueueFull, TimeUnavailable
from mockgms.domain.service import Service
from mockgms.domain.throttle import Limits

AGENT_CONNECTED: Final = "AGENT_CONNECTED"


class ServiceState:
    """The calendar, the queue and the limits of one service. Methods append what they find to the operation log."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.calendar = Calendar(service)
        self.queue = Queue(service.lifecycle.queued)
        self.limits = Limits(service)
        limits = service.max_queued, service.max_in_queue, service.per_number_per_day
        self.has_limits = bool(service.throttles) or any(limit is not None for limit in limits)

    def export_state(self) -> ServiceExport:
        """Return the state as plain values, without the callbacks."""
        return ServiceExport(self.service.name, self.calendar.closed, self.limits.export_state(), self.calendar.blocks)

    def restore_state_in_steps(self, exported: ServiceExport) -> Iterator[None]:
        """Restore an exported state in steps. This state must be new. Raises InvalidSnapshot."""
        for index, start in enumerate(exported.closed):
            self._check_start(f"closed[{index}]", start)
            self.calendar.close(start)
            yield
        with within("limits"):
            self.limits.restore_state(exported.limits)

    def copy(self) -> "ServiceState":
        """Return an independent copy."""
        other = ServiceState(self.service)
        other.calendar, other.queue = self.calendar.copy(), self.queue.copy()
        other.limits.restore_state(self.limits.export_state())
        return other

    def hold(self, callback: Callback) -> None:
        """Take the seats and the place in the queue of an exported callback.

        Raises InvalidSnapshot if its slot does not contain its desired time, or has too few free seats.
        """
        if callback.slot is not None:
            self._check_start("slot", callback.slot)
            slot = self.calendar.slot_of(callback.desired)
            if slot.start != callback.slot:
                raise InvalidSnapshot("slot", "is not the slot of the desired time")
            if slot.free < callback.seats:
                raise InvalidSnapshot("seats", f"must be at most {slot.free}: the slot has {slot.total} seats")
            self.calendar.hold(callback.slot, callback.seats)
        if callback.outcome is None:  # otherwise it has left the queue
            self.queue.add(callback.place)

    def queued_at(self, desired: Instant, now: Instant) -> Instant:
        """Return when a callback is queued: the execution buffer before its desired time, but not before `now`."""
        return max(now, desired - self.service.execution_buffer)

    def leave_queue(self, callback: Callback) -> None:
        """Remove a callback from the queue, unless it has left it already."""
        if callback.outcome is None:
            self.queue.remove(callback.place)

    def status(self, callback: Callback, now: Instant) -> CallbackStatus:
        """Return the status of a callback at `now`."""
        outcome = callback.outcome
        if outcome is not None and outcome.state is State.COMPLETED:
            return CallbackStatus(outcome.state, outcome.reason)
        lifecycle = self.service.lifecycle
        if outcome is None:
            state = state_by_clock(callback.queued_at, lifecycle, now)
        else:
            state = state_since(outcome.state, outcome.at, lifecycle, now)
        match state:
            case State.SCHEDULED:
                return CallbackStatus(state)
            case State.QUEUED:
                position = self.queue.position(callback.place, now)
                return CallbackStatus(state, position=position, wait=position * self.service.wait.handle_time)
            case State.COMPLETED:
                return CallbackStatus(state, lifecycle.reason_of(callback.id) or AGENT_CONNECTED)
            case _:
                return CallbackStatus(state, position=0, wait=0)

    def effective_time(
        self, desired: Instant | None, now: Instant, operation_log: OperationLog | None, *, past_is_now: bool = False
    ) -> Instant | None:
        """Return the desired time, or None (as soon as possible) if it is over by at most the past tolerance.

        With `past_is_now`, every time that is over means as soon as possible.
        """
        if desired is None or desired >= now:
            return desired
        tolerance = self.service.past_tolerance
        if now - desired > tolerance and not past_is_now:
            return desired
        if operation_log is not None:
            operation_log.append(("past", now - desired, tolerance))
        return None

    def check_time(self, desired: Instant | None, now: Instant, operation_log: OperationLog | None) -> None:
        """Raise TimePast, TimeBeyondHorizon or OfficeClosed. `desired` is None for as soon as possible."""
        try:
            if desired is not None:
                self.calendar.check_time(desired, now)
            elif self.service.refuse_immediate_when_closed:
                self.calendar.check_open(now, now)
        except TimeUnavailable as refusal:
            self.calendar.log_slot(refusal.desired, operation_log)
            raise

    def check_start(self, number: str, now: Instant, operation_log: OperationLog | None) -> None:
        """Raise QueueFull, ServiceThrottled or NumberThrottled if one more start exceeds a limit. It has limits."""
        if operation_log is not None:
            levels = self.limits.levels(number, now)
            operation_log.append(("load", self.service.name, self.queue.length(now), *levels))
        limit = self.service.max_queued
        if limit is not None and self.queue.length(now) >= limit:
            raise QueueFull(self.service.name)
        self.limits.check(number, now)

    def count_start(self, number: str, now: Instant, operation_log: OperationLog | None) -> None:
        """Count an accepted start."""
        self.limits.count(number, now)
        if operation_log is not None:
            operation_log.append(("started",))

    def release(self, callback: Callback, operation_log: OperationLog | None = None) -> None:
        """Free the seats of a callback, if it has any."""
        if callback.slot is not None:
            self.calendar.release(callback.slot, operation_log, callback.seats)

    def _check_start(self, field: str, start: Instant) -> None:
        if self.service.grid.slot_of(start).start != start:
            raise InvalidSnapshot(field, f"is not when a slot of {self.service.name!r} starts")
