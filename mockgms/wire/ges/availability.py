"""Availability: the slots of a period as v3 shows them."""

from mockgms.domain.refusals import NothingFree
from mockgms.domain.service import Service
from mockgms.domain.slots import Availability
from mockgms.state import Session
from mockgms.wire.ges.envelope import opening
from mockgms.wire.http import Params, Reply, Request
from mockgms.wire.period import asked_zone, availability_query
from mockgms.wire.refusals import Unreadable
from mockgms.wire.slots import slot_list


def availability(request: Request, session: Session, service_name: str) -> Reply:
    """The free slots of a period, and with `reportBusy` the full ones too (documented).

    `localTime` and `timezone` are of the asked zone, else of the service's (assumed).
    """
    params = request.params()
    service = session.bookings.service(service_name)
    zone = asked_zone(params) or service.timezone
    found = find_slots(session, service, params)
    before = opening(session) + b'{"slots":'
    after = b',"durationMin":%d,"timezone":"%b"}}' % (service.time_bucket, zone.key.encode())
    return Reply(200, slot_list(found, zone, session.scenario.local_time, before, after))


def find_slots(session: Session, service: Service, params: Params) -> Availability:
    """The slots that the parameters ask for. Raises Unreadable, and NothingFree where the scenario wants that."""
    now = session.now()
    found = session.bookings.availability(availability_query(params, service, now, may_be_busy=True), now)
    if session.scenario.empty_availability.v3 == "refuse" and not found.any_free:
        raise NothingFree(found.closed)
    return found


def unnamed(request: Request, session: Session) -> Reply:
    """Refuse a query that names no service: the widget sends one when it is configured without (verified)."""
    raise Unreadable("service-name", "is required")
