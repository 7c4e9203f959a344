"""The clock of a session, read and set."""

from typing import Any, Final, Literal

import msgspec

from mockgms.api.admin.json import parse_json, render_json
from mockgms.api.admin.service import find_service
from mockgms.domain.instants import LATEST, Duration, Instant, parse_instant, render_instant
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.text_forms import parse_duration
from mockgms.session import Session

_BACK: Final = (
    "is negative, and an advance only goes forward: set an earlier time with PUT /__admin/clock or `mockgms ctl freeze`"
)
_END: Final = f"after {render_instant(LATEST)}, the last one that the clock can show"


class Setting(msgspec.Struct, forbid_unknown_fields=True):
    """What of the clock is set."""

    now: str | None = None
    frozen: bool | None = None


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    """How far the clock moves on: by a duration, or to the next opening of a service."""

    by: str | None = None
    to: Literal["next_opening"] | None = None
    service: str | None = None


def read(request: Request, session: Session) -> Reply:
    """The time it shows, and whether it stands still."""
    return render_json(render_clock(session))


def put(request: Request, session: Session) -> Reply:
    """Show another time, stand still or run on; what is not named stays as it is."""
    setting = parse_json(request, Setting)
    if setting.now is None and setting.frozen is None:
        raise Unreadable("now", "is required, or else `frozen`")
    now = parse_now(setting, "now")
    session.set_clock(now, frozen=setting.frozen)
    return read(request, session)


def advance(request: Request, session: Session) -> Reply:
    """Move on by a duration such as `15m`, or to when a service opens next by its office hours."""
    asked = parse_json(request, Advance)
    if (asked.by is None) is (asked.to is None):
        raise Unreadable("by", "is required, or else `to`, and not both")
    if asked.by is not None and asked.service is not None:
        raise Unreadable("service", "goes with `to`: by a duration all services move on")
    if asked.by is not None:
        by = _parse_by(asked.by)
        if session.now() + by > LATEST:
            raise Unreadable("by", f"leads to a time {_END}")
        session.advance(by)
    else:
        session.set_clock(_next_opening(session, asked.service))
    return read(request, session)


def _parse_by(by: str) -> Duration:
    if by.startswith("-"):
        raise Unreadable("by", _BACK)
    try:
        return parse_duration(by)
    except ValueError as mistake:
        raise Unreadable("by", str(mistake)) from None


def _next_opening(session: Session, name: str | None) -> Instant:
    service = find_service(session, name)
    opening = service.grid.next_opening(session.now())
    if opening is None:
        how = "is always open" if service.grid.is_open(session.now()) else "stays closed for a year"
        raise Unreadable("to", f"cannot be next_opening: {service.name!r} {how}")
    if opening > LATEST:
        raise Unreadable("to", f"cannot be next_opening: {service.name!r} opens next at a time {_END}")
    return opening


def render_clock(session: Session) -> dict[str, Any]:
    """What the clock of a session shows."""
    return {"now": render_instant(session.now()), "frozen": session.clock.frozen}


def parse_now(setting: Setting, field: str) -> Instant | None:
    """The time that is set, None when none is. Raises Unreadable, naming the field."""
    try:
        return None if setting.now is None else parse_instant(setting.now)
    except ValueError as mistake:
        raise Unreadable(field, str(mistake)) from None
