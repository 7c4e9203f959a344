"""Queues: how long a service stays open, which callbacks it offers, and how long a caller waits."""

from typing import Annotated, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field

from mockgms.api.field_types import Answer, ServiceName, Whole
from mockgms.api.ges.envelope import success
from mockgms.api.operation import Spellings, Written, operation, query_fields
from mockgms.api.period import Start, Zone, requested_zone
from mockgms.api.waits import NO_AGENTS, UNKNOWN, Estimate, estimate, queue_names
from mockgms.domain.instants import SECOND
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import UnknownService
from mockgms.http import query
from mockgms.http.json_lists import json_list
from mockgms.http.messages import InSteps, Params, Reply
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

Mode: TypeAlias = Literal["mode1", "mode2", "mode3"]

_UTC = ZoneInfo("UTC")


class OpenForQuery(Struct):
    """The start of the period, and the zone of that time."""

    start: Start = None
    timezone: Zone = None


class WaitQuery(Struct):
    """The parameters of a query for waits."""

    queues: Annotated[
        str | None,
        Spellings(("virtualQueues",)),
        Meta(description="Names of services, separated by commas.", examples=["sales"]),
    ] = field(name="virtual-queues", default=None)
    mode: Annotated[Mode | None, Meta(description="Accepted without effect.", examples=["mode1"])] = None
    calls_on_hold: Annotated[
        bool, Spellings(("includeCallsOnHold",)), Meta(description="Accepted without effect.", examples=[False])
    ] = field(name="include-calls-on-hold", default=False)


QUEUES, _MODE, _ON_HOLD = (each.spellings for each in query_fields(WaitQuery))


class OpenFor(Answer, rename={"open_for": "openFor"}):
    """How long a service stays open."""

    open_for: Annotated[Whole, Meta(description="Seconds; 0 when it is closed")]


class QueueStatus(Answer, rename="camel"):
    """The callbacks that a queue offers, and its wait."""

    ewt: Annotated[int, Meta(ge=-1, description="Estimated wait in seconds; -1 if unknown")]
    offer_immediate_callback: bool
    offer_scheduled_callback: bool


class EstimatedWait(Answer, rename="camel"):
    """The estimated wait in a queue."""

    virtual_queue: str
    estimated_wait_time: Annotated[int, Meta(ge=-1, description="Seconds; -1 if unknown")]
    message: str
    result_code: Annotated[
        int, Meta(description="0 if the wait is known, -1 if nothing is queued yet, -2 if there are no agents")
    ]


@operation("GET", "/callbacks/open-for/{service-name}", "v3.open_for", refusals=(UnknownService,))
def open_for(session: Session, service_name: ServiceName, params: Annotated[Params, Written(OpenForQuery)]) -> OpenFor:
    """Return how long a service stays open.

    Args:
        service_name: The name of the service.

    """
    # 0 seconds if it is closed (documented).
    service = session.bookings.service(service_name)
    start = query.instant(params, "start", zone=requested_zone(params) or _UTC)
    return OpenFor(session.bookings.open_for(service, session.now() if start is None else start) // SECOND)


@operation("GET", "/callbacks/queue-status/{queue-name}", "v3.queue_status", refusals=(UnknownService,))
def queue_status(session: Session, queue_name: ServiceName) -> QueueStatus:
    """Return the wait of a queue, and which callbacks it offers.

    Args:
        queue_name: The name of the queue, which is the name of the service.

    """
    # An immediate callback is offered if the wait ends before the service closes (documented). A scheduled one is
    # always offered; the real service has a setting for it.
    now, bookings = session.now(), session.bookings
    service = bookings.service(queue_name)
    return QueueStatus(
        ewt=estimate(bookings, service, now).seconds,
        offer_immediate_callback=bookings.wait(service, now) < bookings.open_for(service, now),
        offer_scheduled_callback=True,
    )


@operation("GET", "/estimated-wait-time", "v3.estimated_wait_time")
def estimated_wait_time(
    session: Session, params: Annotated[Params, Written(WaitQuery)]
) -> InSteps[Annotated[Reply, Written(list[EstimatedWait])]]:
    """Return the estimated wait in each of the requested queues."""
    # A queue whose wait is unknown does not make the others fail (verified).
    names = _virtual_queues(params)
    return success(session, (yield from json_list(names, lambda name: _render_estimate(session, name))))


def _virtual_queues(params: Params) -> list[str]:
    spelling = query.sent_name(params, *QUEUES) or QUEUES[0]
    names = all_queues(params)
    if not names:
        raise Unreadable("virtual-queues", "is required")
    query.check_service_names(names, spelling)
    mode = query.text(params, *_MODE)
    if mode is not None and mode not in get_args(Mode):
        raise Unreadable("mode", f"{quoted(mode)} is not one of {', '.join(get_args(Mode))}")
    query.flag(params, *_ON_HOLD)
    return names


def all_queues(params: Params) -> list[str]:
    """Return the names of the queues that a query requests."""
    return queue_names(params, QUEUES)


def _render_estimate(session: Session, name: str) -> EstimatedWait:
    try:
        wait = estimate(session.bookings, session.bookings.service(name), session.now())
    except UnknownService:
        wait = Estimate(UNKNOWN, NO_AGENTS, f"The virtual queue {name} is not configured.")
    return EstimatedWait(name, wait.seconds, wait.message, wait.result)
