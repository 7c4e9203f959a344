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


class Scene(NamedTuple):
    """The subject of a refusal: its service, and the start and seats of its slot. Both are optional.

    `be` is "was" for a request that was answered, and "is" for one that is only described.
    """

    be: str
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


_R = TypeVar("_R", bound=Refusal)
_Clause: TypeAlias = Callable[[Any, Scene], str]


def _row(kind: type[_R], clause: Callable[[_R, Scene], str]) -> tuple[type[Refusal], _Clause]:
    return kind, clause


_CLAUSES: Final[Mapping[type[Refusal], _Clause]] = complete_table(
    (
        _row(
            domain.UnknownService,
            lambda no, _: f"the scenario has no service {quoted(no.service)} and does not create others",
        ),
        _row(domain.UnknownCallback, lambda no, _: f"there is no callback {no.id} in this service"),
        _row(domain.WrongState, lambda no, at: f"the callback {no.id} {at.be} already {no.state}"),
        _row(
            domain.NumberUnreadable,
            lambda no, _: f"{quoted(no.number)} is not a phone number" if no.number else "the phone number is missing",
        ),
        _row(domain.NumberImpossible, lambda no, _: f"{no.number} is not a possible phone number in its country"),
        _row(domain.NumberPremium, lambda no, _: f"{no.number} is a premium number, which the service refuses"),
        _row(
            domain.CountryMissing,
            lambda no, _: f"{no.service} checks phone numbers, but has no `numbers.country`",
        ),
        _row(
            domain.SlotFull,
            lambda _, at: f"the slot {at.when(at.start)} of {at.name} {at.be} full ({at.seats} of {at.seats} booked)",
        ),
        _row(domain.OfficeClosed, lambda no, at: f"{at.name} {at.be} closed at {at.when(no.desired)}"),
        _row(domain.TimePast, lambda no, at: f"the desired time {at.when(no.desired)} {at.be} in the past"),
        _row(
            domain.TimeBeyondHorizon,
            lambda no, at: f"the desired time {at.when(no.desired)} {at.be} beyond the horizon of {at.name}",
        ),
        _row(
            domain.NothingFree,
            lambda no, at: _nothing_free(no, at.be),
        ),
        _row(
            domain.ServiceThrottled,
            lambda no, at: (
                f"{no.service} {at.be} at its limit of starts within {render_duration(no.per)},"
                f" for another {whole_seconds(no.retry_after)} s"
            ),
        ),
        _row(
            domain.NumberThrottled,
            lambda no, at: f"{no.number} {at.be} at the limit of {no.limit} starts per date",
        ),
        _row(
            domain.RateLimited,
            lambda no, at: (
                f"the limit of {no.limit} requests {at.be} reached, for another {whole_seconds(no.retry_after)} s"
            ),
        ),
        _row(domain.Failure, lambda no, _: f"of a server error: {no.message}"),
        _row(domain.OutOfRoom, lambda no, _: f"the mock is full: {wire.out_of_room(no).rstrip('.')}"),
        _row(domain.QueueFull, lambda no, at: f"the queue of {no.service} {at.be} full"),
        _row(domain.NumberInQueue, lambda no, at: f"{no.number} {at.be} already in the queue of {no.service}"),
        _row(wire.Unreadable, lambda no, _: f"{no.field} {no.reason}"),
        _row(wire.BodyTooLarge, lambda no, _: f"the body has more than {no.limit} bytes"),
        _row(wire.UnsupportedBody, lambda no, _: f"the body {no.reason}"),
        _row(
            wire.CredentialsMissing, lambda _, __: "the scenario requires a key or password, and the request has none"
        ),
        _row(wire.CredentialsWrong, lambda _, __: "the scenario does not accept its key or password"),
        _row(wire.UnknownPath, lambda no, _: f"nothing is at {no.path}; the nearest is {no.nearest}"),
        _row(wire.WrongMethod, lambda no, _: f"{no.method} is not answered there; the nearest is {no.nearest}"),
        _row(wire.OwnDefect, lambda _, __: "of a defect of mockgms; see its log"),
    )
)


def refusal_text(refusal: Refusal, scene: Scene) -> str:
    """Return the reason of a refusal as a clause that follows "because"."""
    return _CLAUSES[type(refusal)](refusal, scene)


def _nothing_free(no: domain.NothingFree, be: str) -> str:
    match no.reason:
        case None:
            return f"no slot of the requested period {be} free ({days_by_reason(no)})"
        case "closed":
            return f"the office {be} closed during the whole requested period"
        case "full":
            return f"no slot of the requested period {be} free"
        case reason:
            return f"the requested period {be} {reason}"
