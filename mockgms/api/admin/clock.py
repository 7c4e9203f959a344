"""The clock of a session: read, set, advance."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from mockgms.api.admin.services import find_service
from mockgms.api.field_types import Answer, Body, Time, WrittenTime
from mockgms.api.operation import operation
from mockgms.domain.calendar import Calendar
from mockgms.domain.instants import LATEST, Duration, Instant, render_instant
from mockgms.http.body import parse_time
from mockgms.http.messages import InSteps
from mockgms.http.refusals import Unreadable
from mockgms.scenario.text_forms import parse_duration
from mockgms.session import Session

_CANNOT_GO_BACK: Final = (
    "is negative, but the clock can only advance: set an earlier time with PUT /__admin/clock or `mockgms ctl freeze`"
)
_TOO_LATE: Final = f"after {render_instant(LATEST)}, the last time of the clock"


class ClockSetting(Body):
    """The part of the clock to change. Omitted fields keep their value."""

    example = '{"now": "2026-03-02T08:55:00Z", "frozen": true}'

    now: WrittenTime | None = None
    frozen: bool | None = None


class ClockAdvance(Body):
    """How far the clock advances: by a duration, or to the next opening of a service."""

    example = '{"by": "15m"}'

    by: str | None = None
    to: Literal["next_opening"] | None = None
    service: Annotated[str, Meta(examples=["sales"])] | None = None


class ClockView(Answer):
    """The time of a session's clock, and whether it is frozen."""

    now: Time
    frozen: bool


@operation("GET", "/clock", "admin.clock.read")
def read_clock(session: Session) -> ClockView:
    """Return the time of the session's clock."""
    return ClockView(render_instant(session.now()), session.clock.frozen)


@operation("PUT", "/clock", "admin.clock.set")
def set_clock(session: Session, body: ClockSetting) -> ClockView:
    """Set the clock.

    Omitted fields keep their value.
    """
    if body.now is None and body.frozen is None:
        raise Unreadable("now", f"is required, unless `frozen` is given: write {ClockSetting.example}")
    now = None if body.now is None else parse_time(body.now, "now")
    session.set_clock(now, frozen=body.frozen)
    return read_clock(session)


@operation("POST", "/clock/advance", "admin.clock.advance")
def advance_clock(session: Session, body: ClockAdvance) -> InSteps[ClockView]:
    """Advance the clock by a duration, or to the next opening of a service.

    The body is `{"by": "15m"}` or `{"to": "next_opening", "service": "sales"}`. The clock ends with the year 9997
    (UTC): a running clock stops there, and advancing it further is refused.
    """
    if (body.by is None) is (body.to is None):
        raise Unreadable(
            "by", f"is required, unless `to` is given; only one of them is allowed: write {ClockAdvance.example}"
        )
    if body.by is not None and body.service is not None:
        raise Unreadable("service", "requires `to`: a duration advances all services")
    if body.by is not None:
        by = _parse_by(body.by)
        if session.now() + by > LATEST:
            raise Unreadable("by", f"leads to a time {_TOO_LATE}")
        session.advance(by)
    else:
        opening = yield from _next_opening(session, body.service)
        session.set_clock(max(opening, session.now()))  # another request may have advanced the clock meanwhile
    return read_clock(session)


def _parse_by(by: str) -> Duration:
    if by.startswith("-"):
        raise Unreadable("by", _CANNOT_GO_BACK)
    try:
        return parse_duration(by)
    except ValueError as mistake:
        raise Unreadable("by", str(mistake)) from None


def _next_opening(session: Session, name: str | None) -> InSteps[Instant]:
    service = find_service(session, name)
    bookings = session.bookings
    calendar = bookings.calendar(service) if bookings.is_used(service.name) else Calendar(service)
    opening = yield from calendar.next_opening(session.now())
    if opening is None:
        how = "is always open" if calendar.open_for(session.now()) else "stays closed for a year"
        raise Unreadable("to", f"cannot be next_opening: {service.name!r} {how}")
    if opening > LATEST:
        raise Unreadable("to", f"cannot be next_opening: {service.name!r} opens next at a time {_TOO_LATE}")
    return opening
