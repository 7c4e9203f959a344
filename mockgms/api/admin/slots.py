"""The slots of a service: list them; fill, free, close or open one."""

from collections.abc import Iterator
from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.admin.services import find_service
from mockgms.api.field_types import Answer, Body, SeatCount, Time, WrittenTime
from mockgms.api.operation import LongList, QueryTime, operation
from mockgms.domain.allowance import COUNTER
from mockgms.domain.instants import DAY, Instant, render_instant
from mockgms.domain.occupancy import set_free_in_steps
from mockgms.domain.overview import SlotState, SlotStatus, open_slots, overview, slot_status
from mockgms.domain.service import Service
from mockgms.http.body import parse_time
from mockgms.http.messages import InSteps
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

_LONGEST_DAYS: Final = 366


class SlotChange(Body):
    """The change of the slot that holds the time `start`. Omitted fields keep their value."""

    example = '{"service": "sales", "start": "2026-03-02T10:00:00Z", "free": 0}'

    service: str
    start: WrittenTime
    free: int | None = None
    closed: bool | None = None


class SlotView(Answer):
    """A slot, how full it is and whether it can be booked."""

    start: Time
    capacity: SeatCount
    booked: SeatCount
    free: SeatCount
    state: SlotState
    reason: Annotated[str | None, Meta(description="Why it cannot be booked, apart from a lack of free seats")]


@operation("GET", "/slots", "admin.slots")
def list_slots(
    session: Session,
    start: QueryTime | None = None,
    days: Annotated[int, Meta(ge=1, le=_LONGEST_DAYS)] = 1,
    all: bool = False,  # noqa: A002  # its name in the query
    *,
    service: Annotated[str, Meta(min_length=1, max_length=255)],
) -> InSteps[LongList[SlotView]]:
    """List the open slots of a service that are still to come, with their capacity and their booked and free seats.

    Args:
        start: From this time, in ISO 8601 with a zone. Without it, from now.
        days: For this number of 24 hours.
        all: Also slots that have begun, are closed or lie beyond the horizon.
        service: The name of the service.
    """
    found, now = find_service(session, service), session.now()
    first = now if start is None else start
    calendar, end = session.bookings.calendar(found), first + days * DAY
    if all:
        return LongList(overview(found, calendar, first, end, now), _render_slot)
    return LongList((yield from open_slots(found, calendar, first, end, now)), _render_slot)


@operation("PUT", "/slots", "admin.slots.change")
def change_slot(session: Session, body: SlotChange) -> InSteps[SlotView]:
    """Fill, free, close or open the slot that holds the time `start`.

    `free` is the number of seats to leave free: placeholder bookings take the others, or the newest callbacks in the
    slot are cancelled. Omitted fields keep their value.
    """
    if body.free is None and body.closed is None:
        raise Unreadable("free", f"is required, unless `closed` is given: write {SlotChange.example}")
    service, now = find_service(session, body.service), session.now()
    calendar = session.bookings.calendar(service)
    slot = calendar.slot_of(parse_time(body.start, "start"))
    if slot.start < now:
        raise Unreadable("start", f"lies in a slot that has begun at {render_instant(slot.start)}")
    if body.closed is False and not service.grid.is_open(slot.start):
        raise Unreadable("closed", "cannot be false: the slot lies outside of the office hours")
    if body.free is not None:
        yield from _set_free(session, service, slot.start, body.free)
    if body.closed is not None:
        if body.closed is not calendar.is_closed(slot.start):
            session.allowance.take(COUNTER if body.closed else -COUNTER)
        if body.closed:
            calendar.close(slot.start)
        else:
            calendar.reopen(slot.start)
        did = "closed" if body.closed else "reopened"
        session.publish("slots", did, service=service.name, slot=render_instant(slot.start))
    return _render_slot(slot_status(service, calendar, calendar.slot_of(slot.start), now))


def _set_free(session: Session, service: Service, start: Instant, free: int) -> Iterator[None]:
    try:
        yield from set_free_in_steps(session.bookings, service, start, free, session.now())
    except ValueError as mistake:
        raise Unreadable("free", str(mistake)) from None


def _render_slot(status: SlotStatus) -> SlotView:
    slot = status.slot
    return SlotView(
        start=render_instant(slot.start),
        capacity=slot.total,
        booked=slot.total - slot.free,
        free=slot.free,
        state=status.state,
        reason=status.reason,
    )
