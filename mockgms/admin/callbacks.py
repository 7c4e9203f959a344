"""The callbacks of a session."""

from typing import Any

from mockgms.admin.json import render_json
from mockgms.domain.callback import Callback
from mockgms.domain.instants import SECOND, Instant, render_instant
from mockgms.state import Session
from mockgms.wire.http import Reply, Request


def read(request: Request, session: Session) -> Reply:
    """All callbacks, in the order they were booked."""
    return render_json([_render(callback, session) for callback in session.bookings.callbacks()])


def _render(callback: Callback, session: Session) -> dict[str, Any]:
    """A callback and how it stands; `wait` is in seconds."""
    standing = session.bookings.standing(callback, session.now())
    return {
        "id": callback.id,
        "service": callback.service,
        "phone": callback.number,
        "created": render_instant(callback.created),
        "desired_time": render_instant(callback.desired),
        "slot": _rendered(callback.slot),
        "state": standing.state,
        "reason": standing.reason,
        "position": standing.position,
        "wait": None if standing.wait is None else standing.wait // SECOND,
        "properties": dict(callback.properties),
    }


def _rendered(instant: Instant | None) -> str | None:
    return None if instant is None else render_instant(instant)
