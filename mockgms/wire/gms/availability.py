"""Availability: the slots of a period as v1 and v2 show them."""

from typing import Final

from mockgms.domain.refusals import NothingFree
from mockgms.domain.service import Service
from mockgms.domain.slots import Availability
from mockgms.state import Session
from mockgms.wire.http import Params, Reply, Request
from mockgms.wire.period import asked_zone, availability_query
from mockgms.wire.slots import slot_list, slot_map

_EMPTY: Final = "empty"


def availability_map(request: Request, session: Session, name: str) -> Reply:
    """v1: an object of slot starts in UTC to free seats (verified); full slots are left out (assumed)."""
    service = session.bookings.service(name)
    found = find_slots(session, service, request.params(), may_be_busy=False)
    if not found.runs and session.scenario.empty_availability.v1 != _EMPTY:
        raise NothingFree(found.closed)
    return Reply(200, slot_map(found))


def availability_list(request: Request, session: Session, name: str) -> Reply:
    """v2: an array of slots, with `report-busy` the full ones too; `localTime` only when a `timezone` is asked for.

    All of it is verified by an official client and its documentation, but that `timezone` is the service's when none
    is asked for: that is assumed.
    """
    params = request.params()
    service = session.bookings.service(name)
    found = find_slots(session, service, params, may_be_busy=True)
    zone = asked_zone(params)
    shown = (zone or service.timezone).key.encode()
    before = b'{"durationMin":%d,"timezone":"%b","slots":' % (service.time_bucket, shown)
    return Reply(200, slot_list(found, zone, "naive", before, b"}"))


def find_slots(session: Session, service: Service, params: Params, *, may_be_busy: bool) -> Availability:
    """The slots that the parameters ask for. Raises Unreadable."""
    now = session.now()
    return session.bookings.availability(availability_query(params, service, now, may_be_busy=may_be_busy), now)
