"""The slots of a service, as full as they are."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mockgms.api.admin.json import parse_json, render_json, render_json_list
from mockgms.api.admin.service import find_service
from mockgms.domain.allowance import COUNTER
from mockgms.domain.instants import DAY, Instant, parse_instant, render_instant
from mockgms.domain.occupancy import set_free_in_steps
from mockgms.domain.overview import SeenSlot, look_at, open_slots, overview
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

_LONGEST_DAYS: Final = 366


class SlotChange(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of the slot that holds the time `start`."""

    service: str
    start: str
    free: int | None = None
    closed: bool | None = None


def read(request: Request, session: Session) -> Steps:
    """The open slots that are still to come, full ones too: from `start`, or else now, on for so many `days`.

    With `all`, also those that have begun, are closed, or lie beyond the horizon.
    """
    params = request.params()
    start, days = query.instant(params, "start"), query.number(params, "days")
    if days is None:
        days = 1
    elif not 1 <= days <= _LONGEST_DAYS:
        raise Unreadable("days", f"must be from 1 to {_LONGEST_DAYS}")
    every, now = query.flag(params, "all"), session.now()
    service = find_service(session, query.text(params, "service"))
    first = now if start is None else start
    calendar, end = session.bookings.calendar(service), first + days * DAY
    if every:
        seen = overview(service, calendar, first, end, now)
    else:
        seen = yield from open_slots(service, calendar, first, end, now)
    return (yield from render_json_list(seen, _render))


def change(request: Request, session: Session) -> Steps:
    """Set how many seats of a slot are `free`, and whether it is `closed`; what is left out stays as it is."""
    asked = parse_json(request, SlotChange)
    if asked.free is None and asked.closed is None:
        raise Unreadable("free", "is required, or else `closed`")
    service, now = find_service(session, asked.service), session.now()
    calendar = session.bookings.calendar(service)
    slot = calendar.slot_of(_parse_start(asked.start))
    if slot.start < now:
        raise Unreadable("start", f"lies in a slot that has begun at {render_instant(slot.start)}")
    if asked.closed is False and not service.grid.is_open(slot.start):
        raise Unreadable("closed", "cannot be false: the slot lies outside of the office hours")
    if asked.free is not None:
        yield from _set_free(session, service, slot.start, asked.free)
    if asked.closed is not None:
        if asked.closed is not calendar.is_closed(slot.start):
            session.allowance.take(COUNTER if asked.closed else -COUNTER)
        calendar.close(slot.start) if asked.closed else calendar.reopen(slot.start)
        did = "closed" if asked.closed else "reopened"
        session.tell("slots", did, service=service.name, slot=render_instant(slot.start))
    return render_json(_render(look_at(service, calendar, calendar.slot_of(slot.start), now)))


def _set_free(session: Session, service: Service, start: Instant, free: int) -> Iterator[None]:
    try:
        yield from set_free_in_steps(session.bookings, service, start, free, session.now())
    except ValueError as mistake:
        raise Unreadable("free", str(mistake)) from None


def _parse_start(text: str) -> Instant:
    try:
        return parse_instant(text)
    except ValueError as mistake:
        raise Unreadable("start", str(mistake)) from None


def _render(seen: SeenSlot) -> dict[str, Any]:
    """A slot; `reason` says why it cannot be booked, where that is not for want of a seat."""
    slot = seen.slot
    return {
        "start": render_instant(slot.start),
        "capacity": slot.total,
        "booked": slot.total - slot.free,
        "free": slot.free,
        "state": seen.state,
        "reason": seen.reason,
    }
