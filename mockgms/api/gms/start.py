"""Booking a callback by v1."""

from typing import Annotated, Final

from msgspec import Meta, Struct, field

from mockgms.api.field_types import AnyText, ServiceName
from mockgms.api.gms.dialogs import Dialog, confirmation, dial
from mockgms.api.operation import Written, operation
from mockgms.api.schedule import BOOKING_REFUSALS, book
from mockgms.domain.callback import Callback
from mockgms.domain.operation_log import OperationLog
from mockgms.http.body import MEDIA, Fields, as_text, text_field
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
) -> Dialog:
    """Book a callback for `_desired_time`.

    Without it, the callback is immediate. All other keys of the body are kept as properties of the callback.

    Args:
        name: The name of the service.

    """
    callback = book(
        session,
        operation_log,
        service=name,
        number=text_field(body, NUMBER),
        desired=text_field(body, DESIRED),
        desired_field=DESIRED,
        past=session.scenario.past_desired_time.v1,
        properties={
            key: as_text(value) for key, value in body.items() if key not in _OWN_FIELDS and value not in (None, "")
        },
    )
    return started(callback)


def started(callback: Callback) -> Dialog:
    """Return the dialog for a booked callback: a number to call for an immediate call by the user, otherwise a text.

    The text is verified for an immediate callback, and assumed to be the same for a scheduled one and for chat.
    """
    properties = callback.properties
    calls_in = properties.get(_DIRECTION) == "USERORIGINATED" and properties.get("_media_type") != "chat"
    if calls_in and callback.slot is None:
        return dial(callback.id)
    return confirmation(callback.id, _CONFIRMATION)
