"""Availability: the slots of a period as v1 and v2 show them."""

from typing import Final

from mockgms.api.availability import answer
from mockgms.api.period import asked_period
from mockgms.api.slots import prepare_list, prepare_map, slot_list, slot_map
from mockgms.domain.refusals import NothingFree
from mockgms.domain.slots import Availability
from mockgms.http.messages import Reply, Request, Steps
from mockgms.session import Session

_EMPTY: Final = "empty"


def availability_map(request: Request, session: Session, name: str) -> Reply | Steps:
    """v1: an object of slot starts in UTC to free seats (verified); full slots are left out (assumed)."""
    service = session.bookings.service(name)
    now, is_refused = session.now(), session.scenario.empty_availability.v1 != _EMPTY
    query = asked_period(request.query, may_be_busy=False).query(service, now)

    def render(found: Availability) -> Reply:
        if is_refused and not found.runs:
            raise NothingFree(found.closed)
        return Reply(200, slot_map(found))

    return answer(session, query, now, prepare_map, render)


def availability_list(request: Request, session: Session, name: str) -> Reply | Steps:
    """v2: an array of slots, with `report-busy` the full ones too; `localTime` only when a `timezone` is asked for.

    All of it is verified by an official client and its documentation, but that `timezone` is the service's when none
    is asked for: that is assumed.
    """
    service = session.bookings.service(name)
    now = session.now()
    period = asked_period(request.query, may_be_busy=True)
    query, zone = period.query(service, now), period.zone
    shown = (zone or service.timezone).key.encode()
    before = b'{"durationMin":%d,"timezone":"%b","slots":' % (service.time_bucket, shown)
    return answer(
        session,
        query,
        now,
        lambda found: prepare_list(found, zone, "naive"),
        lambda found: Reply(200, slot_list(found, zone, "naive", before, b"}")),
    )
