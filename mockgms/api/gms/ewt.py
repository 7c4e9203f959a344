"""The estimated wait of queues, in the forms of v1 and v2."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from mockgms.api.field_types import PLACE, Answer
from mockgms.api.operation import Written, operation
from mockgms.api.waits import estimate, queue_names
from mockgms.domain.refusals import UnknownService
from mockgms.http import query
from mockgms.http.messages import Params
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

NAMES_OF: Final = {"v1": "name", "v2": "vq"}  # the parameter that names the queues, by version
OPERATION: Final = "estimated_wait_time"

_WAIT: Final = {"$ref": PLACE.format(name="QueueWait")}


class QueueWait(Answer):
    """The estimated wait in a queue."""

    ewt: Annotated[int, Meta(ge=-1, description="Seconds, -1 when that is not known")]


class QueuesOfV1(Struct):
    """The queues, and how their wait is estimated."""

    name: Annotated[
        str | None, Meta(description="Names of services, with commas between them.", examples=["sales"])
    ] = None
    aqt: Annotated[str | None, Meta(description="Taken, to no effect.", examples=["urs2"])] = None


class QueuesOfV2(Struct):
    """The queues."""

    vq: Annotated[
        str | None, Meta(description="Names of services, with commas between them.", examples=["sales,support"])
    ] = None


@operation("GET", "/1/service/ewt-for-vq", "v1.estimated_wait_time", refusals=(UnknownService,))
def wait_of_queues(
    session: Session, params: Annotated[Params, Written(QueuesOfV1)]
) -> Annotated[
    Any,
    Meta(
        description="Of one queue its wait, of several an object of their waits by name",
        extra_json_schema={"anyOf": [_WAIT, {"type": "object", "additionalProperties": _WAIT}]},
        extra={"parts": (QueueWait,)},
    ),
]:
    """Return the estimated wait in a queue, or in each of several queues."""
    # Documented, and read so by the StatsService of Widgets 9.0.017 (verified).
    waits = _waits(session, params, "v1")
    return next(iter(waits.values())) if len(waits) == 1 else waits


@operation("GET", "/2/ewt/{aqt}", "v2.estimated_wait_time", refusals=(UnknownService,))
def waits_by_queue(
    session: Session, aqt: str, params: Annotated[Params, Written(QueuesOfV2)]
) -> Annotated[dict[str, QueueWait], Meta(description="The waits by queue")]:
    """Return the estimated wait in each of the queues.

    Args:
        aqt: How the wait is estimated, such as `ewt2`. Taken, to no effect.

    """
    return _waits(session, params, "v2")


def _waits(session: Session, params: Params, version: str) -> dict[str, QueueWait]:
    parameter = NAMES_OF[version]
    names = queue_names(params, (parameter,))
    if not names:
        raise Unreadable(parameter, "is required")
    query.check_service_names(names, parameter)
    now, bookings = session.now(), session.bookings
    return {name: QueueWait(estimate(bookings, bookings.service(name), now).seconds) for name in names}
