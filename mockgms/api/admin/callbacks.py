"""The callbacks of a session: which there are, book one by hand, move one on."""

from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

import msgspec

from mockgms.api.admin.json import parse_json, render_json, render_json_list
from mockgms.api.admin.refusals import not_there
from mockgms.api.admin.service import find_service
from mockgms.api.schedule import parse_desired
from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import MOVES, Callback, ScheduleCallback, State
from mockgms.domain.instants import SECOND, Instant, render_instant
from mockgms.domain.refusals import SlotFull, UnknownCallback, WrongState
from mockgms.http import query
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

_Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class Booking(msgspec.Struct, forbid_unknown_fields=True):
    """A callback to be booked; without a desired time it is one as soon as possible."""

    service: str
    phone: _Text
    desired_time: str | None = None
    properties: dict[str, str | int | float | bool] = {}


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """Where a callback is moved, and why it is completed."""

    state: State
    reason: _Text | None = None


def read(request: Request, session: Session) -> Steps:
    """Return callbacks in the order they were booked, filtered by `service` and by a time in their `slot`."""
    params = request.params()
    name, slot = query.text(params, "service"), query.instant(params, "slot")
    if slot is not None:
        slot = session.bookings.slot_of(find_service(session, name), slot).start
    now, bookings = session.now(), session.bookings
    found = (
        callback
        for callback in bookings.all_callbacks()
        if name in (None, callback.service) and slot in (None, callback.slot)
    )
    return (yield from render_json_list(found, lambda callback: _render(callback, bookings, now)))


def book(request: Request, session: Session) -> Reply:
    """Book one past all limits: throttles, hours, horizon, number checks. Only a full slot stays full."""
    asked = parse_json(request, Booking)
    if "\0" in asked.phone:
        raise Unreadable("phone", "has a NUL character in it")
    desired = None if asked.desired_time is None else parse_desired(asked.desired_time, "desired_time")
    service = find_service(session, asked.service)
    command = ScheduleCallback(service, asked.phone, desired, properties=asked.properties)
    try:
        callback = session.bookings.place(command, session.now())
    except SlotFull:
        raise Unreadable("desired_time", "lies in a slot that is full") from None
    return render_json(_render(callback, session.bookings, session.now()), HTTPStatus.CREATED)


def move(request: Request, session: Session, id: str) -> Reply:
    """Move one a state on, or complete it for a `reason`; it goes on from there by the lifecycle of its service."""
    asked = parse_json(request, Move)
    if (asked.reason is None) is (asked.state is State.COMPLETED):
        raise Unreadable("reason", "is told of a callback that is COMPLETED, and of no other")
    try:
        callback = session.bookings.move(id, asked.state, session.now(), reason=asked.reason)
    except UnknownCallback:
        return not_there("callback", "id", id, ())  # an id is copied, not remembered: none is meant nearly
    except WrongState as refusal:
        raise Unreadable("state", _no_such_move(refusal.state, asked.state)) from None
    return render_json(_render(callback, session.bookings, session.now()))


def _no_such_move(state: State, to: State) -> str:
    nexts = " or ".join(_moves(state)) or "nothing else"
    return f"cannot be {to}: a callback that is {state} can become {nexts}"


def _moves(state: State) -> list[State]:
    """Where a callback in this state can be moved."""
    return [each for each in State if each in MOVES[state]]


def _render(callback: Callback, bookings: Bookings, now: Instant) -> dict[str, Any]:
    """Return a callback with its state; `wait` is in seconds."""
    status = bookings.status(callback, now)
    return {
        "id": callback.id,
        "service": callback.service,
        "phone": callback.number,
        "created": render_instant(callback.created),
        "desired_time": render_instant(callback.desired),
        "slot": _rendered(callback.slot),
        "state": status.state,
        "reason": status.reason,
        "position": status.position,
        "wait": None if status.wait is None else status.wait // SECOND,
        "moves": _moves(status.state),
        "properties": dict(callback.properties),
    }


def _rendered(instant: Instant | None) -> str | None:
    return None if instant is None else render_instant(instant)
