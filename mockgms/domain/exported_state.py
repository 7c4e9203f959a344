"""The exported state of bookings, as plain values."""

from dataclasses import dataclass

from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant
from mockgms.domain.throttle import ThrottleExport


@dataclass(frozen=True, slots=True)
class ServiceExport:
    """The state of a service without its callbacks. `closed` has the starts of the slots closed by hand."""

    service: str
    closed: tuple[Instant, ...]
    limits: ThrottleExport


@dataclass(frozen=True, slots=True)
class BookingsExport:
    """The names of all services, the states of the used ones (`desks`), and the callbacks in booking order."""

    services: tuple[str, ...]
    desks: tuple[ServiceExport, ...]
    callbacks: tuple[Callback, ...]
