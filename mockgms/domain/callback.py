"""A callback: its data, its states and its outcome."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mockgms.domain.instants import Duration, Instant
from mockgms.domain.queue import QueuePlace, queued_at
from mockgms.domain.service import Lifecycle, Service

PLACEHOLDER: Final = "+15550100"  # number of all placeholder bookings, reserved for fiction
NO_PROPERTIES: Mapping[str, Any] = MappingProxyType({})


class State(StrEnum):
    """The state of a callback (names verified by the vendor's QA)."""

    SCHEDULED = "SCHEDULED"
    QUEUED = "QUEUED"
    ROUTING = "ROUTING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"


# The states to which a callback can be moved by hand: the next one, or COMPLETED.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.SCHEDULED: frozenset({State.QUEUED, State.COMPLETED}),
    State.QUEUED: frozenset({State.ROUTING, State.COMPLETED}),
    State.ROUTING: frozenset({State.PROCESSING, State.COMPLETED}),
    State.PROCESSING: frozenset({State.COMPLETED}),
    State.COMPLETED: frozenset(),
}
_IN_ORDER: Final = {state: index for index, state in enumerate((State.QUEUED, State.ROUTING, State.PROCESSING))}


def state_by_clock(queued_at: Instant, lifecycle: Lifecycle, now: Instant) -> State:
    """Return the state of a callback that was never moved by hand."""
    return State.SCHEDULED if now < queued_at else state_since(State.QUEUED, queued_at, lifecycle, now)


def state_since(state: State, since: Instant, lifecycle: Lifecycle, now: Instant) -> State:
    """Return the state at `now` of a callback that entered `state` at `since`. It must be QUEUED to PROCESSING."""
    end = since
    durations = (
        (State.QUEUED, lifecycle.queued),
        (State.ROUTING, lifecycle.routing),
        (State.PROCESSING, lifecycle.processing),
    )
    for each, duration in durations[_IN_ORDER[state] :]:
        if duration is None or now < (end := end + duration):
            return each
    return State.COMPLETED


class ScheduleCallback(NamedTuple):
    """The command to book a callback.

    `desired` is None for a callback as soon as possible. A desired time in the past is refused (v1), with two
    exceptions that mean as soon as possible: it is over by at most the service's `past_tolerance`, or `past_is_now` is
    set (v3). `properties` are the client's own data.
    """

    service: Service
    number: str
    desired: Instant | None = None
    past_is_now: bool = False
    properties: Mapping[str, Any] = NO_PROPERTIES
    seats: int = 1


class CallbackOutcome(NamedTuple):
    """The state that a move by hand or a cancellation set, and the time `at` which it did so.

    A COMPLETED callback stays completed, with a `reason`. From ROUTING or PROCESSING, the callback follows the
    lifecycle of its service.
    """

    state: State
    reason: str | None
    at: Instant


class Callback(NamedTuple):
    """One booked callback: an immutable value that each change replaces.

    `desired` is the requested time, or the creation time of an immediate callback. `slot` is the start of the slot in
    which it takes `seats`. It is None for an immediate callback, and once the seats are free again. `seats` is 1 except
    for placeholder bookings. `place` is its place in the queue of its service.
    """

    id: str
    service: str
    number: str
    created: Instant
    desired: Instant
    place: QueuePlace
    slot: Instant | None = None
    properties: Mapping[str, Any] = NO_PROPERTIES
    outcome: CallbackOutcome | None = None
    seats: int = 1

    @property
    def queued_at(self) -> Instant:
        """The time at which it changes from SCHEDULED to QUEUED."""
        return queued_at(self.place)


class CallbackStatus(NamedTuple):
    """The status of a callback at one instant.

    `position` and `wait` are set from QUEUED to PROCESSING. Position 1 is next, 0 is being served.
    """

    state: State
    reason: str | None = None
    position: int | None = None
    wait: Duration | None = None
