"""Refusals by name, for faults: each with the values of a request where none are given."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from mockgms.domain import refusals as domain
from mockgms.domain.callback import State
from mockgms.domain.instants import MINUTE, SECOND, Instant
from mockgms.domain.refusals import Refusal, leaves
from mockgms.http import refusals as wire
from mockgms.http.messages import Request
from mockgms.scenario.courses import name_of
from mockgms.scenario.facts import Facts
from mockgms.session import Session

KINDS: Final[Mapping[str, type[Refusal]]] = {
    name_of(kind): kind for kind in leaves(Refusal) if kind.__module__ in (domain.__name__, wire.__name__)
}


def refusal_of(name: str, values: Mapping[str, Any], request: Request, facts: Facts, session: Session) -> Refusal:
    """Return the refusal of this name. Fields that are not in `values` are those of the request, or usual ones."""
    kind, known = KINDS[name], {**_usual(request, facts, session), **values}
    return kind(**{field.name: known[field.name] for field in fields(kind)})


def _usual(request: Request, facts: Facts, session: Session) -> dict[str, Any]:
    now = session.now()
    desired = now if facts.desired is None else facts.desired
    return {
        "service": facts.service or "",
        "id": request.path.rpartition("/")[2],
        "state": State.COMPLETED,
        "number": facts.phone or "",
        "check": "impossible",
        "desired": desired,
        "proposed": _proposed(facts, desired, now, session),
        "closed": False,
        "days": (),
        "retry_after": 30 * SECOND,
        "per": 5 * MINUTE,
        "limit": 1,
        "status": 500,
        "message": "Internal Server Error",
        "room": "session",
        "field": "body",
        "reason": "cannot be read",
        "path": request.path,
        "nearest": f"{request.method} {request.path}",
        "method": request.method,
        "allowed": (request.method,),
    }


def _proposed(facts: Facts, desired: Instant, now: Instant, session: Session) -> tuple[Any, ...]:
    """Return free slots of the requested service, if there is one."""
    try:
        service = None if facts.service is None else session.bookings.service(facts.service)
    except Refusal:
        return ()
    return () if service is None else session.bookings.slot_full(service, desired, now).proposed
