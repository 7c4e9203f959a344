"""The sessions of the server: list them; create, restart or delete one."""

from functools import partial
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict, replace

from mockgms.api.admin.clock import ClockSetting, ClockView, read_clock
from mockgms.api.admin.refusals import NotFound, not_found
from mockgms.api.field_types import Answer, Body, Whole
from mockgms.api.operation import Created, ReadBy, operation
from mockgms.domain.quoting import quoted
from mockgms.http.body import parse_time
from mockgms.http.messages import InSteps
from mockgms.http.refusals import Unreadable
from mockgms.http.session_id import FORM, read_session_id
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.mistakes import ScenarioMistakes, suggest_and_list
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.sent_scenario import load_sent_scenario
from mockgms.session import Session, Sessions

SessionId: TypeAlias = Annotated[str, ReadBy(read_session_id), Meta(pattern=f"^{FORM.pattern}$")]


class SessionStart(Body):
    """The start of a session. The defaults are the scenario and the clock that the server was started with.

    With `from`, the session starts with the state of another one.
    """

    example = '{"scenario": "office-hours"}'

    scenario: str | dict[str, Any] | None = None
    clock: ClockSetting | None = None
    forked: Annotated[str, Meta(examples=["default"])] | None = msgspec.field(default=None, name="from")


_DEFAULT: Final = SessionStart()


class SessionView(Answer):
    """The summary of a session."""

    id: str
    scenario: str
    clock: ClockView
    callbacks: Annotated[Whole, Meta(description="The number of its callbacks")]


class StartedSession(SessionView, kw_only=True):
    """The summary of a session that was created or started over."""

    warnings: Annotated[
        list[str] | UnsetType, Meta(description="Settings and rules without effect in its scenario, if there are any")
    ] = UNSET


@operation("GET", "/sessions", "admin.sessions")
def list_sessions(sessions: Sessions) -> list[SessionView]:
    """List the sessions with their scenarios, their clocks and their numbers of callbacks.

    The default one comes first, then the least recently used.
    """
    return [render_session(each) for each in sessions]


@operation("PUT", "/sessions/{id}", "admin.sessions.make")
def make_session(
    sessions: Sessions, catalog: Catalog, id: SessionId, body: SessionStart = _DEFAULT
) -> InSteps[StartedSession | Created[StartedSession]]:
    """Create a session, or start it over.

    It starts as the server was started, unless the body says otherwise: `{"scenario": "office-hours", "clock": {"now":
    "2026-03-02T08:55:00Z", "frozen": true}}`, or one of the two. The scenario may be a whole one, as YAML or an object.
    With `{"from": "other"}` it is a fork: both sessions continue from the state of the other one, independently.

    Args:
        id: The id of the session.
    """
    if body.forked is not None:
        other = _other(body, body.forked, sessions)
        is_known = id in sessions
        session = sessions.fork(id, other)
    else:
        scenario = yield partial(_scenario, body, sessions.scenario, catalog)
        is_known = id in sessions
        yield from sessions.start_in_steps(id, scenario)
        session = sessions.get(id)
    warnings = list(map(str, session.scenario.warnings))
    view = StartedSession(**asdict(render_session(session)), warnings=warnings or UNSET)
    return view if is_known else Created(view)


@operation("DELETE", "/sessions/{id}", "admin.sessions.forget", refusals=(NotFound,))
def delete_session(sessions: Sessions, id: SessionId) -> InSteps[list[SessionView]]:
    """Delete a session. The default one is reset instead.

    Args:
        id: The id of the session.
    """
    if id not in sessions:
        raise not_found("session", "id", id, [each.id for each in sessions])
    yield from sessions.delete_in_steps(id)
    return list_sessions(sessions)


def render_session(session: Session) -> SessionView:
    """Return the summary of a session."""
    return SessionView(session.id, session.scenario.name, read_clock(session), len(session.bookings))


def _other(start: SessionStart, id: str, sessions: Sessions) -> Session:
    """Return the session to copy. Raises Unreadable."""
    if start.scenario is not None or start.clock is not None:
        raise Unreadable(
            "from", "cannot be combined with `scenario` or `clock`: a fork takes both from the other session"
        )
    session = sessions.find(id)
    if session is not None:
        return session
    known = suggest_and_list(id, [each.id for each in sessions])
    raise Unreadable("from", f"is {quoted(id)}, which is not a session{known}")


def _scenario(start: SessionStart, default: Scenario, catalog: Catalog) -> Scenario:
    """Return the requested scenario with the requested clock. Raises Unreadable."""
    try:
        scenario = default if start.scenario is None else _written(start.scenario, catalog)
    except ScenarioMistakes as mistakes:
        raise Unreadable("scenario", f"cannot be used: {'; '.join(map(str, mistakes.mistakes))}") from None
    prepare_customers(scenario)
    if start.clock is None:
        return scenario
    now, frozen = start.clock.now, start.clock.frozen
    first = ClockStart(
        scenario.clock.now if now is None else parse_time(now, "clock.now"),
        scenario.clock.frozen if frozen is None else frozen,
    )
    return replace(scenario, clock=first)


def _written(scenario: str | dict[str, Any], catalog: Catalog) -> Scenario:
    """Return a scenario of the catalog by name, or one that is sent as YAML or an object. Raises ScenarioMistakes."""
    if isinstance(scenario, str):
        return catalog.parse(scenario) if ":" in scenario else catalog.named(scenario)
    return load_sent_scenario(msgspec.json.encode(scenario), catalog)
