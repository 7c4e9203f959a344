"""What is told of the administration of callbacks through v1."""

from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta, Struct

from mockgms.api.field_types import Answer, Whole, one_of
from mockgms.api.gms.dialogs import Dialog
from mockgms.api.gms.refusals import GmsRefusal
from mockgms.openapi.described import FORM, JSON, MULTIPART, NUMBER, Body, Case, Described, Param, Table
from mockgms.openapi.gms.callbacks import Record
from mockgms.openapi.stories import BOOKED, CANCELLED, FIRST, ONLY_SALES, QUEUED, SERVICE, UNKNOWN

Cancelled: TypeAlias = Annotated[
    dict[str, Annotated[Any, one_of(Dialog, GmsRefusal)]],
    Meta(description="What became of each id"),
]


class Watermarks(Answer):
    """How many callbacks are QUEUED or PROCESSING."""

    services: dict[str, Whole]
    total: Whole


class BulkCancel(Struct):
    """Which callbacks are cancelled, and why."""

    ids: Annotated[list[str], Meta(examples=[[FIRST]])]
    reason: Annotated[str | None, Meta(description="Without it CANCELLED_BY_ADMIN")] = None


class ReportCancelled(Struct):
    """Of which cancelled callbacks the report is, and of which of their properties."""

    callback_reason: Annotated[str | None, Meta(description="Without it CANCELLED_BY_ADMIN")] = None
    exported_properties: Annotated[list[str], Meta(description="The columns")] = []


_MEDIA: Final = (JSON, FORM, MULTIPART)
_SOME: Final = {"ids": [FIRST, UNKNOWN], "reason": "CANCELLED_BY_ADMIN"}

TABLE: Table = {
    "GET /1/admin/callback/queues": Described(
        "Callbacks by service.",
        dict[str, list[Record]],
        detail="Those whose desired time lies between `start_time` and `end_time`.",
        query=(
            Param("target", "One service; without it all.", SERVICE),
            Param("states", "In which states, with commas between them.", "SCHEDULED,QUEUED"),
            Param("start_time", "ISO 8601; without it 15 minutes ago.", "2026-03-02T08:00:00.000Z"),
            Param("end_time", "ISO 8601; without it 24 hours ahead.", "2026-03-02T18:00:00.000Z"),
            Param("max", "At most so many of each service.", 10, {**NUMBER, "minimum": 1}),
        ),
        cases=(
            Case("One service", query="target=sales", before=(BOOKED,)),
            Case("The service is unknown", query="target=support", given=ONLY_SALES),
            Case("A time cannot be read", query="start_time=tomorrow"),
            Case("The most are none", query="max=0"),
        ),
    ),
    "GET /1/admin/callback/watermarks": Described(
        "How many callbacks are queued or served.",
        Watermarks,
        query=(Param("service_name", "One service, or several; without it all.", SERVICE),),
        cases=(
            Case("One service", query="service_name=sales", before=(QUEUED,)),
            Case("The service is unknown", query="service_name=support", given=ONLY_SALES),
        ),
    ),
    "POST /1/admin/callback/cancel": Described(
        "Cancel many callbacks.",
        Cancelled,
        detail="The answer has for each id what a single cancel would have been answered with.",
        body=Body(BulkCancel, _MEDIA, nested=("ids",)),
        cases=(
            Case("One is there, one is not", body=_SOME, before=(BOOKED,)),
            Case("No ids", body={"reason": "CANCELLED_BY_ADMIN"}),
            Case("The body cannot be read", body="{"),
        ),
    ),
    "POST /1/admin/callback/reportcancelled": Described(
        "A report of cancelled callbacks, as CSV.",
        Annotated[str, Meta(description="A line of titles, then a line for each callback")],
        body=Body(ReportCancelled, _MEDIA, optional=True, nested=("exported_properties",)),
        cases=(
            Case(
                "Some properties of those that a customer cancelled",
                body={"callback_reason": "CANCELLED", "exported_properties": ["_id", "_customer_number", "_subject"]},
                before=(BOOKED, CANCELLED),
            ),
            Case("The columns are no list", body={"exported_properties": "_id"}),
            Case("The body cannot be read", body="{"),
        ),
    ),
}
