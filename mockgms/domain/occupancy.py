"""Occupancy: how many seats of a slot are free, as somebody wants it."""

from typing import Final

from mockgms.domain.bookings import CANCELLED, Bookings
from mockgms.domain.callback import ScheduleCallback, State
from mockgms.domain.instants import Instant
from mockgms.domain.service import Preset, Service
from mockgms.domain.slots import Slot

RIVAL: Final = "+15550100"  # a number that is kept for fiction
MOST_AT_ONCE: Final = 10_000  # callbacks


def set_free(bookings: Bookings, service: Service, start: Instant, free: int, now: Instant) -> None:
    """Let so many seats of the slot that starts then be free: rivals book, or the newest callbacks are cancelled.

    Raises ValueError, with a sentence, when that cannot be, and has then changed nothing.
    """
    slot, alive = _look(bookings, service, start, now)
    if not 0 <= free <= slot.total:
        raise ValueError(f"must be from 0 to {slot.total}, the seats of the slot")
    if slot.free - free > MOST_AT_ONCE:
        raise ValueError(f"would take more than {MOST_AT_ONCE} callbacks at once")
    most = slot.free + len(alive)
    if free > most:
        raise ValueError(f"can be {most} at the most: the other seats are those of {State.COMPLETED} callbacks")
    for _ in range(slot.free - free):
        bookings.place(ScheduleCallback(service, RIVAL, start, properties={"filled": "by hand"}), now)
    for id in alive[len(alive) - max(free - slot.free, 0) :]:
        bookings.move(id, State.COMPLETED, now, reason=CANCELLED)


def preset(bookings: Bookings, service: Service, slot: Preset, now: Instant) -> None:
    """Let a slot be as the service has it at first, as far as it can be so."""
    seen, alive = _look(bookings, service, bookings.slot_of(service, slot.start).start, now)
    if slot.free is not None:
        least, most = max(seen.free - MOST_AT_ONCE, 0), seen.free + len(alive)
        set_free(bookings, service, seen.start, min(max(slot.free, least), most), now)
    if slot.closed:
        bookings.calendar(service).close(seen.start)


def _look(bookings: Bookings, service: Service, start: Instant, now: Instant) -> tuple[Slot, list[str]]:
    """The slot that starts then, and the ids of the callbacks in it that are not completed, the newest last."""
    alive = [
        callback.id
        for callback in bookings.callbacks(service.name)
        if callback.slot == start and bookings.standing(callback, now).state is not State.COMPLETED
    ]
    return bookings.slot_of(service, start), alive
