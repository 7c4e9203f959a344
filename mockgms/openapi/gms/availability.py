"""What is told of the availability queries of v1 and v2."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from mockgms.api.field_types import Answer, LocalTime, Seats, Time
from mockgms.openapi.described import Case, Described, Table
from mockgms.openapi.gms.refusals import SlotMap
from mockgms.openapi.gms.start import NAME
from mockgms.openapi.period import PERIOD, REPORT_BUSY
from mockgms.openapi.stories import BOOKED, OFFICE_HOURS, ONE_SEAT, ONLY_SALES

_HOUR: Final = "start=2026-03-02T10:00:00.000Z&end=2026-03-02T11:00:00.000Z"
_QUARTER: Final = "start=2026-03-02T10:00:00.000Z&end=2026-03-02T10:15:00.000Z"
_NIGHT: Final = "start=2026-03-02T20:00:00.000Z&end=2026-03-02T21:00:00.000Z"
_COMMON: Final = (
    Case("The service is unknown", path={"name": "support"}, given=ONLY_SALES),
    Case("A time cannot be read", query="start=tomorrow"),
    Case("The period ends before it starts", query="start=2026-03-02T10:00:00Z&end=2026-03-02T09:00:00Z"),
    Case("The zone is unknown", query="timezone=Europe/Pariss"),
)


class SlotOfV2(Answer, rename={"utc": "utcTime", "local": "localTime"}):
    """A slot: its start, free seats (`capacity`) and all its seats."""

    utc: Time
    capacity: Annotated[Seats, Meta(description="Free seats")]
    total: Seats
    local: Annotated[LocalTime | UnsetType, Meta(description="With a `timezone`: the start there")] = UNSET


class SlotsOfV2(Answer, rename={"duration": "durationMin"}):
    """The slots of a period."""

    duration: Annotated[int, Meta(description="Minutes that a slot lasts")]
    timezone: Annotated[str, Meta(description="The asked zone, else the service's")]
    slots: list[SlotOfV2]


TABLE: Table = {
    "GET /1/service/callback/{name}/availability": Described(
        "The free slots of a period.",
        SlotMap,
        detail="Full slots are left out. With `empty_availability: {v1: empty}` a period without any is answered 200.",
        path=(NAME,),
        query=PERIOD,
        cases=(
            Case("An hour", query=_HOUR),
            Case("Nothing is free", query=_QUARTER, given=ONE_SEAT, before=(BOOKED,)),
            Case("The office is closed all the time", query=_NIGHT, given=OFFICE_HOURS),
            *_COMMON,
        ),
    ),
    "GET /2/service/callback/{name}/availability": Described(
        "The slots of a period, as a list.",
        SlotsOfV2,
        detail="Ascending, and with `reportBusy` full ones too.",
        path=(NAME,),
        query=(*PERIOD, REPORT_BUSY),
        cases=(
            Case("An hour", query=_HOUR),
            Case(
                "With full slots, in a zone", query=f"{_HOUR}&reportBusy=true&timezone=Europe/Paris", before=(BOOKED,)
            ),
            *_COMMON,
        ),
    ),
}
