"""What is told of the availability query of v3."""

from dataclasses import replace
from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.field_types import Answer, LocalTime, Seats, Time
from mockgms.openapi.described import NAMED, Case, Described, Param, Table
from mockgms.openapi.ges.envelope import enveloped
from mockgms.openapi.period import PERIOD, REPORT_BUSY
from mockgms.openapi.stories import BOOKED, OFFICE_HOURS, ONE_SEAT, ONLY_SALES, SERVICE

NAME: Final = Param("service-name", "The name of the service.", SERVICE, NAMED)

_HOUR: Final = "start=2026-03-02T10:00:00.000Z&end=2026-03-02T11:00:00.000Z"
_QUARTER: Final = "start=2026-03-02T10:00:00.000Z&end=2026-03-02T10:15:00.000Z"
_NIGHT: Final = "start=2026-03-02T20:00:00.000Z&end=2026-03-02T21:00:00.000Z"
_REFUSE: Final = "empty_availability: {v3: refuse}\n"


class SlotOfV3(Answer, rename={"utc": "utcTime", "local": "localTime"}):
    """A slot: its start, free seats (`capacity`) and all its seats."""

    utc: Time
    local: Annotated[LocalTime, Meta(description="In the asked zone, else the service's")]
    capacity: Annotated[Seats, Meta(description="Free seats")]
    total: Seats


class SlotsOfV3(Answer, rename={"duration": "durationMin"}):
    """The slots of a period."""

    slots: list[SlotOfV3]
    duration: Annotated[int, Meta(description="Minutes that a slot lasts")]
    timezone: Annotated[str, Meta(description="The asked zone, else the service's")]


_UNNAMED: Final = Described(
    "Refused: what a widget asks for that has no `serviceName`.",
    None,
    cases=(Case("No service is named"),),
    id="v3.availability.unnamed",
)

TABLE: Table = {
    "GET /callbacks/availability/{service-name}": Described(
        "The slots of a period.",
        enveloped("AvailabilityOfV3", SlotsOfV3),
        detail="Ascending, and with `reportBusy` full ones too.",
        path=(NAME,),
        query=(*PERIOD, REPORT_BUSY),
        cases=(
            Case("An hour", query=_HOUR),
            Case(
                "With full slots, in a zone", query=f"{_HOUR}&reportBusy=true&timezone=Europe/Paris", before=(BOOKED,)
            ),
            Case("Nothing is free", query=_QUARTER, given=ONE_SEAT, before=(BOOKED,)),
            Case("Nothing is free, refused", query=_QUARTER, given=_REFUSE + ONE_SEAT, before=(BOOKED,)),
            Case("The office is closed all the time, refused", query=_NIGHT, given=_REFUSE + OFFICE_HOURS),
            Case("The service is unknown", path={"service-name": "support"}, given=ONLY_SALES),
            Case("A time cannot be read", query="start=tomorrow"),
            Case("The period ends before it starts", query="start=2026-03-02T10:00:00Z&end=2026-03-02T09:00:00Z"),
            Case("The zone is unknown", query="timezone=Europe/Pariss"),
        ),
    ),
    "GET /callbacks/availability": _UNNAMED,
    "GET /callbacks/availability/": replace(_UNNAMED, id="v3.availability.empty"),
}
