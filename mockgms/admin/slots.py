"""The slots of a service, as full as they are."""

from typing import Any, Final

from mockgms.admin.json import render_json
from mockgms.admin.service import find_service
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.instants import DAY, render_instant
from mockgms.domain.slots import Slot
from mockgms.state import Session
from mockgms.wire import query
from mockgms.wire.http import Params, Reply, Request
from mockgms.wire.refusals import Unreadable

_LONGEST_DAYS: Final = 366


def read(request: Request, session: Session) -> Reply:
    """The open slots that are still to come, full ones too: from `start`, or else now, on for so many `days`."""
    asked = _parse(request.params(), session)
    return render_json([_render(slot) for slot in session.bookings.availability(asked, session.now()).slots])


def _parse(params: Params, session: Session) -> AvailabilityQuery:
    """What is asked for. Raises Unreadable."""
    start, days = query.instant(params, "start"), query.number(params, "days")
    if days is None:
        days = 1
    elif not 1 <= days <= _LONGEST_DAYS:
        raise Unreadable("days", f"must be from 1 to {_LONGEST_DAYS}")
    if start is None:
        start = session.now()
    service = find_service(session, query.text(params, "service"))
    return AvailabilityQuery(service, start, start + days * DAY, include_full=True)


def _render(slot: Slot) -> dict[str, Any]:
    return {
        "start": render_instant(slot.start),
        "capacity": slot.total,
        "booked": slot.total - slot.free,
        "free": slot.free,
    }
