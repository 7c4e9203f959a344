"""A service: its settings, and the services of one session."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from operator import attrgetter
from sys import getsizeof
from typing import Annotated, Final
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from mockgms.domain.allowance import SERVICE, Allowance
from mockgms.domain.annotations import (
    AllowedValues,
    Bounds,
    Count,
    CountryText,
    Doc,
    DurationText,
    Filled,
    Gms,
    Hidden,
    Inline,
    InstantText,
    Key,
    RateText,
    ShareText,
    WrittenAs,
)
from mockgms.domain.capacity import Capacity, Seats, SeatsAt
from mockgms.domain.grid import Grid
from mockgms.domain.hours import MAX_HOURS, OfficeHours
from mockgms.domain.instants import SECOND
from mockgms.domain.refusals import OutOfRoom, UnknownService

TIME_BUCKETS = (5, 10, 15, 20, 30, 60, 120)
LONGEST_NAME: Final = 255  # characters of a service's name, in scenarios and requests
MAX_PROVISIONED: Final = 10_000  # services of a session, in addition to those that its scenario lists


@dataclass(frozen=True, slots=True)
class ThrottleWindow:
    """At most `limit` accepted starts in a window of length `per`. A length of 0 switches the throttle off."""

    limit: Annotated[Count, Doc("0 rejects every start.")]
    per: DurationText


# The two throttles of GMS. These defaults replace parts that are not set, and negative values (verified).
GMS_THROTTLES: Final = {"1": ThrottleWindow(500, 300 * SECOND), "2": ThrottleWindow(1_000, 3_600 * SECOND)}


def split_throttles(throttles: tuple[ThrottleWindow, ...]) -> dict[str, dict[str, int | None]]:
    """Return the parts of both throttles, which GMS options set one by one.

    The parts of an unlisted throttle are None, so that they are not inherited.
    """
    listed = dict(zip(GMS_THROTTLES, throttles, strict=False))
    return {number: {part: getattr(listed.get(number), part, None) for part in _PARTS} for number in GMS_THROTTLES}


def join_throttles(both: Mapping[str, Mapping[str, int | None]]) -> tuple[ThrottleWindow, ...]:
    """Return the throttles of which at least one part is set. The other part is the default of GMS."""
    return tuple(
        replace(default, **parts)
        for number, default in GMS_THROTTLES.items()
        if (parts := {part: value for part, value in both.get(number, {}).items() if value is not None})
    )


_PARTS: Final = ("limit", "per")


@dataclass(frozen=True, slots=True)
class NumberChecks:
    """Which phone numbers are refused. The checks require the `country`."""

    country: Annotated[
        CountryText | None,
        Doc("Country of numbers without a country prefix. The checks require it."),
        Gms("_default_country"),
    ] = None
    refuse_impossible: Annotated[
        bool, Doc("Refuse numbers that cannot exist."), Gms("_disallow_impossible_phone_numbers")
    ] = False
    refuse_premium: Annotated[bool, Doc("Refuse numbers that cost extra."), Gms("_disallow_premium_phone_numbers")] = (
        False
    )


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How long a callback stays in each state. Without a duration, it stays until it is moved or cancelled."""

    queued: Annotated[
        DurationText | None, Doc("How long a callback is QUEUED; without it, until it is moved or cancelled.")
    ] = None
    routing: Annotated[DurationText | None, Doc("How long it is ROUTING.")] = None
    processing: Annotated[DurationText | None, Doc("How long it is PROCESSING, before it is COMPLETED.")] = None
    outcome: Annotated[
        Mapping[str, ShareText],
        Doc(
            "How calls end: the share of each reason, such as `{AGENT_CONNECTED: 80%, NO_ANSWER: 20%}`. It is drawn "
            "for each callback by its id, so another `seed` gives another order. The rest is AGENT_CONNECTED; shares "
            "of over 100% together are relative."
        ),
    ] = field(default_factory=dict)

    def reason_of(self, id: str) -> str | None:
        """Return the reason with which the callback of an id is completed, or None for the usual one."""
        if not self.outcome:
            return None
        drawn = int.from_bytes(blake2b(id.encode(), digest_size=6).digest()) / (1 << 48)
        drawn *= max(1.0, sum(self.outcome.values()))
        for reason, share in self.outcome.items():
            drawn -= share
            if drawn < 0:
                return reason
        return None


