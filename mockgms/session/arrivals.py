"""Arrivals: customers who book as the clock goes on. They are booked when the session is used after their time."""

from collections.abc import Generator, Iterable
from contextlib import suppress
from typing import Final

from mockgms.domain.bookings import Bookings
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import DAY, Instant
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import Booked, Service
from mockgms.scenario.chance import draw
from mockgms.scenario.customers import customer_arriving

MOST: Final = 10_000  # arrivals per service


def has_rate(service: Service) -> bool:
    """Return whether customers book the service as the clock goes on."""
    return service.booked is not None and service.booked.rate is not None


class Arrivals:
    """The arrivals of one session: for each used service with a rate, how many customers have come.

    The n-th customer comes at a random time of the n-th part of the session, counted from its start. The same seed
    gives the same customers and times.
    """

    def __init__(self, started: Instant, seed: int) -> None:
        self._started = started
        self._seed = seed
        self.counts: dict[str, int] = {}

    def time_of(self, service: Service, count: int) -> Instant | None:
        """Return when the customer after `count` others comes, or None if nobody follows."""
        booked = service.booked
        rate = None if booked is None else booked.rate
        if booked is None or rate is None or count >= MOST:
            return None
        part = count + draw(self._seed, "arrival", service.name, count)
        return self._started + round(part * rate.per / rate.number)

    def due(self, services: Iterable[Service], now: Instant) -> bool:
        """Return whether a customer of one of the services has come until now, and is not booked yet."""
        times = (self.time_of(service, self.counts.get(service.name, 0)) for service in services)
        return any(time is not None and time <= now for time in times)

    def book(self, bookings: Bookings, services: Iterable[Service], now: Instant) -> Generator[None, None, None]:
        """Book all customers who have come until now, in steps."""
        for service in services:
            count = self.counts.get(service.name, 0)
            time = self.time_of(service, count)
            while time is not None and time <= now and service.booked is not None:
                self.counts[service.name] = count + 1
                yield from self._book(bookings, service, service.booked, count, time)
                yield
                count += 1
                time = self.time_of(service, count)

    def _book(
        self, bookings: Bookings, service: Service, booked: Booked, count: int, time: Instant
    ) -> Generator[None, None, None]:
        """Book a customer into a random free seat, in steps. Without one, the customer leaves."""
        query = AvailabilityQuery(service, time, time + booked.days * DAY)
        chosen = draw(self._seed, "seat", service.name, count)
        slot = yield from bookings.calendar(service).slot_of_seat(query, time, lambda free: int(chosen * free))
        if slot is not None:
            number, properties = customer_arriving(self._seed, count)
            command = ScheduleCallback(service, number, slot.start, properties=properties)
            with suppress(OutOfRoom):
                bookings.book_without_limits(command, time)
