"""The record of bookings: all that they are at one time, as values."""

from dataclasses import dataclass

from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant
from mockgms.domain.throttle import ThrottleExport


@dataclass(frozen=True, slots=True)
class ServiceExport:
    """The state of a service without its callbacks; `closed` are the starts of slots closed by hand."""

    service: str
    closed: tuple[Instant, ...]
    limits: ThrottleExport


@dataclass(frozen=True, slots=True)
class BookingsExport:
    """All that bookings are: the names of the services, the desks that have been used, the callbacks as booked."""

    services: tuple[str, ...]
    desks: tuple[ServiceExport, ...]
    callbacks: tuple[Callback, ...]
