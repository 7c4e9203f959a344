"""The queue position of a callback."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.api.field_types import Answer
from mockgms.api.gms.refusals import ORS, Wording, failure
from mockgms.api.operation import Written, operation
from mockgms.domain.instants import SECOND
from mockgms.domain.refusals import UnknownCallback
from mockgms.http.messages import Reply
from mockgms.session import Session

_NO_ORS_SESSION: Final = Wording(
    500, ORS, 500, "ORS request failed: 404 Not Found. The callback is not in the queue.", "NOT_IN_QUEUE"
)


class Position(
    Answer,
    rename={
        "position": "_position",
        "eta": "_eta",
        "waiting": "_total_waiting",
        "passed": "_agent_ready_threshold_passed",
    },
):
    """The position of a callback in its queue. Numbers are text."""

    ewt: Annotated[str, Meta(description="Estimated wait in seconds")]
    position: Annotated[str, Meta(description="Position in the queue, from 1")]
    eta: Annotated[str, Meta(description="The same as `ewt`")]
    waiting: Annotated[str, Meta(description="Number of callbacks in the queue of its service")]
    passed: Annotated[bool, Meta(description="Whether it is the next in the queue")]


@operation("GET", "/1/service/{id}/check-queue-position", "v1.queue_position", refusals=(UnknownCallback,))
def check_position(session: Session, id: str) -> Position | Annotated[Reply, Written(Position)]:
    """Return the position of a callback in its queue.

    Args:
        id: The id of the callback.

    """
    # The keys are verified, and that all values but the last are text. A SCHEDULED or COMPLETED callback is not in the
    # queue: GMS asks ORS, which has no session for it, and fails with status 500 and ORS's `404 Not Found` (verified).
    callback = session.bookings.find(id)
    now = session.now()
    status = session.bookings.status(callback, now)
    if status.position is None or status.wait is None:
        return failure(_NO_ORS_SESSION, session.scenario)
    wait = str(status.wait // SECOND)
    return Position(
        ewt=wait,
        position=str(status.position),
        eta=wait,
        waiting=str(session.bookings.queued(session.bookings.service(callback.service), now)),
        passed=status.position <= 1,
    )


@operation("POST", "/1/service/{id}/check-queue-position", "v1.queue_position", refusals=(UnknownCallback,))
def check_position_by_post(session: Session, id: str) -> Position | Annotated[Reply, Written(Position)]:
    """Return the position of a callback in its queue, like GET. A body is ignored.

    Args:
        id: The id of the callback.

    """
    return check_position(session, id)
