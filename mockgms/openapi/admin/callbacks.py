"""What is told of the callbacks of a session."""

from typing import Annotated, Any

from msgspec import Meta

from mockgms.api.admin.callbacks import Booking, Move
from mockgms.domain.callback import State
from mockgms.openapi.described import Body, Case, Described, Param, Table
from mockgms.openapi.shapes import Answer, Time, Uuid, Whole
from mockgms.openapi.stories import BOOKED, FIRST, ONE_SEAT, ONLY_SALES, PHONE, QUEUED, SERVICE, TEN, UNKNOWN


class CallbackOfAdmin(Answer):
    """A callback, and how it stands."""

    id: Uuid
    service: str
    phone: str
    created: Time
    desired_time: Time
    slot: Annotated[Time | None, Meta(description="The start of the slot that it takes")]
    state: State
    reason: Annotated[str | None, Meta(description="Why it is COMPLETED")]
    position: Annotated[Whole | None, Meta(description="In its queue, from 1")]
    wait: Annotated[Whole | None, Meta(description="Seconds that it will wait")]
    moves: Annotated[list[State], Meta(description="Where it can be moved")]
    properties: dict[str, Any]


TABLE: Table = {
    "GET /callbacks": Described(
        "All callbacks, in the order they were booked.",
        list[CallbackOfAdmin],
        query=(
            Param("service", "Those of one service.", SERVICE),
            Param("slot", "Those in the slot that holds this time; it needs the `service`.", TEN),
        ),
        cases=(
            Case("One is booked", before=(BOOKED,)),
            Case("A slot without a service", query=f"slot={TEN}"),
            Case("The time cannot be read", query="service=sales&slot=ten"),
        ),
    ),
    "POST /callbacks": Described(
        "Book a callback by hand.",
        CallbackOfAdmin,
        detail="Past all limits but the seats of its slot; without a desired time it is one as soon as possible.",
        body=Body(Booking),
        cases=(
            Case("At a desired time", body={"service": SERVICE, "phone": PHONE, "desired_time": TEN}),
            Case(
                "The slot is full",
                body={"service": SERVICE, "phone": PHONE, "desired_time": TEN},
                given=ONE_SEAT,
                before=(BOOKED,),
            ),
            Case("No phone number", body={"service": SERVICE}),
            Case("The service is unknown", body={"service": "support", "phone": PHONE}, given=ONLY_SALES),
            Case("The time cannot be read", body={"service": SERVICE, "phone": PHONE, "desired_time": "tomorrow"}),
        ),
    ),
    "PATCH /callbacks/{id}": Described(
        "Move a callback on.",
        CallbackOfAdmin,
        detail=(
            "SCHEDULED, QUEUED, ROUTING, PROCESSING, COMPLETED: one at a time, or from any of them to the end, for a"
            " `reason`. From there it goes on by the lifecycle of its service."
        ),
        path=(Param("id", "The id of the callback.", FIRST),),
        body=Body(Move),
        cases=(
            Case("A state on", body={"state": "ROUTING"}, before=(QUEUED,)),
            Case("To the end", body={"state": "COMPLETED", "reason": "NO_ANSWER"}, before=(QUEUED,)),
            Case("It cannot move there", body={"state": "PROCESSING"}, before=(QUEUED,)),
            Case("No reason", body={"state": "COMPLETED"}, before=(QUEUED,)),
            Case("The callback is unknown", path={"id": UNKNOWN}, body={"state": "ROUTING"}),
        ),
    ),
}
