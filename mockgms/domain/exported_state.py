"""The exported state of bookings, as plain values."""

from typing import NamedTuple

from mockgms.domain.blocks import Block
from mockgms.domain.callback import Callback
from mockgms.domain.instants import Instant
from mockgms.domain.throttle import ThrottleExport


class ServiceExport(NamedTuple):
    """The state of a service without its callbacks. `closed` has the starts of the slots closed by hand.

    `blocks` has the slots that rules have closed or filled.
    """

    service: str
    closed: tuple[Instant, ...]
    limits: ThrottleExport
    blocks: tuple[Block, ...] = ()


class BookingsExport(NamedTuple):
    """The names of all services, the states of the used ones, and the callbacks in booking order."""

    services: tuple[str, ...]
    service_states: tuple[ServiceExport, ...]
    callbacks: tuple[Callback, ...]
