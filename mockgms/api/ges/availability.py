"""Availability: the slots of a period as v3 shows them."""

from mockgms.api.availability import answer
from mockgms.api.ges.envelope import opening
from mockgms.api.period import asked_period
from mockgms.api.slots import prepare_list, slot_list
from mockgms.domain.refusals import NothingFree
from mockgms.domain.slots import Availability
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.session import Session


def availability(request: Request, session: Session, service_name: str) -> Reply | Steps:
    """The free slots of a period, and with `reportBusy` the full ones too (documented).

    `localTime` and `timezone` are of the asked zone, else of the service's (assumed).
    """
    service = session.bookings.service(service_name)
    now, form = session.now(), session.scenario.local_time
    is_refused = session.scenario.empty_availability.v3 == "refuse"
    period = asked_period(request.query, may_be_busy=True)
    query, zone = period.query(service, now), period.zone or service.timezone
    after = b',"durationMin":%d,"timezone":"%b"}}' % (service.time_bucket, zone.key.encode())

    def render(found: Availability) -> Reply:
        if is_refused and not found.any_free:
            raise NothingFree(found.closed)
        before = opening(session) + b'{"slots":'
        return Reply(200, slot_list(found, zone, form, before, after))

    return answer(session, query, now, lambda found: prepare_list(found, zone, form), render)


def unnamed(request: Request, session: Session) -> Reply:
    """Refuse a query that names no service: the widget sends one when it is configured without (verified)."""
    raise Unreadable("service-name", "is required")
