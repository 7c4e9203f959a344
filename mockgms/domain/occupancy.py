"""Occupancy: sets the free seats of slots, by placeholder bookings and cancellations."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final

from mockgms.domain.bookings import CANCELLED, Bookings
from mockgms.domain.callback import PLACEHOLDER, Callback, ScheduleCallback, State
from mockgms.domain.instants import Instant
from mockgms.domain.refusals import OutOfRoom, WrongState
from mockgms.domain.service import Service
from mockgms.domain.slots import Slot

MAX_PLACEHOLDERS: Final = 120_000  # placeholder bookings of a session: a year has 105,408 slots of 5 minutes
_MAX_ONE_BY_ONE: Final = 1_000  # seats that are booked one by one
_FILLED: Final[Mapping[str, Any]] = MappingProxyType({"filled": "by hand"})


def set_free(bookings: Bookings, service: Service, start: Instant, free: int, now: Instant) -> None:
    """Set the number of free seats of the slot that starts at `start`.

    Adds placeholder bookings, or cancels the newest callbacks. Raises ValueError with a message for the user if the
    number is impossible, or OutOfRoom. A ValueError is raised before any change.
    """
    for _ in set_free_in_steps(bookings, service, start, free, now):
        pass


def set_free_in_steps(bookings: Bookings, service: Service, start: Instant, free: int, now: Instant) -> Iterator[None]:
    """Do what `set_free` does in steps, one per seat. Callbacks that are completed between two steps are skipped."""
    slot = bookings.slot_of(service, start)
    active = [
        callback
        for callback in bookings.all_callbacks()
        if callback.slot == start and callback.service == service.name and _is_active(bookings, callback, now)
    ]
    yield from _cancel(bookings, service, slot, active, free, now)
    taken = bookings.slot_of(service, start).free - free
    yield from take_seats(bookings, service, {start: taken}, _FILLED, now)


def _cancel(
    bookings: Bookings, service: Service, slot: Slot, active: list[Callback], free: int, now: Instant
) -> Iterator[None]:
    """Cancel active callbacks of the slot, the newest first, until enough seats are free.

    Removes them from `active`, which holds the callbacks that are not completed. Raises ValueError before any change.
    """
    if not 0 <= free <= slot.total:
        raise ValueError(f"must be from 0 to {slot.total}, the seats of the slot")
    max_free = slot.free + sum(callback.seats for callback in active)
    if free > max_free:
        raise ValueError(f"can be {max_free} at the most: the other seats are those of {State.COMPLETED} callbacks")
    while active and free > bookings.slot_of(service, slot.start).free:
        with suppress(WrongState):
            bookings.move(active.pop().id, State.COMPLETED, now, reason=CANCELLED)
        yield


def apply_presets(bookings: Bookings, service: Service, now: Instant) -> Iterator[None]:
    """Apply the preset slots of a service as far as possible, in steps.

    The first 1,000 placeholder bookings take one seat each. In further slots, one booking takes all seats.
    """
    active: dict[Instant | None, list[Callback]] = {}
    for callback in bookings.callbacks(service.name) if service.booked is not None else ():
        if _is_active(bookings, callback, now):
            active.setdefault(callback.slot, []).append(callback)
        yield
    left = _MAX_ONE_BY_ONE
    for slot in service.slots:
        current = bookings.slot_of(service, slot.start)
        if slot.free is not None:
            in_slot = active.setdefault(current.start, [])
            before = len(bookings)
            max_free = current.free + sum(callback.seats for callback in in_slot)
            free = min(slot.free, max_free)
            yield from _cancel(bookings, service, current, in_slot, free, now)
            taken = bookings.slot_of(service, current.start).free - free
            yield from _take(bookings, service, {current.start: taken}, _FILLED, now, one_by_one=taken <= left)
            left -= taken if taken <= left else 0
            in_slot += bookings.newest(len(bookings) - before)
        if slot.closed:
            bookings.calendar(service).close(current.start)
        yield


def take_seats(
    bookings: Bookings, service: Service, seats: Mapping[Instant, int], properties: Mapping[str, Any], now: Instant
) -> Iterator[None]:
    """Fill free seats of slots with placeholder bookings, in steps of one booking.

    `seats` maps the starts of slots to numbers of seats. Up to 1,000 seats in total are booked one by one; beyond that,
    one booking takes all seats of a slot. Seats that are taken between two steps are skipped. Raises OutOfRoom if the
    session would have too many placeholder bookings, and then changes nothing.
    """
    one_by_one = sum(seats.values()) <= _MAX_ONE_BY_ONE
    yield from _take(bookings, service, seats, properties, now, one_by_one=one_by_one)


def _take(
    bookings: Bookings,
    service: Service,
    seats: Mapping[Instant, int],
    properties: Mapping[str, Any],
    now: Instant,
    *,
    one_by_one: bool,
) -> Iterator[None]:
    """Take the seats of each slot, one by one or all at once. Raises OutOfRoom before any change."""
    if bookings.placeholders + (sum(seats.values()) if one_by_one else len(seats)) > MAX_PLACEHOLDERS:
        raise OutOfRoom("placeholders", MAX_PLACEHOLDERS)
    for start, count in seats.items():
        each = 1 if one_by_one else count
        for _ in range(0, count, each):
            left = min(each, bookings.slot_of(service, start).free)
            if left > 0:
                bookings.book_without_limits(
                    ScheduleCallback(service, PLACEHOLDER, start, properties=properties, seats=left), now
                )
            yield


def _is_active(bookings: Bookings, callback: Callback, now: Instant) -> bool:
    return bookings.status(callback, now).state is not State.COMPLETED
