"""What is told of callbacks that are booked: cancelling and retrieving them through v3."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from mockgms.api.field_types import Answer, Time, Uuid, Whole
from mockgms.api.ges.create import CallbackId
from mockgms.domain.callback import State
from mockgms.openapi.described import FORM, JSON, MULTIPART, Body, Case, Described, Table
from mockgms.openapi.ges.envelope import enveloped
from mockgms.openapi.stories import BOOKED, CANCELLED, FIRST, QUEUED, UNKNOWN


class ById(Struct):
    """Which callback."""

    id: Annotated[str, Meta(examples=[FIRST], extra_json_schema={"format": "uuid"})]


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
    """How a callback stands."""

    id: Uuid
    desired: Time
    state: State
    number: str
    reason: Annotated[str | UnsetType, Meta(description="Why it is COMPLETED")] = UNSET
    position: Annotated[Whole | UnsetType, Meta(description="While it is queued, routed or served")] = UNSET
    wait: Annotated[Whole | UnsetType, Meta(description="Seconds that it will wait, while it has a position")] = UNSET


_BODY: Final = Body(ById, (JSON, FORM, MULTIPART))
_REFUSED: Final = (
    Case("The callback is unknown", body={"id": UNKNOWN}),
    Case("The id is no UUID", body={"id": "4711"}),
    Case("There is no id", body={}),
    Case("The body cannot be read", body="{"),
)

TABLE: Table = {
    "POST /callbacks/cancel": Described(
        "Cancel a callback.",
        enveloped(CallbackId),
        body=_BODY,
        cases=(
            Case("It is cancelled", body={"id": FIRST}, before=(BOOKED,)),
            Case("It is completed already", body={"id": FIRST}, before=(BOOKED, CANCELLED)),
            *_REFUSED,
        ),
    ),
    "POST /callbacks/retrieve": Described(
        "How a callback stands.",
        enveloped(CallbackOfV3),
        body=_BODY,
        cases=(
            Case("It is scheduled", body={"id": FIRST}, before=(BOOKED,)),
            Case("It is queued", body={"id": FIRST}, before=(QUEUED,)),
            Case("It is cancelled", body={"id": FIRST}, before=(BOOKED, CANCELLED)),
            *_REFUSED,
        ),
    ),
}
