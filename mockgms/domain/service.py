"""A service: the settings by which callbacks are booked, and the set of services of one scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import getsizeof
from typing import Final
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from mockgms.domain.allowance import SERVICE, Allowance
from mockgms.domain.capacity import Capacity
from mockgms.domain.grid import Grid
from mockgms.domain.hours import OfficeHours
from mockgms.domain.instants import SECOND, Duration, Instant
from mockgms.domain.refusals import OutOfRoom, UnknownService

TIME_BUCKETS = (5, 10, 15, 20, 30, 60, 120)
LONGEST_NAME: Final = 255  # characters of a service's name, wherever it is written
MOST_PROVISIONED: Final = 10_000  # services of a session, besides those that its scenario lists


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most `limit` accepted starts in a window of `per`; a window of 0 is switched off."""

    limit: int
    per: Duration


@dataclass(frozen=True, slots=True)
class NumberChecks:
    """Which numbers are refused; a check needs the `country` that numbers without a prefix belong to."""

    country: str | None = None
    refuse_impossible: bool = False
    refuse_premium: bool = False


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How long a callback stays QUEUED, ROUTING and PROCESSING; None: until it is moved by hand."""

    queued: Duration | None = None
    routing: Duration | None = None
    processing: Duration | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """Callbacks of generated customers: the `share` (0 to 1) of the seats of the next `days` that they take."""

    share: float
    days: int


@dataclass(frozen=True, slots=True)
class Preset:
    """How the slot that holds the time `start` is at first: with so many free seats (None: as it comes), or closed."""

    start: Instant
    free: int | None = None
    closed: bool = False


@dataclass(frozen=True)
class Service:
    """One service's settings; the defaults are those of a scenario that says nothing (assumed).

    `horizon` is how far ahead it takes bookings. Within `execution_buffer` of its desired time a callback is queued
    (120 s, verified). `max_in_queue` is how many callbacks of one number may wait at a time. `handle_time` is what
    one queued callback adds to the estimated wait. `lookup_keys` are the properties by which v1 finds callbacks.
    """

    name: str = "*"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    time_bucket: int = 15
    capacity: Capacity = Capacity()
    hours: OfficeHours = OfficeHours()
    horizon: Duration | None = None
    execution_buffer: Duration = 120 * SECOND
    refuse_immediate_when_closed: bool = False
    max_queued: int | None = None
    max_in_queue: int | None = None
    throttles: tuple[Throttle, ...] = ()
    per_number_per_day: int | None = None
    numbers: NumberChecks = NumberChecks()
    lifecycle: Lifecycle = Lifecycle()
    handle_time: Duration = 60 * SECOND
    lookup_keys: tuple[str, ...] = ()
    booked: Booked | None = None
    slots: tuple[Preset, ...] = ()

    @property
    def is_furnished(self) -> bool:
        """Whether something is booked or closed in it before its first use."""
        return self.booked is not None or bool(self.slots)

    @cached_property
    def grid(self) -> Grid:
        """The slots it has: services that agree on them share one grid, those provisioned in any session too."""
        settings = self.timezone, self.time_bucket, self.hours, self.capacity
        grid = _grids.get(settings)
        if grid is None:
            grid = _grids[settings] = Grid(*settings)
        return grid


# A grid lives as long as a service uses it: hours with a holiday on every day take megabytes.
_grids: Final = WeakValueDictionary[tuple[ZoneInfo, int, OfficeHours, Capacity], Grid]()


class Services:
    """The services of one session: those the scenario lists, and those provisioned on first use.

    `fallback` is what an unlisted name is provisioned from; None refuses such names. `furnishes` is whether something
    is booked or closed in a provisioned service before its first use.
    """

    def __init__(
        self, listed: Mapping[str, Service], fallback: Service | None, allowance: Allowance | None = None
    ) -> None:
        self._known = dict(listed)
        self._fallback = fallback
        self._most = len(self._known) + MOST_PROVISIONED
        self.furnishes = fallback is not None and fallback.is_furnished
        self._allowance = allowance or Allowance()

    def __iter__(self) -> Iterator[Service]:
        return iter(tuple(self._known.values()))

    @property
    def provisions(self) -> bool:
        """Whether a service of any other name is provisioned on first use."""
        return self._fallback is not None

    def look(self, name: str) -> Service:
        """The service of this name, as it would be provisioned when need be. Raises UnknownService."""
        service = self._known.get(name)
        if service is None:
            if self._fallback is None:
                raise UnknownService(name)
            _ = (
                self._fallback.grid
            )  # made here, so that all provisioned services share it and it outlives their session
            return replace(self._fallback, name=name)
        return service

    def get(self, name: str) -> Service:
        """The service of this name, provisioned now when need be. Raises UnknownService or OutOfRoom."""
        service = self._known.get(name)
        if service is None:
            service = self.look(name)
            if len(self._known) >= self._most:
                raise OutOfRoom("services", MOST_PROVISIONED)
            self._allowance.take(SERVICE + getsizeof(name))
            self._known[name] = service
        return service
