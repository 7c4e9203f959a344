"""The bookings of a session: all its callbacks, and every operation that creates or changes one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from sys import getsizeof
from typing import Any, Final, Literal, TypeAlias

from mockgms.domain.allowance import CALLBACK, COUNTER, PROPERTY, Allowance, size_of
from mockgms.domain.blocks import Block
from mockgms.domain.calendar import AvailabilityQuery, Calendar
from mockgms.domain.callback import (
    MOVES,
    PLACEHOLDER,
    Callback,
    CallbackOutcome,
    CallbackStatus,
    ScheduleCallback,
    State,
)
from mockgms.domain.callbacks import Callbacks
from mockgms.domain.exported_state import BookingsExport
from mockgms.domain.instants import Duration, Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot, within
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import moved, queue_place
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import NumberInQueue, OfficeClosed, SlotFull, UnknownService, WrongState
from mockgms.domain.service import Service, Services
from mockgms.domain.service_state import ServiceState
from mockgms.domain.slots import Availability, Slot

ChangeKind: TypeAlias = Literal["booked", "rescheduled", "updated", "cancelled", "moved"]

CANCELLED: Final = "CANCELLED"

_PURGE_INTERVAL: Final = 100  # services opened between two purges of cached availability, which takes the most memory

_MOVABLE: Final = frozenset({State.SCHEDULED, State.QUEUED})
_PREVIOUS: Final = {state: frozenset(before for before in State if state in MOVES[before]) for state in State}
_CANCELLABLE: Final = frozenset({State.SCHEDULED, State.QUEUED, State.ROUTING})


class Bookings:
    """All callbacks of one session.

    `new_id` returns the id of the next callback. `on_open` is called with each service on its first use. `on_change` is
    called after each change, with its kind and the callback before (None for a new one) and after it.

    Methods that take an `operation_log` append what they find to it, unless it is None. The `allowance` limits the
    memory: a method that would exceed it raises OutOfRoom and changes nothing. `placeholders` counts the placeholder
    bookings.
    """

    def __init__(
        self,
        services: Services,
        new_id: Callable[[], str],
        on_open: Callable[[Service], None] = lambda _: None,
        on_change: Callable[[ChangeKind, Callback | None, Callback], None] = lambda *_: None,
        allowance: Allowance | None = None,
    ) -> None:
        self.services = services
        self._new_id = new_id
        self._on_open = on_open
        self._on_change = on_change
        self._allowance = allowance or Allowance()
        self.placeholders = 0
        self.has_blocks = False
        self._service_states: dict[str, ServiceState] = {}
        self._callbacks = Callbacks(partial(_country, services))  # not `self`, which would be a reference cycle

    def listen(
        self, on_open: Callable[[Service], None], on_change: Callable[[ChangeKind, Callback | None, Callback], None]
    ) -> None:
        """Replace the functions that are called on first use and on changes."""
        self._on_open, self._on_change = on_open, on_change

    def export_state(self) -> BookingsExport:
        """Return the state of the bookings as plain values."""
        services = tuple(service.name for service in self.services)
        service_states = tuple(service_state.export_state() for service_state in self._service_states.values())
        return BookingsExport(services, service_states, tuple(self._callbacks.all()))

    def copy_from(self, other: "Bookings") -> None:
        """Copy the state of `other`, which has the same services. These bookings must be new."""
        for service in other.services:
            self.service(service.name)
        self._service_states = {name: service_state.copy() for name, service_state in other._service_states.items()}  # noqa: SLF001  # the same class
        self._callbacks = other._callbacks.copy(partial(_country, self.services))  # noqa: SLF001  # the same
        self.placeholders, self.has_blocks = other.placeholders, other.has_blocks

    def restore_state(self, exported: BookingsExport) -> None:
        """Restore an exported state. These bookings must be new. Raises InvalidSnapshot or OutOfRoom."""
        for _ in self.restore_state_in_steps(exported):
            pass

    def restore_state_in_steps(self, exported: BookingsExport) -> Iterator[None]:
        """Restore an exported state in steps. The bookings must not be used before the last step."""
        for index, name in enumerate(exported.services):
            self._service_in_snapshot(name, f"services[{index}]")
            yield
        for index, one in enumerate(exported.service_states):
            with within(f"service_states[{index}]"):
                if one.service in self._service_states:
                    raise InvalidSnapshot(
                        "service", f"is {quoted(one.service)}, which occurs twice in `service_states`"
                    )
                service_state = ServiceState(self._service_in_snapshot(one.service, "service"))
                self._service_states[one.service] = service_state
                self._allowance.take(COUNTER * (len(one.closed) + len(one.limits.by_number)))
                yield from service_state.restore_state_in_steps(one)
                self._allowance.take(COUNTER * len(one.blocks))
            yield
        for index, callback in enumerate(exported.callbacks):
            with within(f"callbacks[{index}]"):
                self._restore_callback(callback)
            yield
        for one in exported.service_states:
            for block in one.blocks:  # after the callbacks, whose seats must be free before
                self._service_states[one.service].calendar.block(block)
                self.has_blocks = True

    @property
    def due(self) -> Instant | None:
        """When the next block ends, or None."""
        dues = (service_state.calendar.due for service_state in self._service_states.values())
        return min((due for due in dues if due is not None), default=None) if self.has_blocks else None

    def block(self, service: Service, block: Block) -> None:
        """Close or fill slots of a service, until a time. Raises OutOfRoom."""
        calendar = self.calendar(service)
        self._allowance.check(COUNTER)
        self._change_blocks(calendar, partial(calendar.block, block))
        self.has_blocks = True

    def expire(self, now: Instant) -> None:
        """Open the slots again that were closed or filled until now."""
        for service_state in self._service_states.values():
            due = service_state.calendar.due
            if due is not None and due <= now:
                self._change_blocks(service_state.calendar, partial(service_state.calendar.expire, now))

    def _change_blocks(self, calendar: Calendar, change: Callable[[], None]) -> None:
        """Change the blocks of a calendar, and count those that it has then."""
        before = calendar.block_count
        change()
        self._allowance.add(COUNTER * (calendar.block_count - before))

    def __len__(self) -> int:
        """Return the number of callbacks in all states."""
        return len(self._callbacks)

    def service(self, name: str) -> Service:
        """Return the service of this name. Raises UnknownService."""
        return self.services.get(name)

    def is_used(self, name: str) -> bool:
        """Return whether a service has been used."""
        return name in self._service_states

    def open(self, service: Service) -> None:
        """Create the state of a service and call `on_open`, unless the service has been used."""
        self._service_state(service)

    def open_empty(self, service: Service) -> None:
        """Create the state of a service without calling `on_open`: it has no initial bookings."""
        if service.name not in self._service_states:
            self._add_service_state(service)

    def discard(self, service: Service) -> None:
        """Delete the state of a service that has no bookings, as if it had never been used."""
        del self._service_states[service.name]

    def calendar(self, service: Service) -> Calendar:
        """Return the calendar of a service."""
        return self._service_state(service).calendar

    def schedule(self, command: ScheduleCallback, now: Instant, operation_log: OperationLog | None = None) -> Callback:
        """Book a callback. Raises TimeUnavailable, QueueRefused, Throttled or OutOfRoom and then changes nothing."""
        service = command.service
        service_state = self._service_state(service)
        desired = command.desired
        if desired is not None and desired < now:
            desired = service_state.effective_time(desired, now, operation_log, past_is_now=command.past_is_now)
        service_state.check_time(desired, now, operation_log)
        if service.max_in_queue is not None:
            self._check_in_queue(command, service.max_in_queue, now, operation_log)
        if not service_state.has_limits or (desired is not None and service_state.queued_at(desired, now) > now):
            return self._book(service_state, command, desired, now, operation_log)
        service_state.check_start(command.number, now, operation_log)
        callback = self._book(service_state, command, desired, now, operation_log)
        service_state.count_start(command.number, now, operation_log)
        return callback

    def book_without_limits(self, command: ScheduleCallback, now: Instant) -> Callback:
        """Book a callback without checking any limit but the seats of its slot. Raises SlotFull or OutOfRoom."""
        return self._book(self._service_state(command.service), command, command.desired, now, None)

    def fill(
        self, service: Service, seats: Sequence[tuple[Instant, str, Mapping[str, Any]]], now: Instant
    ) -> Iterator[None]:
        """Book many callbacks in steps, without calling `on_change`.

        Each of `seats` is the start of a slot, the number and the properties of a callback. The caller has checked that
        the seats are free. Raises OutOfRoom in the first step and then changes nothing.
        """
        service_state = self._service_state(service)
        self._allowance.take(CALLBACK * len(seats))
        for start, count in Counter(start for start, _, _ in seats).items():
            service_state.calendar.hold(start, count)
        yield
        for start, number, properties in seats:
            place = queue_place(service_state.queued_at(start, now), self._callbacks.next_turn())
            callback = Callback(self._new_id(), service.name, number, now, start, place, start, properties)
            service_state.queue.add(place)
            self._callbacks.add(callback, service.numbers.country)
            yield

    def reschedule(
        self,
        id: str,
        desired: Instant,
        now: Instant,
        operation_log: OperationLog | None = None,
        *,
        service: str | None = None,
    ) -> Callback:
        """Move a callback and its seat to another time.

        A time that is past by at most `past_tolerance` moves it to now, without a seat.

        Raises UnknownCallback, WrongState or TimeUnavailable and then changes nothing.
        """
        callback = self._in_state(id, service, _MOVABLE, now)
        service_state = self._service_state(self.service(callback.service))
        effective = service_state.effective_time(desired, now, operation_log)
        service_state.check_time(effective, now, operation_log)
        slot = None if effective is None else service_state.calendar.slot_of(effective).start
        if slot != callback.slot:
            if effective is not None:
                service_state.calendar.take(effective, now, operation_log, callback.seats)
            service_state.release(callback, operation_log)
        desired = now if effective is None else effective
        service_state.queue.remove(callback.place)
        place = moved(callback.place, service_state.queued_at(desired, now))
        service_state.queue.add(place)
        return self._store("rescheduled", callback._replace(desired=desired, place=place, slot=slot))

    def update(
        self, id: str, properties: Mapping[str, Any], *, number: str | None = None, service: str | None = None
    ) -> Callback:
        """Merge properties into a callback; the value "" removes one. Raises UnknownCallback or OutOfRoom."""
        callback = self.find(id, service=service)
        merged = {key: value for key, value in {**callback.properties, **properties}.items() if value != ""}
        self._allowance.take(size_of(merged) - size_of(callback.properties) + getsizeof(number or ""))
        if number is not None and number != callback.number:
            self._callbacks.renumber(callback, number)
            callback = callback._replace(number=number)
        return self._store("updated", callback._replace(properties=merged))

    def cancel(
        self,
        id: str,
        now: Instant,
        operation_log: OperationLog | None = None,
        *,
        service: str | None = None,
        reason: str = CANCELLED,
    ) -> Callback:
        """Complete a callback with a reason and free its seat. Raises UnknownCallback or WrongState."""
        callback = self._in_state(id, service, _CANCELLABLE, now)
        service_state = self._service_state(self.service(callback.service))
        service_state.leave_queue(callback)
        service_state.release(callback, operation_log)
        return self._store(
            "cancelled", callback._replace(slot=None, outcome=CallbackOutcome(State.COMPLETED, reason, now))
        )

    def move(self, id: str, state: State, now: Instant, *, reason: str | None = None) -> Callback:
        """Move a callback to the next state by hand, or complete it with a reason.

        From the new state, the callback follows the lifecycle of its service. Completing it frees its seat unless its
        slot has begun. Raises UnknownCallback or WrongState and then changes nothing.
        """
        callback = self._in_state(id, None, _PREVIOUS[state], now)
        service_state = self._service_state(self.service(callback.service))
        service_state.leave_queue(callback)
        if state is State.QUEUED:
            callback = callback._replace(place=moved(callback.place, now))
            service_state.queue.add(callback.place)
            return self._store("moved", callback)
        if state is State.COMPLETED and callback.slot is not None and callback.slot >= now:
            service_state.release(callback)
            callback = callback._replace(slot=None)
        return self._store("moved", callback._replace(outcome=CallbackOutcome(state, reason, now)))

    def find(self, id: str, *, service: str | None = None) -> Callback:
        """Return the callback of this id, if given also of this service. Raises UnknownCallback."""
        return self._callbacks.find(id, service)

    def callbacks(self, service: str | None = None, number: str | None = None) -> Iterable[Callback]:
        """Return callbacks in booking order, optionally of one service or of one number in any spelling."""
        return self._callbacks.matching(service, number)

    def newest_of(self, number: str, count: int) -> list[Callback]:
        """Return at most `count` callbacks of a number in any spelling, those that were booked last first."""
        return self._callbacks.newest_of(number, count)

    def all_callbacks(self) -> list[Callback]:
        """Return a list of all callbacks in booking order."""
        return self._callbacks.all()

    def newest(self, count: int) -> list[Callback]:
        """Return the `count` callbacks that were booked last, in booking order."""
        return self._callbacks.newest(count)

    def status(self, callback: Callback, now: Instant) -> CallbackStatus:
        """Return the status of a callback at `now`."""
        return self._service_state(self.service(callback.service)).status(callback, now)

    def availability(self, query: AvailabilityQuery, now: Instant) -> Availability:
        """Return the future slots of a period, ascending."""
        return self.calendar(query.service).availability(query, now)

    def slot_full(
        self, service: Service, desired: Instant, now: Instant, operation_log: OperationLog | None = None
    ) -> SlotFull:
        """Return a refusal that reports the slot as full, even if it has free seats."""
        self.calendar(service).log_slot(desired, operation_log)
        return self.calendar(service).slot_full(desired, now)

    def office_closed(
        self, service: Service, desired: Instant, now: Instant, operation_log: OperationLog | None = None
    ) -> OfficeClosed:
        """Return a refusal that reports the office as closed, even if it is open."""
        self.calendar(service).log_slot(desired, operation_log)
        return self.calendar(service).office_closed(desired, now)

    def slot_of(self, service: Service, instant: Instant) -> Slot:
        """Return the slot that contains an instant, open or not."""
        return self.calendar(service).slot_of(instant)

    def open_for(self, service: Service, at: Instant) -> Duration:
        """Return how long a service stays open from `at`: 0 if it is closed, at most 7 days (assumed)."""
        return self.calendar(service).open_for(at)

    def queued(self, service: Service, now: Instant) -> int:
        """Return the number of queued callbacks of a service."""
        return self._service_state(service).queue.length(now)

    def wait(self, service: Service, now: Instant) -> Duration:
        """Return the estimated wait of a new callback (assumed: its position times the handle time)."""
        return (self.queued(service, now) + 1) * service.wait.handle_time

    def _service_state(self, service: Service) -> ServiceState:
        service_state = self._service_states.get(service.name)
        if service_state is None:
            service_state = self._add_service_state(service)
            self._on_open(service)
        return service_state

    def _add_service_state(self, service: Service) -> ServiceState:
        if len(self._service_states) % _PURGE_INTERVAL == _PURGE_INTERVAL - 1:  # clients may name ever more services
            for each in self._service_states.values():
                each.calendar.clear_cache()
        service_state = self._service_states[service.name] = ServiceState(service)
        return service_state

    def _service_in_snapshot(self, name: str, field: str) -> Service:
        try:
            return self.service(name)
        except UnknownService:
            raise InvalidSnapshot(field, f"is {quoted(name)}, which the scenario does not have") from None

    def _restore_callback(self, callback: Callback) -> None:
        service_state = self._service_states.get(callback.service)
        if service_state is None:
            raise InvalidSnapshot("service", f"is {quoted(callback.service)}, which is not in `service_states`")
        self._allowance.take(_size_of(callback.number, callback.properties))
        service_state.hold(callback)
        self._callbacks.restore(callback)
        self.placeholders += callback.number == PLACEHOLDER

    def _check_in_queue(
        self, command: ScheduleCallback, limit: int, now: Instant, operation_log: OperationLog | None
    ) -> None:
        service, number = command.service.name, command.number
        waiting = sum(
            self.status(callback, now).state is not State.COMPLETED for callback in self.callbacks(service, number)
        )
        if operation_log is not None:
            operation_log.append(("waiting", service, waiting))
        if waiting >= limit:
            raise NumberInQueue(service, number)

    def _book(
        self,
        service_state: ServiceState,
        command: ScheduleCallback,
        desired: Instant | None,
        now: Instant,
        operation_log: OperationLog | None,
    ) -> Callback:
        service, number, properties, seats = command.service, command.number, command.properties, command.seats
        size = _size_of(number, properties)
        self._allowance.take(size)
        try:
            slot = None if desired is None else service_state.calendar.take(desired, now, operation_log, seats)
        except SlotFull:
            self._allowance.add(-size)
            raise
        if number == PLACEHOLDER:
            self.placeholders += 1
        time = now if desired is None else desired
        place = queue_place(service_state.queued_at(time, now), self._callbacks.next_turn())
        callback = tuple.__new__(  # a third of the time of `Callback(...)`
            Callback, (self._new_id(), service.name, number, now, time, place, slot, properties, None, seats)
        )
        service_state.queue.add(place)
        self._callbacks.add(callback, service.numbers.country)
        self._on_change("booked", None, callback)
        return callback

    def _in_state(self, id: str, service: str | None, states: frozenset[State], now: Instant) -> Callback:
        callback = self.find(id, service=service)
        state = self.status(callback, now).state
        if state not in states:
            raise WrongState(id, state)
        return callback

    def _store(self, kind: ChangeKind, callback: Callback) -> Callback:
        self._on_change(kind, self._callbacks.replace(callback), callback)
        return callback


def _size_of(number: str, properties: Mapping[str, Any]) -> int:
    """Return the bytes that a callback takes."""
    if not properties:
        return CALLBACK + len(number)
    try:  # usually all values are texts: joining them takes a tenth of the time of measuring each
        texts = "".join(properties.values())
    except TypeError:
        return CALLBACK + len(number) + size_of(properties)
    width = 1 if texts.isascii() else 4
    return CALLBACK + len(number) + PROPERTY * len(properties) + width * len(texts) + 4 * len("".join(properties))


def _country(services: Services, service: str) -> str | None:
    return services.get(service).numbers.country
