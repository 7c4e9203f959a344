"""Callbacks that are booked: cancelling and retrieving them by id.

Ids and numbers travel in the body, never in the path (verified).
"""

from typing import Any

import msgspec

from mockgms.api.ges.envelope import success
from mockgms.api.ges.ids import required_id
from mockgms.domain.callback import Callback, CallbackStatus, State
from mockgms.domain.instants import SECOND, render_instant
from mockgms.http.body import parse_body
from mockgms.http.messages import Reply, Request
from mockgms.session import Session


def cancel(request: Request, session: Session) -> Reply:
    """Cancel a callback; it is then COMPLETED, by reason of CANCELLED (documented)."""
    callback_id = required_id(parse_body(request, nested=True), "id")
    callback = session.bookings.cancel(callback_id, session.now())
    return success(session, b'{"id":"' + callback.id.encode() + b'"}')


def retrieve(request: Request, session: Session) -> Reply:
    """Tell how a callback stands."""
    callback_id = required_id(parse_body(request, nested=True), "id")
    callback = session.bookings.find(callback_id)
    status = session.bookings.status(callback, session.now())
    return success(session, msgspec.json.encode(render_callback(callback, status)))


def render_callback(callback: Callback, status: CallbackStatus) -> dict[str, Any]:
    """The documented members: a reason only when COMPLETED, position and wait (in seconds) only while it is queued,
    routed or served.
    """
    shown: dict[str, Any] = {
        "id": callback.id,
        "desiredTime": render_instant(callback.desired),
        "callbackState": status.state,
        "phoneNumber": callback.number,
    }
    if status.state is State.COMPLETED and status.reason is not None:
        shown["callbackReason"] = status.reason
    if status.position is not None and status.wait is not None:
        shown["positionInQueue"] = status.position
        shown["estimatedWaitTime"] = status.wait // SECOND
    return shown
