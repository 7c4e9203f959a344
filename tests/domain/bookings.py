"""Bookings for tests: on a Monday morning, with callbacks whose ids are 1, 2, 3 and so on."""

from itertools import count

from mockgms.domain.bookings import Bookings
from mockgms.domain.calendar import AvailabilityQuery
from mockgms.domain.callback import Callback, ScheduleCallback
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from mockgms.domain.instants import MINUTE, parse_instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.service import Lifecycle, Service, Services

NOW = parse_instant("2026-03-02T08:55Z")  # a Monday
NINE, TEN = NOW + 5 * MINUTE, NOW + 65 * MINUTE
QUARTER = 15 * MINUTE
ANN, BOB, CYD = "5115", "5116", "5117"

SALES = Service("sales", capacity=Capacity(1))
SUPPORT = Service("support")
BY_CLOCK = Service("sales", lifecycle=Lifecycle(2 * MINUTE, MINUTE, 5 * MINUTE))
NINE_TO_TEN = OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 10 * 60),))


def new_bookings(*services: Service) -> Bookings:
    """Return bookings whose callbacks have the ids 1, 2, 3 and so on."""
    ids = count(1)
    return Bookings(Services({service.name: service for service in services}, None), lambda: str(next(ids)))


def book(  # what tests vary
    bookings: Bookings,
    number: str = ANN,
    desired: int | None = None,
    now: int = NOW,
    *,
    service: str = "sales",
    operation_log: OperationLog | None = None,
) -> Callback:
    return bookings.schedule(ScheduleCallback(bookings.service(service), number, desired), now, operation_log)


def free(bookings: Bookings, start: int, now: int = NOW) -> int:
    """Return the number of free seats in a slot of `sales`."""
    query = AvailabilityQuery(bookings.service("sales"), start, start + 1, include_full=True)
    return next(bookings.availability(query, now).slots).free


def ids(bookings: Bookings, service: str | None = None, number: str | None = None) -> list[str]:
    return [callback.id for callback in bookings.callbacks(service, number)]
