"""The overview of a service: its slots, each with its state and why it cannot be booked."""

from collections.abc import Generator, Iterator
from enum import StrEnum
from typing import NamedTuple

from mockgms.domain.calendar import AvailabilityQuery, Calendar
from mockgms.domain.instants import Instant, to_datetime
from mockgms.domain.service import Service
from mockgms.domain.slots import Slot


class SlotState(StrEnum):
    """Whether a slot can be booked, and if not, why."""

    FREE = "free"
    TAKEN = "taken"
    FULL = "full"
    CLOSED = "closed"
    PAST = "past"
    BEYOND = "beyond_horizon"


class SlotStatus(NamedTuple):
    """A slot and its state. `reason` says why it cannot be booked; it is None for a full slot."""

    slot: Slot
    state: SlotState
    reason: str | None


def overview(service: Service, calendar: Calendar, start: Instant, end: Instant, now: Instant) -> Iterator[SlotStatus]:
    """Yield all slots, open or not, that start at `start` or later and before `end`, ascending."""
    return (slot_status(service, calendar, slot, now) for slot in calendar.all_slots(start, end))


def open_slots(
    service: Service, calendar: Calendar, start: Instant, end: Instant, now: Instant
) -> Generator[None, None, Iterator[SlotStatus]]:
    """Return the open future slots of the overview, in steps of one day."""
    query = AvailabilityQuery(service, start, end, include_full=True)
    found = yield from calendar.availability_in_steps(query, now)
    return map(_by_seats, found.slots)


def slot_status(service: Service, calendar: Calendar, slot: Slot, now: Instant) -> SlotStatus:
    """Return the state of one slot of the calendar."""
    if slot.start < now:
        return SlotStatus(slot, SlotState.PAST, "has begun")
    if calendar.is_closed(slot.start):
        return SlotStatus(slot, SlotState.CLOSED, "closed by hand")
    if not service.grid.is_open(slot.start):
        return SlotStatus(slot, SlotState.CLOSED, _why_closed(service, slot.start))
    if service.horizon is not None and slot.start > now + service.horizon:
        return SlotStatus(slot, SlotState.BEYOND, "beyond the horizon")
    return _by_seats(slot)


def _by_seats(slot: Slot) -> SlotStatus:
    if slot.free <= 0:
        return SlotStatus(slot, SlotState.FULL, None)
    return SlotStatus(slot, SlotState.FREE if slot.free == slot.total else SlotState.TAKEN, None)


def _why_closed(service: Service, start: Instant) -> str:
    return "a holiday" if service.hours.is_holiday(to_datetime(start, service.timezone).date()) else "out of hours"
