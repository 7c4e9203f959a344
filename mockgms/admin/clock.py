"""The clock of a session, read and set."""

from typing import Any

import msgspec

from mockgms.admin.json import parse_json, render_json
from mockgms.domain.instants import Instant, parse_instant, render_instant
from mockgms.scenario.durations import parse_duration
from mockgms.state import Session
from mockgms.wire.http import Reply, Request
from mockgms.wire.refusals import Unreadable


class Setting(msgspec.Struct, forbid_unknown_fields=True):
    """What of the clock is set."""

    now: str | None = None
    frozen: bool | None = None


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    """How far the clock moves on."""

    by: str


def read(request: Request, session: Session) -> Reply:
    """The time it shows, and whether it stands still."""
    return render_json(render_clock(session))


def put(request: Request, session: Session) -> Reply:
    """Show another time, stand still or run on; what is not named stays as it is."""
    setting = parse_json(request, Setting)
    now = parse_now(setting, "now")
    if setting.frozen is not None:
        session.clock.freeze() if setting.frozen else session.clock.run()
    if now is not None:
        session.clock.set(now)
    return read(request, session)


def advance(request: Request, session: Session) -> Reply:
    """Move on by a duration such as `15m`."""
    try:
        by = parse_duration(parse_json(request, _Advance).by)
    except ValueError as mistake:
        raise Unreadable("by", str(mistake)) from None
    session.clock.advance(by)
    return read(request, session)


def render_clock(session: Session) -> dict[str, Any]:
    """What the clock of a session shows."""
    return {"now": render_instant(session.now()), "frozen": session.clock.frozen}


def parse_now(setting: Setting, field: str) -> Instant | None:
    """The time that is set, None when none is. Raises Unreadable, naming the field."""
    try:
        return None if setting.now is None else parse_instant(setting.now)
    except ValueError as mistake:
        raise Unreadable(field, str(mistake)) from None
