"""Occupancy: how many seats of a slot are free, as somebody wants it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final

from mockgms.domain.bookings import CANCELLED, Bookings
from mockgms.domain.callback import RIVAL, Callback, ScheduleCallback, State
from mockgms.domain.instants import Instant
from mockgms.domain.refusals import OutOfRoom, WrongState
from mockgms.domain.service import Service
from mockgms.domain.slots import Slot

MOST_RIVALS: Final = 120_000  # bookings of rivals in a session: a year of slots of 5 minutes has 105,408
_MOST_ONE_BY_ONE: Final = 1_000  # seats
_FILLED: Final[Mapping[str, Any]] = MappingProxyType({"filled": "by hand"})


def set_free(bookings: Bookings, service: Service, start: Instant, free: int, now: Instant) -> None:
    """Let so many seats of the slot that starts then be free: rivals book, or the newest callbacks are cancelled.

    Raises ValueError, with a sentence, when that cannot be, and has then changed nothing.
    """
    for _ in set_free_in_steps(bookings, service, start, free, now):
        pass


def set_free_in_steps(bookings: Bookings, service: Service, start: Instant, free: int, now: Instant) -> Iterator[None]:
    """The same, seat by seat. A callback that somebody else has completed meanwhile is passed over.

    Raises ValueError, with a sentence, when that cannot be, and has then changed nothing.
    """
    slot = bookings.slot_of(service, start)
    alive = [
        callback
        for callback in bookings.all_callbacks()
        if callback.slot == start and callback.service == service.name and _is_alive(bookings, callback, now)
    ]
    yield from _cancel(bookings, service, slot, alive, free, now)
    taken = bookings.slot_of(service, start).free - free
    yield from take_seats(bookings, service, {start: taken}, _FILLED, now)


def _cancel(
    bookings: Bookings, service: Service, slot: Slot, alive: list[Callback], free: int, now: Instant
) -> Iterator[None]:
    """Cancel callbacks that are not completed (`alive`), the newest first, until enough seats of the slot are free.

    Those that are cancelled are taken off the list. Raises ValueError, and has then changed nothing.
    """
    if not 0 <= free <= slot.total:
        raise ValueError(f"must be from 0 to {slot.total}, the seats of the slot")
    most = slot.free + sum(callback.seats for callback in alive)
    if free > most:
        raise ValueError(f"can be {most} at the most: the other seats are those of {State.COMPLETED} callbacks")
    while alive and free > bookings.slot_of(service, slot.start).free:
        with suppress(WrongState):
            bookings.move(alive.pop().id, State.COMPLETED, now, reason=CANCELLED)
        yield


def preset(bookings: Bookings, service: Service, now: Instant) -> Iterator[None]:
    """Let the slots of a service be as it has them at first, as far as they can be so; in steps.

    The first 1,000 rivals take one seat each; in further slots one rival takes all seats.
    """
    alive: dict[Instant | None, list[Callback]] = {}
    for callback in bookings.callbacks(service.name) if service.booked is not None else ():
        if _is_alive(bookings, callback, now):
            alive.setdefault(callback.slot, []).append(callback)
        yield
    left = _MOST_ONE_BY_ONE
    for slot in service.slots:
        seen = bookings.slot_of(service, slot.start)
        if slot.free is not None:
            there = alive.setdefault(seen.start, [])
            before = len(bookings)
            most = seen.free + sum(callback.seats for callback in there)
            free = min(slot.free, most)
            yield from _cancel(bookings, service, seen, there, free, now)
            taken = bookings.slot_of(service, seen.start).free - free
            yield from _take(bookings, service, {seen.start: taken}, _FILLED, now, one_by_one=taken <= left)
            left -= taken if taken <= left else 0
            there += bookings.newest(len(bookings) - before)
        if slot.closed:
            bookings.calendar(service).close(seen.start)
        yield


def take_seats(
    bookings: Bookings, service: Service, seats: Mapping[Instant, int], properties: Mapping[str, Any], now: Instant
) -> Iterator[None]:
    """Let rivals book so many free seats of the slots that start then: one a seat, or when they are many one a slot.

    It pauses after each. A seat that somebody else has taken meanwhile is left to them. Raises OutOfRoom when they are
    more than a session may have, and has then changed nothing.
    """
    one_by_one = sum(seats.values()) <= _MOST_ONE_BY_ONE
    yield from _take(bookings, service, seats, properties, now, one_by_one=one_by_one)


def _take(  # as many as its caller
    bookings: Bookings,
    service: Service,
    seats: Mapping[Instant, int],
    properties: Mapping[str, Any],
    now: Instant,
    *,
    one_by_one: bool,
) -> Iterator[None]:
    """Book the seats of each slot for rivals, one by one or all at once. Raises OutOfRoom before any change."""
    if bookings.rivals + (sum(seats.values()) if one_by_one else len(seats)) > MOST_RIVALS:
        raise OutOfRoom("rivals", MOST_RIVALS)
    for start, count in seats.items():
        each = 1 if one_by_one else count
        for _ in range(0, count, each):
            left = min(each, bookings.slot_of(service, start).free)
            if left > 0:
                bookings.place(ScheduleCallback(service, RIVAL, start, properties=properties, seats=left), now)
            yield


def _is_alive(bookings: Bookings, callback: Callback, now: Instant) -> bool:
    return bookings.status(callback, now).state is not State.COMPLETED
