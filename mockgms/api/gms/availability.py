"""Availability: the slots of a period, in the forms of v1 and v2."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from mockgms.api.availability import answer
from mockgms.api.field_types import Answer, LocalTime, SeatCount, ServiceName, Time
from mockgms.api.gms.refusals import SlotMap
from mockgms.api.operation import Written, operation
from mockgms.api.period import Period, PeriodWithBusy, requested_period
from mockgms.api.slots import prepare_list, prepare_map, slot_list, slot_map
from mockgms.domain.refusals import NothingFree, UnknownService
from mockgms.domain.slots import Availability
from mockgms.http.messages import QueryText, Reply, ReplySteps
from mockgms.session import Session

_EMPTY: Final = "empty"


class SlotOfV2(Answer, rename={"utc": "utcTime", "local": "localTime"}):
    """A slot: its start, free seats (`capacity`) and all its seats."""

    utc: Time
    capacity: Annotated[SeatCount, Meta(description="Free seats")]
    total: SeatCount
    local: Annotated[LocalTime | UnsetType, Meta(description="With a `timezone`: the start there")] = UNSET


class SlotsOfV2(Answer, rename={"duration": "durationMin"}):
    """The slots of a period."""

    duration: Annotated[int, Meta(description="Length of a slot in minutes")]
    timezone: Annotated[str, Meta(description="The requested zone, else the service's")]
    slots: list[SlotOfV2]


@operation("GET", "/1/service/callback/{name}/availability", "v1.availability", refusals=(UnknownService, NothingFree))
def availability_map(
    session: Session, name: ServiceName, query_text: Annotated[QueryText, Written(Period)]
) -> Annotated[Reply | ReplySteps, Written(SlotMap)]:
    """Return the free slots of a period.

    Full slots are left out. With `empty_availability: {v1: empty}`, a period without free slots has status 200.

    Args:
        name: The name of the service.

    """
    # An object that maps starts of slots in UTC to free seats (verified). That full slots are left out is assumed.
    service = session.bookings.service(name)
    now, is_refused = session.now(), session.scenario.empty_availability.v1 != _EMPTY
    query = requested_period(query_text, may_be_busy=False).query(service, now)

    def render(found: Availability) -> Reply:
        if is_refused and not found.runs:
            raise session.bookings.calendar(service).nothing_free(query, now)
        return Reply(200, slot_map(found))

    return answer(session, query, now, prepare_map, render)


@operation("GET", "/2/service/callback/{name}/availability", "v2.availability", refusals=(UnknownService,))
def availability_list(
    session: Session, name: ServiceName, query_text: Annotated[QueryText, Written(PeriodWithBusy)]
) -> Annotated[Reply | ReplySteps, Written(SlotsOfV2)]:
    """Return the slots of a period as a list, ascending.

    With `reportBusy`, full slots are included.

    Args:
        name: The name of the service.

    """
    service = session.bookings.service(name)
    now = session.now()
    period = requested_period(query_text, may_be_busy=True)
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
