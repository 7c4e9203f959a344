"""What is told of the queue position of a callback."""

from dataclasses import replace
from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.field_types import Answer
from mockgms.openapi.described import Case, Described, Table
from mockgms.openapi.gms.callbacks import ID
from mockgms.openapi.stories import BOOKED, QUEUED, UNKNOWN


class Position(
    Answer,
    rename={
        "position": "_position",
        "eta": "_eta",
        "waiting": "_total_waiting",
        "passed": "_agent_ready_threshold_passed",
    },
):
    """Where a callback is in its queue; numbers are text."""

    ewt: Annotated[str, Meta(description="How long it will wait, in seconds")]
    position: Annotated[str, Meta(description="From 1")]
    eta: Annotated[str, Meta(description="The same as `ewt`")]
    waiting: Annotated[str, Meta(description="How many are queued in its service")]
    passed: Annotated[bool, Meta(description="Whether it is the next")]


_POSITION: Final = Described(
    "Where a callback is in its queue.",
    Position,
    path=(ID,),
    cases=(
        Case("It is queued", before=(QUEUED,)),
        Case("It is scheduled, or completed", before=(BOOKED,)),
        Case("The callback is unknown", path={"id": UNKNOWN}),
    ),
)

TABLE: Table = {
    "GET /1/service/{id}/check-queue-position": _POSITION,
    "POST /1/service/{id}/check-queue-position": replace(
        _POSITION, summary="The same as GET; a body is not read.", id="v1.queue_position.post"
    ),
}
