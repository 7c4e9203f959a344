"""The schema of scenario files: every key, what it takes, its default, and what GMS calls it.

The structs are never filled: `reading` goes by their fields, and they are the source of the JSON Schema. Those of
rules are in `rulebook`. The GMS options themselves, accepted as keys of a service too, are in `gms_options`.
"""

from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct, field

from mockgms.domain.service import LONGEST_NAME
from mockgms.scenario.rulebook import RuleSettings
from mockgms.scenario.texts import (
    Count,
    CountryText,
    DayText,
    DurationText,
    ExtraText,
    Filled,
    InstantText,
    ShareText,
    WeeklyText,
    ZoneText,
)

MOST_SEATS: Final = 1_000_000
MOST_HOURS: Final = 1_000  # of each list of hours or dates that one service has

Seats: TypeAlias = Annotated[int, Meta(ge=0, le=MOST_SEATS)]


class CapacityAt(Struct, forbid_unknown_fields=True):
    """The seats of slots that start within some weekly hours."""

    hours: WeeklyText
    seats: Seats


class ThrottleWindow(Struct, forbid_unknown_fields=True):
    """At most `limit` accepted starts in a time; `per: 0s` switches it off."""

    limit: Annotated[Count, Meta(description="0 rejects every start. GMS: _throttle_callbacks_per_service_1, _2")]
    per: Annotated[DurationText, Meta(description="GMS: _throttle_ttl_1, _2 (seconds)")]


class NumberChecks(Struct, forbid_unknown_fields=True):
    """Which phone numbers are refused; a check needs the country."""

    country: Annotated[
        CountryText | None, Meta(description="Of numbers without a country prefix. GMS: _default_country")
    ] = None
    refuse_impossible: Annotated[bool, Meta(description="GMS: _disallow_impossible_phone_numbers")] = False
    refuse_premium: Annotated[bool, Meta(description="GMS: _disallow_premium_phone_numbers")] = False


class Lifecycle(Struct, forbid_unknown_fields=True):
    """How long a callback stays in each state; without a duration until it is moved by hand."""

    queued: DurationText | None = None
    routing: DurationText | None = None
    processing: DurationText | None = None


class Wait(Struct, forbid_unknown_fields=True):
    """The estimated wait: position times the time that one callback is handled."""

    handle_time: DurationText = "60s"


class Booked(Struct, forbid_unknown_fields=True):
    """Callbacks of generated customers, there from the start."""

    share: Annotated[ShareText, Meta(description="Of the free seats of the days")] = "80%"
    days: Annotated[int, Meta(ge=1, le=366, description="How many days, from the start of the session")] = 5


class SlotSettings(Struct, forbid_unknown_fields=True):
    """How one slot is at the start: the one that holds the time `start`."""

    start: InstantText
    free: Annotated[Count | None, Meta(description="Free seats; others are taken by rivals")] = None
    closed: Annotated[bool, Meta(description="Closed, whatever the office hours say")] = False


class ServiceSettings(Struct, forbid_unknown_fields=True):
    """One service. What it does not set comes from the service `"*"`, and that from the defaults here."""

    timezone: Annotated[ZoneText, Meta(description="Of hours, dates and slot starts. GMS: _timezone")] = "UTC"
    time_bucket: Annotated[
        Literal[5, 10, 15, 20, 30, 60, 120], Meta(description="Minutes a slot lasts. GMS: _request_time_bucket")
    ] = 15
    capacity: Annotated[
        Seats | Annotated[list[CapacityAt], Meta(max_length=MOST_HOURS)],
        Meta(
            description="Seats per slot: one number, or by hours; the first that hold the slot's start count, and a "
            "slot that none hold has no seat. GMS: _max_request_by_time_bucket"
        ),
    ] = 5
    office_hours: Annotated[
        list[WeeklyText],
        Meta(max_length=MOST_HOURS, description="GMS: _bh_regular, _bh_regular1, _bh_regular2, ... (one each)"),
    ] = field(default_factory=lambda: ["Mon-Sun 00:00-24:00"])
    extra_hours: Annotated[
        list[ExtraText],
        Meta(
            max_length=MOST_HOURS,
            description="Open on top of the office hours, on holidays too. GMS: _bh_add, _bh_add1, ... (one each)",
        ),
    ] = []
    holidays: Annotated[
        list[DayText],
        Meta(
            max_length=MOST_HOURS,
            description="Closed, but for extra hours. GMS: _holiday, _holiday1, _holiday2, ... (one each)",
        ),
    ] = []
    horizon: Annotated[
        DurationText | None,
        Meta(description="How far ahead it takes bookings. GMS: _reject_future_desired_time (1M is 31 days)"),
    ] = None
    execution_buffer: Annotated[
        DurationText,
        Meta(
            description="So long before its desired time a callback is queued. "
            "GMS: _request_execution_time_buffer (seconds)"
        ),
    ] = "120s"
    refuse_immediate_when_closed: Annotated[bool, Meta(description="GMS: _enable_reject_out_of_office_hours")] = False
    max_queued: Annotated[
        Count | None, Meta(description="Callbacks that may wait at a time. GMS: _max_queued_callbacks_per_service")
    ] = None
    throttle: Annotated[
        list[ThrottleWindow],
        Meta(
            max_length=2,
            description="GMS: _throttle_callbacks_per_service_1 per _throttle_ttl_1, and the same with _2",
        ),
    ] = []
    per_number_per_day: Annotated[
        Count | None, Meta(description="Starts of one number on one date. GMS: _throttle_request_parameters_limit")
    ] = None
    in_queue_check: Annotated[
        bool | Literal["strict"],
        Meta(
            description="Refuse a number that waits already: for two callbacks (true), or one (strict). "
            "GMS: _enable_in_queue_checking"
        ),
    ] = False
    numbers: NumberChecks = field(default_factory=NumberChecks)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    wait: Wait = field(default_factory=Wait)
    lookup_keys: Annotated[
        list[Filled],
        Meta(description="Properties by which v1 finds callbacks. GMS: _customer_lookup_keys (comma list)"),
    ] = []
    booked: Booked | None = None
    slots: Annotated[list[SlotSettings], Meta(description="How single slots are at the start")] = []


