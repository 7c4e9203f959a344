"""The callbacks of a session: list them, book one, move one to another state."""

from collections import deque
from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, field

from mockgms.api.admin.refusals import NotFound, not_found
from mockgms.api.admin.services import find_service
from mockgms.api.field_types import Answer, Body, Time, Uuid, Whole, WrittenTime
from mockgms.api.operation import Created, LongList, QueryTime, operation
from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import MOVES, Callback, ScheduleCallback, State
from mockgms.domain.instants import SECOND, Instant, render_instant
from mockgms.domain.refusals import SlotFull, UnknownCallback, WrongState
from mockgms.http.body import parse_time
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

_Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)]


class Booking(Body):
    """A callback to book. Without `desired_time` it is immediate."""

    example = '{"service": "sales", "phone": "+14155550100"}'

    service: str
    phone: _Text
    desired_time: WrittenTime | None = None
    properties: Annotated[dict[str, str | int | float | bool], Meta(examples=[{"customer_level": "gold"}])] = field(
        default_factory=dict
    )


class Move(Body):
    """The new state of a callback. `reason` is required for COMPLETED, and refused otherwise."""

    example = '{"state": "ROUTING"}'

    state: State
    reason: Annotated[_Text, Meta(examples=["CANCELLED"])] | None = None


class CallbackView(Answer):
    """A callback with its state."""

    id: Uuid
    service: str
    phone: str
    created: Time
    desired_time: Time
    slot: Annotated[Time | None, Meta(description="Start of the slot that it takes")]
    state: State
    reason: Annotated[str | None, Meta(description="Why it is COMPLETED")]
    position: Annotated[Whole | None, Meta(description="Position in its queue, from 1")]
    wait: Annotated[Whole | None, Meta(description="Estimated wait in seconds")]
    moves: Annotated[list[State], Meta(description="The states that it can be moved to")]
    properties: dict[str, Any]


@operation("GET", "/callbacks", "admin.callbacks")
def list_callbacks(
    session: Session,
    service: str | None = None,
    slot: QueryTime | None = None,
    limit: Annotated[int, Meta(ge=1)] | None = None,
) -> LongList[CallbackView]:
    """List the callbacks with their states, in the order they were booked.

    Args:
        service: Only those of this service.
        slot: Only those in the slot that holds this time. Requires `service`.
        limit: At most this number, the newest of them.
    """
    start = None if slot is None else session.bookings.slot_of(find_service(session, service), slot).start
    now, bookings = session.now(), session.bookings
    found: Iterable[Callback] = (
        callback
        for callback in bookings.all_callbacks()
        if service in (None, callback.service) and start in (None, callback.slot)
    )
    if limit is not None:
        found = bookings.newest(limit) if service is None else deque(found, limit)
    return LongList(found, lambda callback: _render_callback(callback, bookings, now))


@operation("POST", "/callbacks", "admin.callbacks.book")
def book_callback(session: Session, body: Booking) -> Created[CallbackView]:
    """Book a callback, past all limits except the seats of its slot.

    Throttles, office hours, the horizon and number checks do not apply. Without `desired_time` the callback is
    immediate.
    """
    if "\0" in body.phone:
        raise Unreadable("phone", "has a NUL character in it")
    desired = None if body.desired_time is None else parse_time(body.desired_time, "desired_time")
    service = find_service(session, body.service)
    command = ScheduleCallback(service, body.phone, desired, properties=body.properties)
    try:
        callback = session.bookings.book_without_limits(command, session.now())
    except SlotFull:
        raise Unreadable("desired_time", "lies in a slot that is full") from None
    return Created(_render_callback(callback, session.bookings, session.now()))


@operation("PATCH", "/callbacks/{id}", "admin.callbacks.move", refusals=(NotFound,))
def move_callback(session: Session, id: str, body: Move) -> CallbackView:
    """Move a callback to another state.

    SCHEDULED, QUEUED, ROUTING, PROCESSING, COMPLETED: one step at a time, or from any of them to the end, with a
    `reason`: `{"state": "COMPLETED", "reason": "NO_ANSWER"}`. The lifecycle of its service continues from there.

    Args:
        id: The id of the callback.
    """
    if (body.reason is None) is (body.state is State.COMPLETED):
        raise Unreadable(
            "reason", 'is required with the state COMPLETED, such as "CANCELLED", and not allowed with others'
        )
    try:
        callback = session.bookings.move(id, body.state, session.now(), reason=body.reason)
    except UnknownCallback:
        raise not_found("callback", "id", id, ()) from None  # ids are copied: there is no near miss to suggest
    except WrongState as refusal:
        raise Unreadable("state", _no_such_move(refusal.state, body.state)) from None
    return _render_callback(callback, session.bookings, session.now())


def _no_such_move(state: State, to: State) -> str:
    possible = " or ".join(_moves(state)) or "nothing else"
    return f"cannot be {to}: a callback that is {state} can become {possible}"


def _moves(state: State) -> list[State]:
    return [each for each in State if each in MOVES[state]]


def _render_callback(callback: Callback, bookings: Bookings, now: Instant) -> CallbackView:
    status = bookings.status(callback, now)
    return CallbackView(
        id=callback.id,
        service=callback.service,
        phone=callback.number,
        created=render_instant(callback.created),
        desired_time=render_instant(callback.desired),
        slot=None if callback.slot is None else render_instant(callback.slot),
        state=status.state,
        reason=status.reason,
        position=status.position,
        wait=None if status.wait is None else status.wait // SECOND,
        moves=_moves(status.state),
        properties=dict(callback.properties),
    )
