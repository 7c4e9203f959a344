"""Booking a callback by v1."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct, field

from mockgms.api.field_types import AnyText, ServiceName, one_of
from mockgms.api.gms.dialogs import Dialog, StartedCallback, confirmation, dial
from mockgms.api.operation import Written, operation
from mockgms.api.schedule import BOOKING_REFUSALS, book
from mockgms.domain.callback import Callback
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.queue import queued_at
from mockgms.http.body import MEDIA, Fields, as_text, number_field, text_field
from mockgms.session import Session

NUMBER: Final = "_customer_number"
DESIRED: Final = "_desired_time"
_OWN_FIELDS: Final = (NUMBER, DESIRED)  # all other keys are properties
_DIRECTION: Final = "_call_direction"
_CONFIRMATION: Final = "You will receive the call shortly"


class StartCallback(Struct):
    """A callback to book. Other keys are kept as its properties."""

    number: Annotated[AnyText, Meta(description="Phone number to call", examples=["+14155550100"])] = field(name=NUMBER)
    desired: Annotated[str | None, Meta(description="ISO 8601 with a zone; without it, the callback is immediate")] = (
        field(name=DESIRED, default=None)
    )
    direction: Annotated[str | None, Meta(description="USERORIGINATED: the user is given a number to call")] = field(
        name=_DIRECTION, default=None
    )


@operation("POST", "/1/service/callback/{name}", "v1.schedule", refusals=BOOKING_REFUSALS)
def start(
    session: Session,
    operation_log: OperationLog | None,
    name: ServiceName,
    body: Annotated[Fields, Written(StartCallback, MEDIA)],
) -> Annotated[Any, one_of(Dialog, StartedCallback)]:
    """Book a callback for `_desired_time`.

    Without it, the callback is immediate, and the answer is a dialog. A scheduled callback is answered with its `_id`
    alone, unless the scenario has `scheduled_answer: dialog`. All other keys of the body are kept as its properties.

    Args:
        name: The name of the service.

    """
    callback = book(
        session,
        operation_log,
        name,
        number_field(body, NUMBER),
        text_field(body, DESIRED),
        DESIRED,
        session.scenario.past_desired_time.v1,
        {key: as_text(value) for key, value in body.items() if key not in _OWN_FIELDS and value not in (None, "")},
    )
    return started(callback, session)


def started(callback: Callback, session: Session) -> Dialog | StartedCallback:
    """Return the answer for a booked callback: a dialog if it is queued at once, or its id if it is SCHEDULED.

    The confirmation of Widgets 8.5 shows the time only if the answer has one member (verified). The text of the dialog
    is verified for an immediate callback, and assumed to be the same for chat.
    """
    if queued_at(callback.place) > callback.created and session.scenario.scheduled_answer == "id":
        return StartedCallback(callback.id)
    properties = callback.properties
    calls_in = properties.get(_DIRECTION) == "USERORIGINATED" and properties.get("_media_type") != "chat"
    if calls_in and callback.slot is None:
        return dial(callback.id)
    return confirmation(callback.id, _CONFIRMATION)
