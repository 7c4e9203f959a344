"""Booking a callback by v3."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, field

from mockgms.api.field_types import Answer, AnyText, Uuid
from mockgms.api.ges.user_data import parse_user_data
from mockgms.api.operation import Written, operation
from mockgms.api.schedule import BOOKING_REFUSALS, book
from mockgms.domain.operation_log import OperationLog
from mockgms.http.body import MEDIA, Fields, number_field, text_field
from mockgms.http.query import check_service_name
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

PUSH_CHANNEL: Final = "FCM"


class PushTarget(Struct):
    """A device that gets a push notification about the callback."""

    target: str
    channel: Annotated[str, Meta(pattern=f"^{PUSH_CHANNEL}$")]


class Create(Struct):
    """A callback to book. Other fields are ignored."""

    service: Annotated[AnyText, Meta(examples=["sales"])] = field(name="serviceName")
    number: Annotated[AnyText, Meta(description="Phone number to call", examples=["+14155550100"])] = field(
        name="phoneNumber"
    )
    desired: Annotated[str | None, Meta(description="ISO 8601 with a zone; without it, the callback is immediate")] = (
        field(name="desiredTime", default=None)
    )
    user_data: Annotated[
        dict[str, Any] | str | None,
        Meta(description="Kept, but for names that no JavaScript variable can have. May be text with JSON in it"),
    ] = field(name="userData", default=None)
    push_targets: list[PushTarget] | None = field(name="pushTargets", default=None)


class CallbackId(Answer):
    """The callback."""

    id: Uuid


@operation("POST", "/callbacks/create", "v3.schedule", refusals=BOOKING_REFUSALS)
def create(
    session: Session,
    operation_log: OperationLog | None,
    body: Annotated[Fields, Written(Create, MEDIA, nested=("userData", "pushTargets"))],
) -> CallbackId:
    """Book a callback for `desiredTime`.

    Without it, or if it is in the past, the callback is immediate.
    """
    # Of the other documented fields, only `pushTargets` is checked. `cbOfferType` is not, because the official clients
    # send the prose of its description as its value (verified).
    if targets := body.get("pushTargets"):
        check_push_targets(targets)
    callback = book(
        session,
        operation_log,
        service_name(body),
        number_field(body, "phoneNumber"),
        text_field(body, "desiredTime"),
        "desiredTime",
        session.scenario.past_desired_time.v3,
        parse_user_data(body),
    )
    return CallbackId(callback.id)


def service_name(fields: Mapping[str, Any]) -> str:
    """Return the name of the requested service. Raises Unreadable if it is missing or too long."""
    name = text_field(fields, "serviceName")
    if name is None:
        raise Unreadable("serviceName", "is required")
    check_service_name(name, "serviceName")
    return name


def check_push_targets(targets: object) -> None:
    """Check the devices for push notifications. Each must have a target and the channel FCM (documented).

    Raises Unreadable.
    """
    if not isinstance(targets, list):
        raise Unreadable("pushTargets", "must be a list")
    for target in targets:
        if not isinstance(target, dict) or target.get("channel") != PUSH_CHANNEL:
            raise Unreadable("pushTargets", f"must each have the channel {PUSH_CHANNEL}")
        if text_field(target, "target") is None:
            raise Unreadable("pushTargets", "must each have a target")
