"""The rules of a session: which there are, arm one, disarm one."""

from functools import partial
from http import HTTPStatus
from typing import Any, Final

from mockgms.api.admin.format import render_json
from mockgms.api.admin.refusals import not_found
from mockgms.domain.instants import LATEST, Instant, render_instant
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.scenario.budget import PatternBudget
from mockgms.scenario.document import parse_document
from mockgms.scenario.engine import Tally
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.rulebook import parse_armed_rule
from mockgms.scenario.rules import Rule
from mockgms.session import Session

_BODY: Final = "<body>"


def read(request: Request, session: Session) -> Reply:
    """All as they are tried in order, those that are over too; then those of the scenario that were disarmed."""
    now = session.now()
    disarmed = [Tally(rule, 0, 0, armed=False, until=None) for rule in session.engine.disarmed()]
    tried = [_render(tally, now) for tally in session.engine.tallies()]
    return render_json(tried + [_render(tally, now) | {"in_force": False} for tally in disarmed])


def arm(request: Request, session: Session) -> Steps:
    """Put one, written as in a scenario file, in front of all others; with `for`, until it is over."""
    try:
        rule, lasting = yield partial(parse_armed_rule, request.body, _BODY)
    except ScenarioMistakes as mistakes:
        refused: Reply = yield partial(_mistaken, request.body, mistakes)
        return refused
    if session.engine.lists(rule.name):
        raise Unreadable("name", f"{rule.name!r} is that of a rule of the scenario: give this one another")
    _check_patterns(rule, session)
    until = None if lasting is None else session.now() + lasting
    session.engine.arm(rule, None if until is None or until > LATEST else until)  # no clock passes LATEST
    session.tell("rules", "armed", name=rule.name)
    return render_json(_render(session.engine.tallies()[0], session.now()), HTTPStatus.CREATED)


def _check_patterns(rule: Rule, session: Session) -> None:
    """Raises Unreadable when the patterns of all armed rules would be too many."""
    armed = [tally.rule for tally in session.engine.tallies() if tally.armed and tally.rule.name != rule.name]
    try:
        PatternBudget().take_all([*armed, rule])
    except ValueError as error:
        raise Unreadable("when", f"does not fit: in all armed rules of the session, {error}; or disarm rules") from None


def disarm(request: Request, session: Session, name: str) -> Reply:
    """Take one out of force: one that was armed for good, one of the scenario until the next reset."""
    if session.engine.named(name) is None:
        raise not_found("rule", "name", name, [tally.rule.name for tally in session.engine.tallies()])
    session.engine.disarm(name)
    session.tell("rules", "disarmed", name=name)
    return read(request, session)


def restore(request: Request, session: Session, name: str) -> Reply:
    """Put one of the scenario that was disarmed back into force, in its old place."""
    if not session.engine.lists(name):
        known = [rule.name for rule in session.engine.disarmed()]
        raise not_found("rule of the scenario", "name", name, known)
    session.engine.restore(name)
    session.tell("rules", "restored", name=name)
    return read(request, session)


def _render(tally: Tally, now: Instant) -> dict[str, Any]:
    """A rule; `expires` is when one that was armed for a time is over, `rule` is how it was written."""
    return {
        "name": tally.rule.name,
        "from": "armed" if tally.armed else "scenario",
        "expires": None if tally.until is None else render_instant(tally.until),
        "matches": tally.matches,
        "firings": tally.firings,
        "in_force": tally.until is None or now < tally.until,
        "rule": tally.rule.written,
    }


def _mistaken(body: bytes, mistakes: ScenarioMistakes) -> Reply:
    told = {
        "message": "The rule has mistakes; nothing has changed.",
        "field": _field(body, mistakes),
        "mistakes": list(map(str, mistakes.mistakes)),
    }
    return render_json(told, HTTPStatus.BAD_REQUEST)


def _field(body: bytes, mistakes: ScenarioMistakes) -> str:
    """The key of the rule that the first mistake is in; "body" when the body cannot be read at all."""
    try:
        entries = parse_document(body, _BODY, [])
    except ScenarioMistakes:
        return "body"
    missing = [name for name in ("name", "then") if name not in entries]
    where = mistakes.mistakes[0]
    before = [key for key, entry in entries.items() if entry.place <= (_BODY, where.line, where.column)]
    return (missing or before[-1:])[0]
