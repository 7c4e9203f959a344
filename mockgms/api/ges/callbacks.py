"""Booked callbacks: cancel and retrieve them by id.

Ids and numbers are sent in the body, never in the path (verified).
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from mockgms.api.field_types import Answer, Time, Uuid, Whole
from mockgms.api.ges.create import CallbackId
from mockgms.api.ges.ids import required_id
from mockgms.api.operation import Written, operation
from mockgms.domain.callback import Callback, CallbackStatus, State
from mockgms.domain.instants import SECOND, render_instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import UnknownCallback, WrongState
from mockgms.http.body import MEDIA, Fields
from mockgms.session import Session


class ById(Struct):
    """The id of a callback."""

    id: Annotated[str, Meta(examples=["4537c087-efb5-4404-a623-4023c86cb80f"], extra_json_schema={"format": "uuid"})]


class CallbackOfV3(
    Answer,
    rename={
        "desired": "desiredTime",
        "state": "callbackState",
        "number": "phoneNumber",
        "reason": "callbackReason",
        "position": "positionInQueue",
        "wait": "estimatedWaitTime",
    },
):
    """The status of a callback."""

    id: Uuid
    desired: Time
    state: State
    number: str
    reason: Annotated[str | UnsetType, Meta(description="Why it is COMPLETED")] = UNSET
    position: Annotated[Whole | UnsetType, Meta(description="Position, while it is queued, routed or served")] = UNSET
    wait: Annotated[Whole | UnsetType, Meta(description="Estimated wait in seconds, while it has a position")] = UNSET


@operation("POST", "/callbacks/cancel", "v3.cancel", refusals=(UnknownCallback, WrongState))
def cancel(
    session: Session, operation_log: OperationLog | None, body: Annotated[Fields, Written(ById, MEDIA)]
) -> CallbackId:
    """Cancel a callback."""
    # It is then COMPLETED with the reason CANCELLED (documented).
    return CallbackId(session.bookings.cancel(required_id(body), session.now(), operation_log).id)


@operation("POST", "/callbacks/retrieve", "v3.find", refusals=(UnknownCallback,))
def retrieve(session: Session, body: Annotated[Fields, Written(ById, MEDIA)]) -> CallbackOfV3:
    """Return the status of a callback."""
    callback = session.bookings.find(required_id(body))
    return render_callback(callback, session.bookings.status(callback, session.now()))


def render_callback(callback: Callback, status: CallbackStatus) -> CallbackOfV3:
    """Return the documented members.

    Only a COMPLETED callback has a reason. Only a queued, routed or served one has a position and a wait in seconds.
    """
    answer = CallbackOfV3(
        id=callback.id,
        desired=render_instant(callback.desired),
        state=status.state,
        number=callback.number,
    )
    if status.state is State.COMPLETED and status.reason is not None:
        answer.reason = status.reason
    if status.position is not None and status.wait is not None:
        answer.position = status.position
        answer.wait = status.wait // SECOND
    return answer
