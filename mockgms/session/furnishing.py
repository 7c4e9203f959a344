"""Furnishing: what is booked and closed in a service before its first use."""

from collections.abc import Callable, Iterator

from mockgms.domain.bookings import Bookings
from mockgms.domain.instants import Instant
from mockgms.domain.occupancy import preset
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import Service
from mockgms.scenario.customers import book_customers


def furnish(bookings: Bookings, service: Service, now: Callable[[], Instant], seed: int) -> Iterator[None]:
    """Book the generated customers of a service, and let single slots be as it has them; in steps.

    Raises OutOfRoom. When its customers have no room, the service is as if it had not been used.
    """
    bookings.open_empty(service)
    if service.booked is not None:
        try:
            yield from book_customers(bookings, service, service.booked, now=now(), seed=seed)
        except OutOfRoom:
            bookings.shut(service)
            raise
    yield from preset(bookings, service, now())
