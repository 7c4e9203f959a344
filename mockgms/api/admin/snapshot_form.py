"""The form of a snapshot: a session as JSON. Times and durations are in milliseconds, times since 1970."""

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta, Raw, Struct

from mockgms.domain.capacity import MAX_SEATS
from mockgms.domain.instants import DAY, EARLIEST, LATEST

MAX: Final = 2**53 - 1  # the largest number that every reader of JSON reads exactly

Moment: TypeAlias = Annotated[int, Meta(ge=EARLIEST, le=LATEST)]
# A time that a request named, or the start of its slot. Written with an offset, it can lie before EARLIEST.
Named: TypeAlias = Annotated[int, Meta(ge=EARLIEST - 2 * DAY, le=LATEST)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=MAX)]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Seats: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_SEATS)]
Text: TypeAlias = Annotated[str, Meta(max_length=1_000)]


class Form(Struct, forbid_unknown_fields=True):
    """A part of a snapshot."""


class StartForm(Form):
    """Where the clock of a scenario starts; `now` is null for the wall clock's time."""

    now: Named | None
    frozen: bool


class ScenarioForm(Form):
    """A scenario by its texts: its own, then that of its parent, and so on."""

    name: Text
    sources: Annotated[list[str], Meta(min_length=1, max_length=100)]
    clock: StartForm


class ClockForm(Form):
    """A clock that stands still at a time, or with null runs so far ahead of the wall clock."""

    frozen_at: Moment | None
    ahead: int


class LimitsForm(Form):
    """When each window of a service opened and how many starts it had; the starts by number of one date."""

    windows: list[tuple[Moment, Count]]
    today: date | None
    by_number: dict[str, Count]


class DeskForm(Form):
    """A service that has been used: the starts of its slots that are closed by hand, and its limits."""

    service: str
    closed: list[Named]
    limits: LimitsForm


class OutcomeForm(Form):
    """Where a callback was put by hand, or by being cancelled, and when."""

    state: Literal["ROUTING", "PROCESSING", "COMPLETED"]
    reason: str | None
    at: Moment


class CallbackForm(Form, omit_defaults=True):
    """A callback; `slot` is when the slot starts of which it holds a seat, or more `seats`."""

    id: Annotated[str, Meta(min_length=1, max_length=255)]
    service: str
    phone: str
    created: Moment
    desired: Named
    queued_at: Moment
    slot: Named | None
    properties: dict[str, Any]
    outcome: OutcomeForm | None
    seats: Seats = 1


class BookingsForm(Form):
    """The names of all services, the ones that have been used, and the callbacks in the order booked."""

    services: list[str]
    desks: list[DeskForm]
    callbacks: list[CallbackForm]


class ArmedForm(Form):
    """A rule that was armed, as it is written, and when it expires."""

    rule: dict[str, Any]
    until: Moment | None


class CountForm(Form):
    """How often a rule has matched, and fired, for a caller."""

    rule: str
    caller: str
    matches: Count
    firings: Count


class AskedForm(Form):
    """How often a caller has asked for a rule."""

    rule: str
    caller: str
    turn: Count


class RulesForm(Form):
    """Rules of the scenario that are disarmed, those that are armed (the latest first), and what all have counted."""

    disarmed: list[str]
    armed: list[ArmedForm]
    counts: list[CountForm]
    asked: list[AskedForm]


class BucketForm(Form):
    """What a rate limit has left, in parts of a request: one is `per` of them, and each millisecond adds `limit`."""

    limit: Positive
    per: Positive
    burst: Positive
    level: Annotated[int, Meta(ge=0)]
    at: Moment


class IdsForm(Form):
    """How far the streams of ids are, in Base64: the state of Python's `Random`."""

    answers: bytes
    callbacks: bytes


class Snapshot(Form):
    """A session. `started` is the scenario of its services, where that is another version; null where it is the same.

    `memory` is what faults remember, by rule. `requests` is the number of the newest one in the journal.
    """

    mockgms: str
    format: Literal[1]
    scenario: ScenarioForm
    started: ScenarioForm | None
    clock: ClockForm
    bookings: BookingsForm
    rules: RulesForm
    memory: dict[str, dict[str, BucketForm]]
    ids: IdsForm
    requests: Count


class BookingsInPieces(BookingsForm):
    """Bookings whose callbacks are still unparsed JSON, since parsing all at once could take too long."""

    callbacks: Raw  # type: ignore[assignment]  # a list of `CallbackForm`, as it is written


class SnapshotInPieces(Snapshot):
    """A snapshot whose callbacks are still unparsed JSON."""

    bookings: BookingsInPieces