class Clock(Struct, forbid_unknown_fields=True):
    """Where a session's clock starts."""

    now: Annotated[InstantText | None, Meta(description="Without it, the time it is")] = None
    frozen: Annotated[bool, Meta(description="Stand still until moved by hand")] = False


class BasicUser(Struct, forbid_unknown_fields=True):
    """The user that v1 takes by HTTP Basic authentication."""

    username: Filled
    password: Filled


class Auth(Struct, forbid_unknown_fields=True):
    """Who may call: with any of the keys, or (v1 only) as the basic user. With neither, everybody may."""

    api_keys: Annotated[list[Filled], Meta(description="Values of the header x-api-key, or apikey in v1")] = []
    basic: BasicUser | None = None
    missing: Annotated[Literal[400, 401], Meta(description="Status of v3 for a request without a key")] = 400


class ConflictStatus(Struct, forbid_unknown_fields=True):
    """The status of a full slot, by wire version."""

    v1: Literal[400, 429] = 400
    v3: Literal[400, 429] = 400


class EmptyAvailability(Struct, forbid_unknown_fields=True):
    """What a period without a free slot is answered with, by wire version."""

    v1: Literal["refuse", "empty"] = "refuse"
    v3: Literal["refuse", "empty"] = "empty"


class PastDesiredTime(Struct, forbid_unknown_fields=True):
    """What becomes of a desired time that is over, by wire version."""

    v1: Literal["refuse", "immediate"] = "refuse"
    v3: Literal["refuse", "immediate"] = "immediate"


class ScenarioFile(Struct, forbid_unknown_fields=True):
    """A scenario file."""

    description: Annotated[Filled, Meta(description="What the scenario is for")]
    extends: Annotated[
        Filled | None,
        Meta(description="One parent, by name or by path from this file: maps are merged, anything else is replaced"),
    ] = None
    seed: Annotated[int, Meta(description="Of ids and generated customers")] = 0
    dialect: Annotated[
        Literal["8.5.1", "8.5.2"], Meta(description="Of v1's refusals: 8.5.1 throttles with 503, in two-member bodies")
    ] = "8.5.2"
    slot_conflict_status: Annotated[
        Literal[400, 429] | ConflictStatus,
        Meta(description="Status of a full slot: one for both versions, or by version"),
    ] = field(default_factory=ConflictStatus)
    empty_availability: Annotated[
        Literal["refuse", "empty"] | EmptyAvailability,
        Meta(description="Answer for a period without a free slot: one for both versions, or by version"),
    ] = field(default_factory=EmptyAvailability)
    past_desired_time: Annotated[
        Literal["refuse", "immediate"] | PastDesiredTime,
        Meta(description="A desired time that is over: the same for both versions, or by version"),
    ] = field(default_factory=PastDesiredTime)
    local_time: Annotated[
        Literal["offset", "naive"], Meta(description="Whether a slot's localTime carries its offset; v2's never does")
    ] = "offset"
    clock: Clock = field(default_factory=Clock)
    latency: Annotated[
        Literal["real", "virtual"], Meta(description="Whether faults that take time really do, or move the clock on")
    ] = "real"
    cors: Annotated[bool, Meta(description="false shows what a client does without CORS headers")] = True
    auth: Auth = field(default_factory=Auth)
    unknown_services: Annotated[
        Literal["provision", "refuse"],
        Meta(description='A name not in services: made from "*" on first use, or refused'),
    ] = "provision"
    services: Annotated[
        dict[Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)], ServiceSettings | None],
        Meta(description='By name; "*" holds what every service takes that does not say otherwise'),
    ] = {}
    rules: Annotated[
        list[RuleSettings],
        Meta(description="Tried in this order, then those of the parent: the first that matches and fires decides"),
    ] = []
