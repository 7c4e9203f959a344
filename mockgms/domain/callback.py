"""A callback: what was asked for, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mockgms.domain.instants import Duration, Instant
from mockgms.domain.queue import Place, queued_at
from mockgms.domain.service import Lifecycle, Service

RIVAL: Final = "+15550100"  # the number of all rivals, reserved for fiction
NO_PROPERTIES: Mapping[str, Any] = MappingProxyType({})


class State(StrEnum):
    """Where a callback stands (names verified by the vendor's QA)."""

    SCHEDULED = "SCHEDULED"
    QUEUED = "QUEUED"
    ROUTING = "ROUTING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"


# Where a callback can be moved by hand: one state on, or to its end.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.SCHEDULED: frozenset({State.QUEUED, State.COMPLETED}),
    State.QUEUED: frozenset({State.ROUTING, State.COMPLETED}),
    State.ROUTING: frozenset({State.PROCESSING, State.COMPLETED}),
    State.PROCESSING: frozenset({State.COMPLETED}),
    State.COMPLETED: frozenset(),
}
_IN_ORDER: Final = {state: index for index, state in enumerate((State.QUEUED, State.ROUTING, State.PROCESSING))}


def state_by_clock(queued_at: Instant, lifecycle: Lifecycle, now: Instant) -> State:
    """Where a callback stands that nobody has moved by hand."""
    return State.SCHEDULED if now < queued_at else state_since(State.QUEUED, queued_at, lifecycle, now)


def state_since(state: State, since: Instant, lifecycle: Lifecycle, now: Instant) -> State:
    """Where a callback stands that came to a state, QUEUED or later and not the last, at some time."""
    leaves = since
    stays_in = (
        (State.QUEUED, lifecycle.queued),
        (State.ROUTING, lifecycle.routing),
        (State.PROCESSING, lifecycle.processing),
    )
    for each, stays in stays_in[_IN_ORDER[state] :]:
        if stays is None or now < (leaves := leaves + stays):
            return each
    return State.COMPLETED


class ScheduleCallback(NamedTuple):
    """The command to book a callback.

    `desired` is None for a callback as soon as possible. `past_is_now` says what a desired time that is over
    means: take it as none (v3), or refuse it (v1). `properties` are the client's own data.
    """

    service: Service
    number: str
    desired: Instant | None = None
    past_is_now: bool = False
    properties: Mapping[str, Any] = NO_PROPERTIES
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a callback was put by hand, or by a cancel, at some time.

    It is COMPLETED for a `reason`, and stays so whatever the clock says; from ROUTING or PROCESSING it goes on by the
    lifecycle of its service.
    """

    state: State
    reason: str | None
    at: Instant


class Callback(NamedTuple):
    """One booked callback, as it was when it was last changed: a value, replaced and never altered.

    `desired` is the time asked for (for an immediate callback the time it was created); `slot` is the start of the
    slot of which it holds `seats` (one, but for rivals in great numbers), None for an immediate one; `place` is its
    place in the queue of its service.
    """

    id: str
    service: str
    number: str
    created: Instant
    desired: Instant
    place: Place
    slot: Instant | None = None
    properties: Mapping[str, Any] = NO_PROPERTIES
    outcome: Outcome | None = None
    seats: int = 1

    @property
    def queued_at(self) -> Instant:
        """When it goes from SCHEDULED to QUEUED."""
        return queued_at(self.place)


class CallbackStatus(NamedTuple):
    """How a callback stands at one instant.

    `position` and `wait` are set from QUEUED to PROCESSING: 1 is next, 0 is being served.
    """

    state: State
    reason: str | None = None
    position: int | None = None
    wait: Duration | None = None
