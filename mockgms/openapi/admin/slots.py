"""What is told of the slots of a service."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.admin.slots import SlotChange
from mockgms.openapi.described import FLAG, NAMED, NUMBER, Body, Case, Described, Param, Table
from mockgms.openapi.shapes import Answer, Seats, Time
from mockgms.openapi.stories import BOOKED, OFFICE_HOURS, ONLY_SALES, SERVICE, TEN, YESTERDAY


class SlotOfAdmin(Answer):
    """How full a slot is, and whether it can be booked."""

    start: Time
    capacity: Seats
    booked: Seats
    free: Seats
    state: Annotated[str, Meta(description="free, full, closed, over or beyond the horizon")]
    reason: Annotated[str | None, Meta(description="Why it cannot be booked, where that is not for want of a seat")]


_FEW: Final = "services: {sales: {time_bucket: 120, office_hours: [Mon-Fri 10:00-16:00]}}"
_DAYS: Final = {**NUMBER, "minimum": 1, "maximum": 366, "default": 1}

TABLE: Table = {
    "GET /slots": Described(
        "The open slots to come of a service.",
        list[SlotOfAdmin],
        query=(
            Param("service", "The name of the service.", SERVICE, NAMED, required=True),
            Param("start", "From when on, in ISO 8601 with a zone; without it from now on.", TEN),
            Param("days", "For so many times 24 hours.", 1, _DAYS),
            Param("all", "Also those that have begun, are closed, or lie beyond the horizon.", True, FLAG),
        ),
        cases=(
            Case("A day", query=f"service=sales&start={TEN}", given=_FEW, before=(BOOKED,)),
            Case("All of a day", query="service=sales&start=2026-03-02T06:00:00Z&all=true", given=_FEW),
            Case("No service"),
            Case("The service is unknown", query="service=support", given=ONLY_SALES),
            Case("The days are too many", query="service=sales&days=367"),
            Case("The time cannot be read", query="service=sales&start=tomorrow"),
        ),
    ),
    "PUT /slots": Described(
        "Change a slot: fill it, free it, close it, open it again.",
        SlotOfAdmin,
        detail=(
            "It is the one that holds the time `start`. `free` is how many of its seats are to be free: others are"
            " booked by rivals, or the newest callbacks in it cancelled."
        ),
        body=Body(SlotChange),
        cases=(
            Case("One seat is left", body={"service": SERVICE, "start": TEN, "free": 1}),
            Case("It is closed", body={"service": SERVICE, "start": TEN, "closed": True}),
            Case("The seats are too many", body={"service": SERVICE, "start": TEN, "free": 6}),
            Case("It has begun", body={"service": SERVICE, "start": YESTERDAY, "free": 0}),
            Case(
                "It lies outside of the office hours",
                body={"service": SERVICE, "start": "2026-03-02T20:00:00Z", "closed": False},
                given=OFFICE_HOURS,
            ),
            Case("Nothing is to change", body={"service": SERVICE, "start": TEN}),
            Case("The time cannot be read", body={"service": SERVICE, "start": "ten", "free": 1}),
            Case("The service is unknown", body={"service": "support", "start": TEN, "free": 1}, given=ONLY_SALES),
        ),
    ),
}
