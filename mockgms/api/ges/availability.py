"""Availability: the slots of a period, in the form of v3."""

from typing import Annotated, NoReturn

from msgspec import Meta

from mockgms.api.availability import answer
from mockgms.api.field_types import Answer, LocalTime, SeatCount, ServiceName, Time
from mockgms.api.ges.envelope import start_of_success
from mockgms.api.operation import Written, operation
from mockgms.api.period import PeriodWithBusy, requested_period
from mockgms.api.slots import prepare_list, slot_list
from mockgms.domain.refusals import NothingFree, UnknownService
from mockgms.domain.slots import Availability
from mockgms.http.messages import QueryText, Reply, ReplySteps
from mockgms.http.refusals import Unreadable
from mockgms.session import Session


class SlotOfV3(Answer, rename={"utc": "utcTime", "local": "localTime"}):
    """A slot: its start, free seats (`capacity`) and all its seats."""

    utc: Time
    local: Annotated[LocalTime, Meta(description="In the requested zone, else the service's")]
    capacity: Annotated[SeatCount, Meta(description="Free seats")]
    total: SeatCount


class SlotsOfV3(Answer, rename={"duration": "durationMin"}):
    """The slots of a period."""

    slots: list[SlotOfV3]
    duration: Annotated[int, Meta(description="Length of a slot in minutes")]
    timezone: Annotated[str, Meta(description="The requested zone, else the service's")]


@operation("GET", "/callbacks/availability/{service-name}", "v3.availability", refusals=(UnknownService, NothingFree))
def availability(
    session: Session, service_name: ServiceName, query_text: Annotated[QueryText, Written(PeriodWithBusy)]
) -> Annotated[Reply | ReplySteps, Written(SlotsOfV3)]:
    """Return the slots of a period, ascending.

    With `reportBusy`, full slots are included.

    Args:
        service_name: The name of the service.

    """
    service = session.bookings.service(service_name)
    now, form = session.now(), session.scenario.local_time
    is_refused = session.scenario.empty_availability.v3 == "refuse"
    period = requested_period(query_text, may_be_busy=True)
    query, zone = period.query(service, now), period.zone or service.timezone
    after = b',"durationMin":%d,"timezone":"%b"}}' % (service.time_bucket, zone.key.encode())

    def render(found: Availability) -> Reply:
        if is_refused and not found.any_free:
            raise session.bookings.calendar(service).nothing_free(query, now)
        before = start_of_success(session) + b'{"slots":'
        return Reply(200, slot_list(found, zone, form, before, after))

    return answer(session, query, now, lambda found: prepare_list(found, zone, form), render)


@operation("GET", "/callbacks/availability", "v3.availability")
def unnamed() -> NoReturn:
    """Refuse the request of a widget without a `serviceName`."""  # verified
    raise Unreadable("service-name", "is required")


@operation("GET", "/callbacks/availability/", "v3.availability")
def empty() -> NoReturn:
    """Refuse the request of a widget without a `serviceName`."""
    unnamed()
