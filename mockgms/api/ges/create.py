"""Create: booking a callback through v3."""

from collections.abc import Mapping
from typing import Any, Final

from mockgms.api.ges.envelope import success
from mockgms.api.ges.user_data import parse_user_data
from mockgms.api.schedule import book
from mockgms.http.body import parse_body, text_field
from mockgms.http.messages import Reply, Request
from mockgms.http.query import check_service_name
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

PUSH_CHANNEL: Final = "FCM"


def create(request: Request, session: Session) -> Reply:
    """Book a callback: at `desiredTime`, or without one as soon as possible.

    Of the other documented fields only `pushTargets` has a form to be checked; `cbOfferType` has none, because the
    official clients send the prose of its description as its value (verified).
    """
    fields = parse_body(request, nested=True)
    check_push_targets(fields.get("pushTargets"))
    callback = book(
        session,
        service=service_name(fields),
        number=text_field(fields, "phoneNumber"),
        desired=text_field(fields, "desiredTime"),
        desired_field="desiredTime",
        past=session.scenario.past_desired_time.v3,
        properties=parse_user_data(fields),
    )
    return success(session, b'{"id":"' + callback.id.encode() + b'"}')


def service_name(fields: Mapping[str, Any]) -> str:
    """The service that is asked for. Raises Unreadable when none is, or its name is too long."""
    name = text_field(fields, "serviceName")
    if name is None:
        raise Unreadable("serviceName", "is required")
    check_service_name(name, "serviceName")
    return name


def check_push_targets(targets: object) -> None:
    """Check the devices that are to be told of the callback: each has a channel, which can only be FCM, and a target.

    The form is documented. Raises Unreadable.
    """
    if not targets:
        return
    if not isinstance(targets, list):
        raise Unreadable("pushTargets", "must be a list")
    for target in targets:
        if not isinstance(target, dict) or target.get("channel") != PUSH_CHANNEL:
            raise Unreadable("pushTargets", f"must each have the channel {PUSH_CHANNEL}")
        if text_field(target, "target") is None:
            raise Unreadable("pushTargets", "must each have a target")