@dataclass(frozen=True, slots=True)
class Wait:
    """The estimated wait: the position times the handle time of one callback."""

    handle_time: Annotated[DurationText, Doc("Time that each position in the queue adds to the estimated wait.")] = (
        60 * SECOND
    )


@dataclass(frozen=True, slots=True)
class Booked:
    """Initial bookings by generated customers."""

    share: Annotated[
        ShareText,
        Doc("With `booked`: the share of free seats that generated customers book, at most 10,000 per service."),
    ] = 0.8
    days: Annotated[int, Bounds(1, 366), Doc("Number of days, from the start, on which they book.")] = 5
    rate: Annotated[
        RateText | None,
        Doc(
            "How many further customers book as the clock goes on, such as `12/h`: each takes a free seat of the next "
            "`days`, if there is one. At most 10,000 do per service."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Preset:
    """The initial state of the slot that contains the time `start`."""

    start: InstantText
    free: Annotated[Count | None, Doc("Number of free seats; placeholder bookings take the others.")] = None
    closed: Annotated[bool, Doc("Whether the slot is closed, regardless of the office hours.")] = False


@dataclass(frozen=True)
class Service:
    """One service. Unset settings come from the service `"*"`, then from the defaults here (assumed)."""

    name: Annotated[str, Hidden()] = "*"
    _: KW_ONLY
    timezone: Annotated[ZoneInfo, Doc("Time zone of hours, dates and slot starts."), Gms("_timezone")] = field(
        default_factory=lambda: ZoneInfo("UTC")
    )
    time_bucket: Annotated[
        int,
        AllowedValues.of(*TIME_BUCKETS),
        Doc("Length of a slot in minutes: 5, 10, 15, 20, 30, 60 or 120."),
        Gms("_request_time_bucket", "minutes"),
    ] = 15
    capacity: Annotated[
        Capacity,
        WrittenAs(
            Seats | Annotated[tuple[SeatsAt, ...], Bounds(maximum=MAX_HOURS)],
            build=Capacity.of,
            render=attrgetter("otherwise"),
        ),
        Doc(
            "Seats per slot, or a list such as `{hours: Mon-Fri 09:00-12:00, seats: 10}`. The first entry whose hours "
            "contain the start of the slot applies; other slots have no seats."
        ),
        Gms("_max_request_by_time_bucket", "seats"),
    ] = Capacity()
    hours: Annotated[OfficeHours, Inline()] = OfficeHours()
    horizon: Annotated[
        DurationText | None,
        Doc("How far ahead callbacks can be booked."),
        Gms("_reject_future_desired_time", "horizon"),
    ] = None
    execution_buffer: Annotated[
        DurationText,
        Doc("How long before its desired time a callback is queued."),  # the default is verified
        Gms("_request_execution_time_buffer"),
    ] = 120 * SECOND
    past_tolerance: Annotated[
        DurationText,
        Doc("A desired time that is over by at most this means as soon as possible, in every version."),
        Gms("_reject_past_desired_time", "tolerance"),
    ] = 300 * SECOND  # assumed
    refuse_immediate_when_closed: Annotated[
        bool,
        Doc("Whether immediate callbacks are refused outside the office hours."),
        Gms("_enable_reject_out_of_office_hours"),
    ] = False
    max_queued: Annotated[
        Count | None, Doc("Maximum number of queued callbacks."), Gms("_max_queued_callbacks_per_service")
    ] = None
    throttles: Annotated[
        tuple[ThrottleWindow, ...],
        Key("throttle"),
        WrittenAs(Annotated[tuple[ThrottleWindow, ...], Bounds(maximum=2)], read=split_throttles, build=join_throttles),
        Doc("Up to two limits such as `{limit: 500, per: 5m}` on the starts in a period. `per: 0s` switches one off."),
        Gms("_throttle_callbacks_per_service_1", "count", negative=GMS_THROTTLES["1"].limit, path=("1", "limit")),
        Gms("_throttle_ttl_1", "seconds", negative=GMS_THROTTLES["1"].per, path=("1", "per")),
        Gms("_throttle_callbacks_per_service_2", "count", negative=GMS_THROTTLES["2"].limit, path=("2", "limit")),
        Gms("_throttle_ttl_2", "seconds", negative=GMS_THROTTLES["2"].per, path=("2", "per")),
    ] = ()
    per_number_per_day: Annotated[
        Count | None,
        Doc(
            "Starts accepted from one number per date. Numbers are compared as numbers of `numbers.country` if it is "
            "set, otherwise by their digits."
        ),
        Gms("_throttle_request_parameters_limit", negative=6),
        Gms("_throttle_customer_number_limit", negative=6),  # its name before 8.5.110
    ] = None
    max_in_queue: Annotated[
        int | None,
        Key("in_queue_check"),
        AllowedValues(((True, 2), (False, None), ("strict", 1))),
        Doc(
            "Refuse a number that already waits for two callbacks (`true`) or for one (`strict`). Numbers are compared "
            "as for `per_number_per_day`."
        ),
        Gms("_enable_in_queue_checking"),
    ] = None
    numbers: NumberChecks = NumberChecks()
    lifecycle: Lifecycle = Lifecycle()
    wait: Wait = Wait()
    lookup_keys: Annotated[
        tuple[Filled, ...],
        Doc("Properties by which v1 finds callbacks."),
        Gms("_customer_lookup_keys", "names"),
    ] = ()
    filter_keys: Annotated[
        tuple[Filled, ...],
        Doc("Properties by which v1 filters queues."),
        Gms("filter-keys", "names"),
    ] = ("_callback_state", "_callback_reason", "_request_queue_time_stat", "_request_ewt_service", "_vq")
    returned_keys: Annotated[
        tuple[Filled, ...],
        Doc("Properties that v1's records have in addition to those that always come."),
        Gms("returned-keys", "names"),
    ] = ("_desired_time", "_callback_state", "_callback_reason", "_ors_session_id")
    booked: Booked | None = None
    slots: Annotated[
        tuple[Preset, ...],
        Doc(
            "Initial state of single slots. Each is selected by a time in it: `{start: 2026-03-02T10:00:00Z, free: "
            "0}`, or with `closed: true` instead of `free`."
        ),
    ] = ()

    @property
    def is_prefilled(self) -> bool:
        """Whether the service has initial bookings or preset slots."""
        return self.booked is not None or bool(self.slots)

    @cached_property
    def grid(self) -> Grid:
        """The slots of the service. Services with the same slots share one grid, also between sessions."""
        settings = self.timezone, self.time_bucket, self.hours, self.capacity
        grid = _grids.get(settings)
        if grid is None:
            grid = _grids[settings] = Grid(*settings)
        return grid


# A grid lives as long as a service uses it: hours with a holiday on every day take megabytes.
_grids: Final = WeakValueDictionary[tuple[ZoneInfo, int, OfficeHours, Capacity], Grid]()


class Services:
    """The services of one session: those that the scenario lists, and those provisioned on first use.

    Services with other names are provisioned from `fallback`. If it is None, such names are refused. `has_prefilled` is
    whether provisioned services have initial bookings or preset slots. `has_countries` is whether any service has a
    country for its numbers.
    """

    def __init__(
        self, listed: Mapping[str, Service], fallback: Service | None, allowance: Allowance | None = None
    ) -> None:
        self._known = dict(listed)
        self._fallback = fallback
        self._limit = len(self._known) + MAX_PROVISIONED
        self.has_prefilled = fallback is not None and fallback.is_prefilled
        self.has_countries = any(
            service.numbers.country is not None for service in (*listed.values(), *([fallback] if fallback else ()))
        )
        self._allowance = allowance or Allowance()

    def __iter__(self) -> Iterator[Service]:
        return iter(tuple(self._known.values()))

    @property
    def provisions(self) -> bool:
        """Whether services with other names are provisioned on first use."""
        return self._fallback is not None

    def peek(self, name: str) -> Service:
        """Return the service of this name without keeping a provisioned one. Raises UnknownService."""
        service = self._known.get(name)
        if service is None:
            if self._fallback is None:
                raise UnknownService(name)
            _ = self._fallback.grid  # created here: provisioned services share it, and it outlives their session
            return replace(self._fallback, name=name)
        return service

    def get(self, name: str) -> Service:
        """Return the service of this name, provisioned if necessary. Raises UnknownService or OutOfRoom."""
        service = self._known.get(name)
        if service is None:
            service = self.peek(name)
            if len(self._known) >= self._limit:
                raise OutOfRoom("services", MAX_PROVISIONED)
            self._allowance.take(SERVICE + getsizeof(name))
            self._known[name] = service
        return service
