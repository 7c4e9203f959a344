"""The queue: how long a service is open, whether it offers callbacks, how long a caller waits."""

from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from mockgms.api.ges.envelope import success
from mockgms.api.period import asked_zone
from mockgms.domain.bookings import Bookings
from mockgms.domain.instants import SECOND, Instant
from mockgms.domain.refusals import UnknownService
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Params, Reply, Request, Steps
from mockgms.http.pieces import json_list
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

UNKNOWN: Final = -1
ESTIMATED: Final = 0
NOTHING_YET: Final = -1
NO_AGENTS: Final = -2
QUEUES: Final = ("virtual-queues", "virtualQueues")
MODES: Final = ("mode1", "mode2", "mode3")

_UTC = ZoneInfo("UTC")


class Estimate(NamedTuple):
    """How long a caller who joins now waits, in seconds, with the documented result code and why it is unknown."""

    seconds: int
    result: int
    message: str


def open_for(request: Request, session: Session, service_name: str) -> Reply:
    """Tell for how many seconds a service is open from `start`, or now, on: 0 when it is closed (documented)."""
    service = session.bookings.service(service_name)
    params = request.params()
    start = query.instant(params, "start", zone=asked_zone(params) or _UTC)
    duration = session.bookings.open_for(service, session.now() if start is None else start)
    return success(session, b'{"openFor":%d}' % (duration // SECOND))


def queue_status(request: Request, session: Session, queue_name: str) -> Reply:
    """Tell what a queue offers: a callback now if it is forecast before the service closes, a later one always.

    Documented, but for the second: the real service has a setting for it.
    """
    now, bookings = session.now(), session.bookings
    service = bookings.service(queue_name)
    status = {
        "ewt": _estimate(bookings, service, now).seconds,
        "offerImmediateCallback": bookings.wait(service, now) < bookings.open_for(service, now),
        "offerScheduledCallback": True,
    }
    return success(session, msgspec.json.encode(status))


def estimated_wait_time(request: Request, session: Session) -> Steps:
    """Tell how long a caller waits in each of the asked queues; one that cannot be told fails alone (verified)."""
    names = _virtual_queues(request.params())
    return success(session, (yield from json_list(names, lambda name: _render_estimate(session, name))))


def _virtual_queues(params: Params) -> list[str]:
    spelling = query.sent(params, *QUEUES) or QUEUES[0]
    names = all_queues(params)
    if not names:
        raise Unreadable("virtual-queues", "is required")
    query.check_service_names(names, spelling)
    mode = query.text(params, "mode")
    if mode is not None and mode not in MODES:
        raise Unreadable("mode", f"{mode!r} is none of {', '.join(MODES)}")
    query.flag(params, "include-calls-on-hold", "includeCallsOnHold")
    return names


def all_queues(params: Params) -> list[str]:
    """The names of the queues that a query asks for."""
    return [name for name in (query.text(params, *QUEUES) or "").split(",") if name]


def _render_estimate(session: Session, name: str) -> dict[str, Any]:
    try:
        estimate = _estimate(session.bookings, session.bookings.service(name), session.now())
    except UnknownService:
        estimate = Estimate(UNKNOWN, NO_AGENTS, f"The virtual queue {name} is not configured.")
    return {
        "virtualQueue": name,
        "estimatedWaitTime": estimate.seconds,
        "message": estimate.message,
        "resultCode": estimate.result,
    }


def _estimate(bookings: Bookings, service: Service, now: Instant) -> Estimate:
    if bookings.open_for(service, now) == 0:
        return Estimate(UNKNOWN, NO_AGENTS, "No agent is logged in: the service is closed.")
    if bookings.queued(service, now) == 0:
        return Estimate(UNKNOWN, NOTHING_YET, "No interaction is in the queue yet.")
    return Estimate(bookings.wait(service, now) // SECOND, ESTIMATED, "Successful")
