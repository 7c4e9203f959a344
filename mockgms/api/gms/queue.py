"""The queue position of a callback."""

from typing import Final

import msgspec

from mockgms.api.gms.refusals import ORS, Wording, failure
from mockgms.domain.instants import SECOND
from mockgms.http.messages import Reply, Request
from mockgms.session import Session

_NO_ORS_SESSION: Final = Wording(
    500, ORS, 500, "ORS request failed: 404 Not Found. The callback is not in the queue.", "NOT_IN_QUEUE"
)


def check_position(request: Request, session: Session, id: str) -> Reply:
    """Tell where a callback is in its queue, and for how many seconds it will wait.

    Keys are verified, and so is that all but the last are text. One that is SCHEDULED or COMPLETED is not in the
    queue: GMS hands the question on to ORS, and fails with 500 and its `404 Not Found` when that has no session
    (verified). Raises UnknownCallback.
    """
    callback = session.bookings.find(id)
    now = session.now()
    status = session.bookings.status(callback, now)
    if status.position is None or status.wait is None:
        return failure(_NO_ORS_SESSION, session.scenario)
    wait = str(status.wait // SECOND)
    position = {
        "ewt": wait,
        "_position": str(status.position),
        "_eta": wait,
        "_total_waiting": str(session.bookings.queued(session.bookings.service(callback.service), now)),
        "_agent_ready_threshold_passed": status.position <= 1,
    }
    return Reply(200, msgspec.json.encode(position))
