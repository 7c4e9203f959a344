"""The sessions of the server."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec

from mockgms.api.admin.clock import Setting, parse_now, render_clock
from mockgms.api.admin.json import parse_json, render_json
from mockgms.api.admin.refusals import not_there
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.http.session_id import check_session_id
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.mistakes import ScenarioMistakes, did_you_mean
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.session import Session, Sessions


class SessionStart(msgspec.Struct, forbid_unknown_fields=True):
    """What a session starts with; the server's scenario, and its clock, unless told otherwise.

    One that is `forked` from another starts with all that this has.
    """

    scenario: str | dict[str, Any] | None = None
    clock: Setting | None = None
    forked: str | None = msgspec.field(default=None, name="from")


def read(sessions: Sessions, request: Request, session: Session) -> Reply:
    """All there are: the default one first, then the one that nobody has used for the longest time."""
    return render_json([render_session(each) for each in sessions])


def make(sessions: Sessions, catalog: Catalog, request: Request, session: Session, id: str) -> Steps:
    """Make one, or let it start over: with another scenario, at a time, or as the server was started.

    Or let it go on `from` where another one is.
    """
    check_session_id(id, "id")
    start = parse_json(request, SessionStart) if request.body.strip() else SessionStart()
    if start.forked is not None:
        other = _other(start, start.forked, sessions)
        status = _status(id, sessions)
        return render_json(render_session(sessions.fork(id, other)), status)
    scenario = yield partial(_scenario, start, sessions.scenario, catalog)
    status = _status(id, sessions)
    yield from sessions.make_in_steps(id, scenario)
    return render_json(render_session(sessions.get(id)), status)


def _status(id: str, sessions: Sessions) -> HTTPStatus:
    return HTTPStatus.OK if id in sessions else HTTPStatus.CREATED


def forget(sessions: Sessions, request: Request, session: Session, id: str) -> Steps:
    """Forget one; the default one is reset instead."""
    check_session_id(id, "id")
    if id not in sessions:
        return not_there("session", "id", id, [each.id for each in sessions])
    yield from sessions.forget_in_steps(id)
    return read(sessions, request, session)


def render_session(session: Session) -> dict[str, Any]:
    """A session in short."""
    return {
        "id": session.id,
        "scenario": session.scenario.name,
        "clock": render_clock(session),
        "callbacks": len(session.bookings),
    }


def _other(start: SessionStart, id: str, sessions: Sessions) -> Session:
    """The session that is forked. Raises Unreadable."""
    if start.scenario is not None or start.clock is not None:
        raise Unreadable("from", "stands alone: a fork has the scenario and the clock of the other session")
    for session in sessions:
        if session.id == id:
            return session
    raise Unreadable("from", f"is {id!r}, which is no session{did_you_mean(id, [each.id for each in sessions])}")


def _scenario(start: SessionStart, otherwise: Scenario, catalog: Catalog) -> Scenario:
    """The scenario, with the clock that is asked for: what it books beforehand is booked from that time on."""
    try:
        scenario = otherwise if start.scenario is None else _written(start.scenario, catalog)
    except ScenarioMistakes as mistakes:
        raise Unreadable("scenario", f"cannot be used: {'; '.join(map(str, mistakes.mistakes))}") from None
    prepare_customers(scenario)
    if start.clock is None:
        return scenario
    now, frozen = parse_now(start.clock, "clock.now"), start.clock.frozen
    first = ClockStart(
        scenario.clock.now if now is None else now,
        scenario.clock.frozen if frozen is None else frozen,
    )
    return replace(scenario, clock=first)


def _written(scenario: str | dict[str, Any], catalog: Catalog) -> Scenario:
    """A scenario of the catalog by its name, or a whole one as YAML or an object. Raises ScenarioMistakes."""
    if isinstance(scenario, str):
        return catalog.parse(scenario) if ":" in scenario else catalog.named(scenario)
    return catalog.parse(msgspec.json.encode(scenario))
