"""The reasons for refusals in sentences, for readers who do not know the service."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from mockgms.api.wording import complete_table, days_by_reason
from mockgms.domain import refusals as domain
from mockgms.domain.instants import Instant, to_datetime, whole_seconds
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Service
from mockgms.http import refusals as wire
from mockgms.scenario.text_forms import render_duration

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UTC: Final = ZoneInfo("UTC")


class Subject(NamedTuple):
    """The subject of a refusal: its service, and the start and seats of its slot, if it has them.

    `verb` is "was" for a request that was answered, and "is" for one that is only described.
    """

    verb: str
    service: Service | None = None
    start: Instant = 0
    seats: int = 0

    def when(self, instant: Instant) -> str:
        """Return a time in the zone of the service, such as `Mon 2 March 2026 09:00 (Europe/Paris)`."""
        return show_time(instant, _UTC if self.service is None else self.service.timezone)

    @property
    def name(self) -> str:
        """The name of the service, or "the service"."""
        return "the service" if self.service is None else self.service.name


def show_time(instant: Instant, zone: ZoneInfo) -> str:
    """Return a time in a zone, such as `Mon 2 March 2026 09:00 (Europe/Paris)`."""
    local = to_datetime(instant, zone)
    clock = f"{local:%H:%M}" if local.second == 0 else f"{local:%H:%M:%S}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year} {clock} ({zone.key})"


def show_short_time(instant: Instant, zone: ZoneInfo) -> str:
    """Return a time in a zone, without the year and the zone, such as `Mon 2 Mar 09:00`."""
    local = to_datetime(instant, zone)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1][:3]} {local:%H:%M}"


_R = TypeVar("_R", bound=Refusal)
_Clause: TypeAlias = Callable[[Any, Subject], str]


def _row(kind: type[_R], clause: Callable[[_R, Subject], str]) -> tuple[type[Refusal], _Clause]:
    return kind, clause


_CLAUSES: Final[Mapping[type[Refusal], _Clause]] = complete_table(
    (
        _row(
            domain.UnknownService,
            lambda refusal, _: f"the scenario has no service {quoted(refusal.service)} and does not create others",
        ),
        _row(domain.UnknownCallback, lambda refusal, _: f"there is no callback {refusal.id} in this service"),
        _row(
            domain.WrongState,
            lambda refusal, subject: f"the callback {refusal.id} {subject.verb} already {refusal.state}",
        ),
        _row(
            domain.NumberUnreadable,
            lambda refusal, _: (
                f"{quoted(refusal.number)} is not a phone number" if refusal.number else "the phone number is missing"
            ),
        ),
        _row(
            domain.NumberImpossible,
            lambda refusal, _: f"{refusal.number} is not a possible phone number in its country",
        ),
        _row(
            domain.NumberPremium, lambda refusal, _: f"{refusal.number} is a premium number, which the service refuses"
        ),
        _row(
            domain.CountryMissing,
            lambda refusal, _: f"{refusal.service} checks phone numbers, but has no `numbers.country`",
        ),
        _row(
            domain.SlotFull,
            lambda _, subject: (
                f"the slot {subject.when(subject.start)} of {subject.name} {subject.verb} full"
                f" ({subject.seats} of {subject.seats} booked)"
            ),
        ),
        _row(
            domain.OfficeClosed,
            lambda refusal, subject: f"{subject.name} {subject.verb} closed at {subject.when(refusal.desired)}",
        ),
        _row(
            domain.TimePast,
            lambda refusal, subject: f"the desired time {subject.when(refusal.desired)} {subject.verb} in the past",
        ),
        _row(
            domain.TimeBeyondHorizon,
            lambda refusal, subject: (
                f"the desired time {subject.when(refusal.desired)} {subject.verb} beyond the horizon of {subject.name}"
            ),
        ),
        _row(
            domain.NothingFree,
            lambda refusal, subject: _nothing_free(refusal, subject.verb),
        ),
        _row(
            domain.ServiceThrottled,
            lambda refusal, subject: (
                f"{refusal.service} {subject.verb} at its limit of starts within {render_duration(refusal.per)},"
                f" for another {whole_seconds(refusal.retry_after)} s"
            ),
        ),
        _row(
            domain.NumberThrottled,
            lambda refusal, subject: f"{refusal.number} {subject.verb} at the limit of {refusal.limit} starts per date",
        ),
        _row(
            domain.RateLimited,
            lambda refusal, subject: (
                f"the limit of {refusal.limit} requests {subject.verb} reached,"
                f" for another {whole_seconds(refusal.retry_after)} s"
            ),
        ),
        _row(domain.Failure, lambda refusal, _: f"of a server error: {refusal.message}"),
        _row(domain.OutOfRoom, lambda refusal, _: f"the mock is full: {wire.out_of_room(refusal).rstrip('.')}"),
        _row(domain.QueueFull, lambda refusal, subject: f"the queue of {refusal.service} {subject.verb} full"),
        _row(
            domain.NumberInQueue,
            lambda refusal, subject: f"{refusal.number} {subject.verb} already in the queue of {refusal.service}",
        ),
        _row(wire.Unreadable, lambda refusal, _: f"{refusal.field} {refusal.reason}"),
        _row(wire.BodyTooLarge, lambda refusal, _: f"the body has more than {refusal.limit} bytes"),
        _row(wire.UnsupportedBody, lambda refusal, _: f"the body {refusal.reason}"),
        _row(
            wire.CredentialsMissing, lambda _, __: "the scenario requires a key or password, and the request has none"
        ),
        _row(wire.CredentialsWrong, lambda _, __: "the scenario does not accept its key or password"),
        _row(wire.UnknownPath, lambda refusal, _: f"nothing is at {refusal.path}; the nearest is {refusal.nearest}"),
        _row(
            wire.WrongMethod,
            lambda refusal, _: f"{refusal.method} is not answered there; the nearest is {refusal.nearest}",
        ),
        _row(wire.OwnDefect, lambda _, __: "of a defect of mockgms; see its log"),
    )
)


def refusal_text(refusal: Refusal, subject: Subject) -> str:
    """Return the reason of a refusal as a clause that follows "because"."""
    return _CLAUSES[type(refusal)](refusal, subject)


def _nothing_free(refusal: domain.NothingFree, verb: str) -> str:
    match refusal.reason:
        case None:
            return f"no slot of the requested period {verb} free ({days_by_reason(refusal)})"
        case "closed":
            return f"the office {verb} closed during the whole requested period"
        case "full":
            return f"no slot of the requested period {verb} free"
        case reason:
            return f"the requested period {verb} {reason}"
