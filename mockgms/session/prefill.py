"""Prefilling: the initial bookings and the preset slots of a service."""

from collections.abc import Callable, Iterator

from mockgms.domain.bookings import Bookings
from mockgms.domain.instants import Instant
from mockgms.domain.occupancy import apply_presets
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import Service
from mockgms.scenario.customers import book_customers


def prefill(bookings: Bookings, service: Service, now: Callable[[], Instant], seed: int) -> Iterator[None]:
    """Book the generated customers of a service and apply its preset slots, in steps.

    `now` returns the time of the session, and `seed` determines the customers. Raises OutOfRoom. If the customers
    exceed the limit, the service then counts as unused.
    """
    bookings.open_empty(service)
    if service.booked is not None:
        try:
            yield from book_customers(bookings, service, service.booked, now=now(), seed=seed)
        except OutOfRoom:
            bookings.discard(service)
            raise
    yield from apply_presets(bookings, service, now())
