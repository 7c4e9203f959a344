"""Occupancy: how many seats of a slot are free, as somebody wants it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from mockgms.domain.bookings import CANCELLED, Bookings
from mockgms.domain.callback import RIVAL, Callback, ScheduleCallback, State
from mockgms.domain.instants import Instant
from mockgms.domain.refusals import OutOfRoom, WrongState
from mockgms.domain.service import Service
from mockgms.domain.slots import Slot

MOST_RIVALS: Final = 120_000  # bookings of rivals in a session: a year of slots of 5 minutes has 105,408
_MOST_ONE_BY_ONE: Final = 1_000  # seats


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
    yield from _let_free(bookings, service, slot, alive, free, now)


def _let_free(
    bookings: Bookings, service: Service, slot: Slot, alive: list[Callback], free: int, now: Instant
) -> Iterator[None]:
    """Let seats of a slot be free, of which the callbacks `alive` that are not completed have some, the newest last.

    Those that are cancelled are taken off the list. Raises ValueError, and has then changed nothing.
    """
    start = slot.start
    if not 0 <= free <= slot.total:
        raise ValueError(f"must be from 0 to {slot.total}, the seats of the slot")
    most = slot.free + sum(callback.seats for callback in alive)
    if free > most:
        raise ValueError(f"can be {most} at the most: the other seats are those of {State.COMPLETED} callbacks")
    while alive and free > bookings.slot_of(service, start).free:
        with suppress(WrongState):
            bookings.move(alive.pop().id, State.COMPLETED, now, reason=CANCELLED)
        yield
    taken = bookings.slot_of(service, start).free - free
    yield from take_seats(bookings, service, {start: taken}, {"filled": "by hand"}, now)


def preset(bookings: Bookings, service: Service, now: Instant) -> Iterator[None]:
    """Let the slots of a service be as it has them at first, as far as they can be so; in steps."""
    alive: dict[Instant | None, list[Callback]] = {}
    for callback in bookings.callbacks(service.name) if service.booked is not None else ():
        if _is_alive(bookings, callback, now):
            alive.setdefault(callback.slot, []).append(callback)
        yield
    for slot in service.slots:
        seen = bookings.slot_of(service, slot.start)
        if slot.free is not None:
            there = alive.setdefault(seen.start, [])
            before = len(bookings)
            most = seen.free + sum(callback.seats for callback in there)
            yield from _let_free(bookings, service, seen, there, min(slot.free, most), now)
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
    taken = sum(seats.values())
    are_many = taken > _MOST_ONE_BY_ONE
    if bookings.rivals + (len(seats) if are_many else taken) > MOST_RIVALS:
        raise OutOfRoom("rivals", MOST_RIVALS)
    for start, count in seats.items():
        each = count if are_many else 1
        for _ in range(0, count, each):
            left = min(each, bookings.slot_of(service, start).free)
            if left > 0:
                bookings.place(ScheduleCallback(service, RIVAL, start, properties=properties, seats=left), now)
            yield


def _is_alive(bookings: Bookings, callback: Callback, now: Instant) -> bool:
    return bookings.standing(callback, now).state is not State.COMPLETED
