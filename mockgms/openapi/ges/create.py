"""What is told of creating a callback through v3."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from mockgms.api.field_types import Answer, AnyText, Uuid
from mockgms.openapi.described import FORM, JSON, MULTIPART, Body, Case, Described, Table
from mockgms.openapi.ges.envelope import enveloped
from mockgms.openapi.stories import (
    BOOKED,
    CONFLICT_429,
    HORIZON,
    IN_MAY,
    IN_QUEUE_CHECK,
    NIGHT,
    NO_COUNTRY,
    NUMBER_CHECKS,
    OFFICE_HOURS,
    ONE_SEAT,
    ONLY_SALES,
    OTHER_PHONE,
    PER_NUMBER,
    PHONE,
    QUEUE_OF_ONE,
    QUEUED,
    SERVICE,
    TEN,
    THROTTLED,
    YESTERDAY,
)


class PushTarget(Struct):
    """A device that is to be told of the callback."""

    target: str
    channel: Annotated[str, Meta(pattern="^FCM$")]


class Create(
    Struct,
    rename={
        "service": "serviceName",
        "number": "phoneNumber",
        "desired": "desiredTime",
        "user_data": "userData",
        "push_targets": "pushTargets",
    },
):
    """A callback to book. Other fields are not read."""

    service: Annotated[AnyText, Meta(examples=[SERVICE])]
    number: Annotated[AnyText, Meta(description="Who is called", examples=[PHONE])]
    desired: Annotated[str | None, Meta(description="ISO 8601 with a zone; without it as soon as possible")] = None
    user_data: Annotated[
        dict[str, Any] | str | None,
        Meta(description="Kept, but for names that no JavaScript variable can have. May be text with JSON in it"),
    ] = None
    push_targets: list[PushTarget] | None = None


class CallbackId(Answer):
    """The callback."""

    id: Uuid


Named: Final = enveloped("CallbackNamed", CallbackId)

_NOW: Final = {"serviceName": SERVICE, "phoneNumber": PHONE}
_AT_TEN: Final = {"serviceName": SERVICE, "phoneNumber": OTHER_PHONE, "desiredTime": TEN}

TABLE: Table = {
    "POST /callbacks/create": Described(
        "Book a callback.",
        Named,
        detail="At `desiredTime`, or without one, or with one that is over, as soon as possible.",
        body=Body(Create, (JSON, FORM, MULTIPART), nested=("userData", "pushTargets")),
        cases=(
            Case("As soon as possible", body={**_NOW, "userData": {"subject": "Order 4711"}}),
            Case("At a desired time", body=_AT_TEN),
            Case("With a link to its explanation", body=_NOW, headers={"prefer": "explain"}),
            Case("The slot is full", body=_AT_TEN, given=ONE_SEAT, before=(BOOKED,)),
            Case("The slot is full, answered with 429", body=_AT_TEN, given=CONFLICT_429, before=(BOOKED,)),
            Case("The office is closed then", body={**_NOW, "desiredTime": NIGHT}, given=OFFICE_HOURS),
            Case(
                "The desired time is over",
                body={**_NOW, "desiredTime": YESTERDAY},
                given="past_desired_time: {v3: refuse}",
            ),
            Case("The desired time is too far ahead", body={**_NOW, "desiredTime": IN_MAY}, given=HORIZON),
            Case("No service name", body={"phoneNumber": PHONE}),
            Case("No phone number", body={"serviceName": SERVICE}),
            Case("An impossible phone number", body={**_NOW, "phoneNumber": "+1415"}, given=NUMBER_CHECKS),
            Case("A premium phone number", body={**_NOW, "phoneNumber": "+19005550100"}, given=NUMBER_CHECKS),
            Case("A check of numbers without a country", body=_NOW, given=NO_COUNTRY),
            Case("The service is unknown", body={**_NOW, "serviceName": "support"}, given=ONLY_SALES),
            Case("The desired time cannot be read", body={**_NOW, "desiredTime": "tomorrow"}),
            Case("The body cannot be read", body="{"),
            Case("The service is throttled", body=_NOW, given=THROTTLED, before=(QUEUED,)),
            Case("The number has had its callbacks for today", body=_NOW, given=PER_NUMBER, before=(QUEUED,)),
            Case("The queue is full", body=_NOW, given=QUEUE_OF_ONE, before=(QUEUED,)),
            Case("The number is queued already", body=_NOW, given=IN_QUEUE_CHECK, before=(QUEUED,)),
        ),
    ),
}
