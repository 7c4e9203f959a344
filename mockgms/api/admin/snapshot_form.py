"""The form of a snapshot: a session as JSON. Times are in milliseconds since 1970, durations in milliseconds."""

from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from mockgms.domain.capacity import MAX_SEATS
from mockgms.domain.instants import DAY, EARLIEST, LATEST

MAX: Final = 2**53 - 1  # the largest integer that every JSON parser reads exactly

Timestamp: TypeAlias = Annotated[int, Meta(ge=EARLIEST, le=LATEST)]
# A time that a request named, or the start of its slot. Written with an offset, it can lie before EARLIEST.
RequestedTime: TypeAlias = Annotated[int, Meta(ge=EARLIEST - 2 * DAY, le=LATEST)]
NotNegative: TypeAlias = Annotated[int, Meta(ge=0, le=MAX)]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
SeatsTaken: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_SEATS)]
ShortText: TypeAlias = Annotated[str, Meta(max_length=1_000)]


class SnapshotPart(Struct, forbid_unknown_fields=True):
    """A part of a snapshot."""


class StartForm(SnapshotPart):
    """The start of a scenario's clock. `now` is null for the time of the wall clock."""

    now: RequestedTime | None
    frozen: bool


class ScenarioForm(SnapshotPart):
    """A scenario as its texts: its own, then the one of its parent, and so on."""

    name: ShortText
    sources: Annotated[list[str], Meta(min_length=1, max_length=100)]
    clock: StartForm


class ClockForm(SnapshotPart):
    """A clock. It is frozen at `frozen_at`, or if that is null, runs `ahead` of the wall clock."""

    frozen_at: Timestamp | None
    ahead: int


class LimitsForm(SnapshotPart):
    """The limits of a service: the opening time and starts of each throttle window, and the starts per number today."""

    windows: list[tuple[Timestamp, NotNegative]]
    today: date | None
    by_number: dict[str, NotNegative]


class BlockForm(SnapshotPart, omit_defaults=True):
    """Slots that a rule has closed or filled: those that start in a period, or in weekly hours (minutes of the day)."""

    is_full: bool
    start: Annotated[int, Meta(ge=EARLIEST - 2 * DAY, le=LATEST)]
    end: Annotated[int, Meta(ge=EARLIEST - 2 * DAY, le=LATEST + 2 * DAY)]
    until: Timestamp | None = None
    weekdays: list[Annotated[int, Meta(ge=0, le=6)]] | None = None
    minutes: tuple[Annotated[int, Meta(ge=0, le=1440)], Annotated[int, Meta(ge=0, le=1440)]] | None = None


class ServiceStateForm(SnapshotPart, omit_defaults=True):
    """The state of a used service: the starts of its slots that were closed by hand, its limits and blocks."""

    service: str
    closed: list[RequestedTime]
    limits: LimitsForm
    blocks: Annotated[list[BlockForm], Meta(max_length=1_000)] = []


class OutcomeForm(SnapshotPart):
    """The state that a move by hand or a cancellation set, its reason and its time."""

    state: Literal["ROUTING", "PROCESSING", "COMPLETED"]
    reason: str | None
    at: Timestamp


class CallbackForm(SnapshotPart, omit_defaults=True):
    """A callback. `slot` is the start of the slot in which it takes `seats`."""

    id: Annotated[str, Meta(min_length=1, max_length=255)]
    service: str
    phone: str
    created: Timestamp
    desired: RequestedTime
    queued_at: Timestamp
    slot: RequestedTime | None
    properties: dict[str, Any]
    outcome: OutcomeForm | None
    seats: SeatsTaken = 1


class BookingsForm(SnapshotPart):
    """The names of all services, the state of the used ones, and the callbacks in booking order."""

    services: list[str]
    service_states: list[ServiceStateForm]
    callbacks: list[CallbackForm]


class ArmedForm(SnapshotPart):
    """An armed rule as it was written, and its expiry."""

    rule: dict[str, Any]
    until: Timestamp | None


class CountForm(SnapshotPart, omit_defaults=True):
    """How often a rule matched and fired for a caller, and when it first fired."""

    rule: str
    caller: str
    matches: NotNegative
    firings: NotNegative
    opened: Timestamp | None = None


