"""The record of bookings: all that they are at one time, as values."""

from dataclasses import dataclass

from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant
from mockgms.domain.throttle import LimitsRecord


@dataclass(frozen=True, slots=True)
class DeskRecord:
    """What the desk of a service holds besides its callbacks; `closed` are the starts of slots closed by hand."""

    service: str
    closed: tuple[Instant, ...]
    limits: LimitsRecord


@dataclass(frozen=True, slots=True)
class BookingsRecord:
    """All that bookings are: the names of the services, the desks that have been used, the callbacks as booked."""

    services: tuple[str, ...]
    desks: tuple[DeskRecord, ...]
    callbacks: tuple[Callback, ...]
