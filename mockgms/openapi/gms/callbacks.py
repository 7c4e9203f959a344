"""What is told of callbacks that are booked: finding, changing and cancelling them through v1."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from mockgms.api.field_types import Answer, AnyText, Time, Uuid
from mockgms.domain.callback import State
from mockgms.openapi.described import FORM, JSON, MULTIPART, TEXT, Body, Call, Case, Described, Param, Table
from mockgms.openapi.stories import (
    BOOKED,
    CANCELLED,
    FIRST,
    HORIZON,
    IN_MAY,
    NIGHT,
    NUMBER_CHECKS,
    OFFICE_HOURS,
    ONE_SEAT,
    ONLY_SALES,
    QUARTER_PAST,
    UNKNOWN,
    YESTERDAY,
)

NAME: Final = Param("name", "The name of the service.", "sales", {"type": "string", "minLength": 1, "maxLength": 255})
ID: Final = Param("id", "The id of the callback.", FIRST)

_SECOND: Final = Call(
    "POST",
    "/genesys/1/service/callback/sales",
    {"_customer_number": "+14155550101", "_desired_time": QUARTER_PAST},
)


class Record(Struct, rename=lambda name: f"_{name}" if name != "url" else name):
    """A callback as v1 shows it: all values are text. The service's `lookup_keys` come with it too."""

    id: Uuid
    service_name: str
    desired_time: Time
    callback_state: State
    expiration_time: Time
    customer_number: str
    url: str
    callback_reason: Annotated[str | UnsetType, Meta(description="Why it is COMPLETED")] = UNSET


class Update(Struct, rename={"time": "_new_desired_time", "number": "_customer_number"}):
    """What is changed. Other keys are properties, which `""` removes."""

    time: Annotated[str | None, Meta(description="ISO 8601 with a zone")] = None
    number: Annotated[AnyText | None, Meta(description="Who is called")] = None


class Nothing(Answer):
    """An empty object."""


_CRITERIA: Final = (
    Param("_id", "The id.", FIRST),
    Param("_customer_number", "The number.", "+14155550100"),
    Param("_callback_state", "The state; a `!` in front of any value negates it.", "!COMPLETED"),
    Param("_callback_reason", "Why it is completed.", "CANCELLED"),
    Param("_service_name", "The service.", "sales"),
    Param("_desired_time", "The desired time.", "2026-03-02T10:00:00.000Z"),
    Param("_expiration_time", "When GMS would forget it.", "2026-03-03T10:00:00.000Z"),
    Param("operand", "Whether all criteria must hold, or one.", "AND", {**TEXT, "enum": ["AND", "OR"]}),
)
_ANY: Final = "Without a parameter it is every callback; the `lookup_keys` of the service are parameters too."
_BAD_OPERAND: Final = Case("The operand is none", query="operand=XOR")
_FOUND: Final = Case("Those that are not completed", query="_callback_state=!COMPLETED", before=(BOOKED,))

_MOVED: Final = {"_new_desired_time": QUARTER_PAST}

TABLE: Table = {
    "GET /1/service/callback": Described(
        "Find callbacks of all services.",
        list[Record],
        detail=_ANY,
        query=_CRITERIA,
        cases=(_FOUND, Case("None is found", query=f"_id={UNKNOWN}"), _BAD_OPERAND),
    ),
    "GET /1/service/callback/{name}": Described(
        "Find callbacks of a service.",
        list[Record],
        detail=_ANY,
        path=(NAME,),
        query=_CRITERIA,
        id="v1.find.of_service",
        cases=(
            _FOUND,
            _BAD_OPERAND,
            Case("The service is unknown", path={"name": "support"}, given=ONLY_SALES),
        ),
    ),
    "PUT /1/service/callback/{name}/{id}": Described(
        "Reschedule a callback, or change its properties.",
        Annotated[str, Meta(max_length=0)],
        detail='`_new_desired_time` moves it, other keys are set, and those that are `""` removed.',
        path=(NAME, ID),
        body=Body(Update, (JSON, FORM, MULTIPART), optional=True),
        cases=(
            Case("To another time", body=_MOVED, before=(BOOKED,)),
            Case("A property", body={"_subject": "Another order"}, before=(BOOKED,)),
            Case("The slot is full", body=_MOVED, given=ONE_SEAT, before=(BOOKED, _SECOND)),
            Case("The office is closed then", body={"_new_desired_time": NIGHT}, given=OFFICE_HOURS, before=(BOOKED,)),
            Case("The time is over", body={"_new_desired_time": YESTERDAY}, before=(BOOKED,)),
            Case(
                "The time is too far ahead",
                body={"_new_desired_time": IN_MAY},
                given=HORIZON,
                before=(BOOKED,),
            ),
            Case("The time cannot be read", body={"_new_desired_time": "tomorrow"}, before=(BOOKED,)),
            Case("An impossible phone number", body={"_customer_number": "1"}, given=NUMBER_CHECKS, before=(BOOKED,)),
            Case("The callback is unknown", path={"id": UNKNOWN}, body=_MOVED),
            Case("The callback is completed", body=_MOVED, before=(BOOKED, CANCELLED)),
            Case("The service is unknown", path={"name": "support"}, body=_MOVED, given=ONLY_SALES),
            Case("The body cannot be read", body="{", before=(BOOKED,)),
        ),
    ),
    "DELETE /1/service/callback/{name}/{id}": Described(
        "Cancel a callback.",
        Nothing,
        path=(NAME, ID),
        cases=(
            Case("It is cancelled", before=(BOOKED,)),
            Case("The callback is unknown", path={"id": UNKNOWN}),
            Case("The callback is completed", before=(BOOKED, CANCELLED)),
            Case("The service is unknown", path={"name": "support"}, given=ONLY_SALES),
        ),
    ),
}
