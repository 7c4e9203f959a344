"""What is told of starting a callback through v1."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from mockgms.api.field_types import Answer, AnyText, Uuid
from mockgms.openapi.described import FORM, JSON, MULTIPART, NAMED, Body, Case, Described, Param, Table
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

NAME: Final = Param("name", "The name of the service.", SERVICE, NAMED)


class StartCallback(
    Struct, rename={"number": "_customer_number", "desired": "_desired_time", "direction": "_call_direction"}
):
    """A callback to book. Other keys are kept as its properties."""

    number: Annotated[AnyText, Meta(description="Who is called", examples=[PHONE])]
    desired: Annotated[str | None, Meta(description="ISO 8601 with a zone; without it as soon as possible")] = None
    direction: Annotated[str | None, Meta(description="USERORIGINATED: the user is given a number to call")] = None


class Dialog(Answer, rename=lambda name: f"_{name}"):
    """What a client shows its user: a text, or a number to call."""

    id: Annotated[Uuid, Meta(description="Of the callback")]
    dialog_id: str
    action: Annotated[str, Meta(description="ConfirmationDialog, or DialNumber")]
    text: str | UnsetType = UNSET
    ok_title: str | UnsetType = UNSET
    label: str | UnsetType = UNSET
    tel_url: str | UnsetType = UNSET


_AT_TEN: Final = {"_customer_number": OTHER_PHONE, "_desired_time": TEN}
_NOW: Final = {"_customer_number": PHONE}

TABLE: Table = {
    "POST /1/service/callback/{name}": Described(
        "Book a callback.",
        Dialog,
        detail=(
            "At `_desired_time`, or without one as soon as possible. Every other key of the body is kept as a property"
            " of the callback."
        ),
        path=(NAME,),
        body=Body(StartCallback, (JSON, FORM, MULTIPART)),
        cases=(
            Case("As soon as possible", body={**_NOW, "_subject": "Order 4711"}),
            Case("At a desired time", body=_AT_TEN),
            Case("With a link to its explanation", body=_NOW, headers={"prefer": "explain"}),
            Case("The user is to call", body={**_NOW, "_call_direction": "USERORIGINATED"}),
            Case("The slot is full", body=_AT_TEN, given=ONE_SEAT, before=(BOOKED,)),
            Case("The slot is full, answered with 429", body=_AT_TEN, given=CONFLICT_429, before=(BOOKED,)),
            Case("The office is closed then", body={**_NOW, "_desired_time": NIGHT}, given=OFFICE_HOURS),
            Case("The desired time is over", body={**_NOW, "_desired_time": YESTERDAY}),
            Case("The desired time is too far ahead", body={**_NOW, "_desired_time": IN_MAY}, given=HORIZON),
            Case("No phone number", body={"_desired_time": TEN}),
            Case("An impossible phone number", body={"_customer_number": "+1415"}, given=NUMBER_CHECKS),
            Case("A premium phone number", body={"_customer_number": "+19005550100"}, given=NUMBER_CHECKS),
            Case("A check of numbers without a country", body=_NOW, given=NO_COUNTRY),
            Case("The service is unknown", path={"name": "support"}, body=_NOW, given=ONLY_SALES),
            Case("The desired time cannot be read", body={**_NOW, "_desired_time": "tomorrow"}),
            Case("The body cannot be read", body="{"),
            Case("The service is throttled", body=_NOW, given=THROTTLED, before=(QUEUED,)),
            Case(
                "The service is throttled, in the dialect 8.5.1",
                body=_NOW,
                given=f'dialect: "8.5.1"\n{THROTTLED}',
                before=(QUEUED,),
            ),
            Case("The number has had its callbacks for today", body=_NOW, given=PER_NUMBER, before=(QUEUED,)),
            Case("The queue is full", body=_NOW, given=QUEUE_OF_ONE, before=(QUEUED,)),
            Case("The number is queued already", body=_NOW, given=IN_QUEUE_CHECK, before=(QUEUED,)),
        ),
    ),
}
