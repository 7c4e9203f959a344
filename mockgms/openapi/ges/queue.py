"""What is told of queues through v3: opening, offers, waits."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.field_types import Answer, Whole
from mockgms.api.ges.queue import MODES
from mockgms.openapi.described import FLAG, NAMED, TEXT, Case, Described, Param, Table
from mockgms.openapi.ges.envelope import enveloped
from mockgms.openapi.stories import OFFICE_HOURS, ONLY_SALES, QUEUED, SERVICE

NAME: Final = Param("service-name", "The name of the service.", SERVICE, NAMED)
START: Final = Param(
    "start",
    "From this time on, in ISO 8601. Without an offset it is in `timezone`, else UTC.",
    "2026-03-02T09:00:00.000Z",
)
ZONE: Final = Param("timezone", "The zone of times without an offset.", "Europe/Paris")
_QUEUE: Final = Param("queue-name", "The name of the queue, which is that of the service.", SERVICE, NAMED)


class OpenFor(Answer, rename={"open_for": "openFor"}):
    """How long a service is open."""

    open_for: Annotated[Whole, Meta(description="Seconds; 0 when it is closed")]


class QueueStatus(Answer, rename="camel"):
    """What a queue offers."""

    ewt: Annotated[int, Meta(ge=-1, description="Seconds that a caller waits, -1 when that is not known")]
    offer_immediate_callback: bool
    offer_scheduled_callback: bool


class EstimatedWait(Answer, rename="camel"):
    """How long a caller waits in a queue."""

    virtual_queue: str
    estimated_wait_time: Annotated[int, Meta(ge=-1, description="Seconds, -1 when that is not known")]
    message: str
    result_code: Annotated[int, Meta(description="0 when the wait is known; -1 nothing queued yet; -2 no agents")]


TABLE: Table = {
    "GET /callbacks/open-for/{service-name}": Described(
        "For how long a service is open.",
        enveloped(OpenFor),
        path=(NAME,),
        query=(START, ZONE),
        cases=(
            Case("On a Monday", query="start=2026-03-02T10:00:00.000Z", given=OFFICE_HOURS),
            Case("The service is unknown", path={"service-name": "support"}, given=ONLY_SALES),
            Case("The time cannot be read", query="start=tomorrow"),
        ),
    ),
    "GET /callbacks/queue-status/{queue-name}": Described(
        "The wait, and which callbacks are offered.",
        enveloped(QueueStatus),
        path=(_QUEUE,),
        cases=(
            Case("One is queued", before=(QUEUED,)),
            Case("The queue is unknown", path={"queue-name": "support"}, given=ONLY_SALES),
        ),
    ),
    "GET /estimated-wait-time": Described(
        "The wait in each of some queues.",
        enveloped(list[EstimatedWait]),
        query=(
            Param("virtual-queues", "Names of services, with commas between them.", "sales", TEXT, ("virtualQueues",)),
            Param("mode", "Taken, to no effect.", "mode1", {**TEXT, "enum": list(MODES)}),
            Param("include-calls-on-hold", "Taken, to no effect.", False, FLAG, ("includeCallsOnHold",)),
        ),
        cases=(
            Case("One is queued", query="virtual-queues=sales,support", before=(QUEUED,)),
            Case("No queue is named"),
            Case("The mode is none", query="virtual-queues=sales&mode=mode4"),
        ),
    ),
}