class EventsForm(SnapshotPart):
    """The times of the last requests of a caller that the `after` of a rule counts."""

    rule: str
    caller: str
    times: Annotated[list[Timestamp], Meta(min_length=1, max_length=1_000)]
    opened: Timestamp | None


class StateForm(SnapshotPart):
    """A named state, the scope and the caller for whom it is set, and when it ends (null: never)."""

    name: str
    scope: str
    caller: str
    until: Timestamp | None


class RefusedForm(SnapshotPart):
    """A slot that was refused to a caller in a scope."""

    scope: str
    caller: str
    slot: RequestedTime


class DroppedForm(SnapshotPart):
    """The matches and firings of a rule for callers that were forgotten."""

    rule: str
    matches: NotNegative
    firings: NotNegative


class AskedForm(SnapshotPart):
    """How often a caller asked for a rule. Each of these requests is a match."""

    rule: str
    caller: str
    matches: NotNegative


class RulesForm(SnapshotPart, omit_defaults=True):
    """The disarmed rules of the scenario, the armed rules (the newest first), and what all rules remember."""

    disarmed: list[str]
    armed: list[ArmedForm]
    counts: list[CountForm]
    asked: list[AskedForm]
    events: list[EventsForm] = []
    states: list[StateForm] = []
    refused: list[RefusedForm] = []
    dropped: list[DroppedForm] = []


class BucketForm(SnapshotPart):
    """The level of a rate limit, in `per`-ths of a request. Each millisecond adds `limit`."""

    limit: Positive
    per: Positive
    burst: Positive
    level: Annotated[int, Meta(ge=0)]
    at: Timestamp


class IdsForm(SnapshotPart):
    """The states of the id generators, which are Python's `Random`, in Base64."""

    answers: bytes
    callbacks: bytes


class Snapshot(SnapshotPart):
    """A session.

    `started` is the version of the scenario at the last reset, or null if it is the same as `scenario`. `memory` has
    the state of faults by rule. `requests` is the number of the newest request in the journal. `began` is the time of
    the clock at the last reset. `arrivals` has how many customers have come to each service.
    """

    example: ClassVar[str] = "the answer of GET /__admin/snapshot"

    mockgms: str
    format: Literal[1]
    scenario: ScenarioForm
    started: ScenarioForm | None
    clock: ClockForm
    bookings: BookingsForm
    rules: RulesForm
    memory: dict[str, dict[str, BucketForm]]
    ids: IdsForm
    requests: NotNegative
    began: Timestamp | None = None
    arrivals: dict[str, Annotated[int, Meta(ge=0, le=10_000)]] = {}


class BookingsInPieces(BookingsForm, kw_only=True):
    """Bookings whose callbacks are still unparsed JSON, since parsing all at once could take too long.

    `desks` is the former name of `service_states`, which snapshots of earlier versions have.
    """

    service_states: list[ServiceStateForm] | UnsetType = UNSET  # type: ignore[assignment]  # unset beside `desks`
    desks: list[ServiceStateForm] | UnsetType = UNSET
    callbacks: Raw  # type: ignore[assignment]  # the JSON of a list of `CallbackForm`


class AskedOfAnyVersion(AskedForm, kw_only=True):
    """How often a caller asked for a rule.

    `turn` is the former name of `matches`, which snapshots of earlier versions have.
    """

    matches: NotNegative | UnsetType = UNSET  # type: ignore[assignment]  # unset beside `turn`
    turn: NotNegative | UnsetType = UNSET


class ArmedInPieces(ArmedForm):
    """An armed rule that is still unparsed JSON, and its expiry."""

    rule: Raw  # type: ignore[assignment]  # the JSON of an object


class RulesOfAnyVersion(RulesForm, kw_only=True):
    """What `RulesForm` has, also with former names. The armed rules are still unparsed JSON."""

    # A field that is declared again is written after all others: these keep the order of `RulesForm`.
    disarmed: list[str]
    armed: list[ArmedInPieces]  # type: ignore[assignment]  # a list is read only
    counts: list[CountForm]
    asked: list[AskedOfAnyVersion]  # type: ignore[assignment]  # a list is read only


class SnapshotInPieces(Snapshot):
    """A snapshot whose largest parts are still unparsed JSON. Its fields can have former names."""

    bookings: BookingsInPieces
    rules: RulesOfAnyVersion
    memory: dict[str, Raw]  # type: ignore[assignment]  # the JSON of an object with a `BucketForm` for each key
