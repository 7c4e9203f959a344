"""Types of the fields of bodies and answers: texts with a form, and numbers with bounds."""

from typing import Annotated, ClassVar, Final, TypeAlias

from msgspec import Meta, Struct

PLACE: Final = "#/components/schemas/{name}"

_DATE_TIME: Final = {"format": "date-time"}

Time: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
        description="ISO 8601 in UTC with milliseconds",
        examples=["2026-03-02T10:00:00.000Z"],
        extra_json_schema=_DATE_TIME,
    ),
]
LocalTime: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}([+-]\d{2}:\d{2}(:\d{2})?)?$",
        description="ISO 8601 on the wall clock of the zone",
        examples=["2026-03-02T11:00:00.000+01:00"],
    ),
]
Uuid: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        examples=["4537c087-efb5-4404-a623-4023c86cb80f"],
        extra_json_schema={"format": "uuid"},
    ),
]
WrittenTime: TypeAlias = Annotated[str, Meta(description="ISO 8601 with a zone", examples=["2026-03-02T10:00:00Z"])]
ServiceName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)]
SeatCount: TypeAlias = Annotated[int, Meta(ge=0)]
Whole: TypeAlias = Annotated[int, Meta(ge=0)]


class Body(Struct, forbid_unknown_fields=True):
    """The body of a request, or a part of it. Unknown fields are refused.

    A whole body has an `example`, which the refusals of text that is not JSON, of unknown fields and of values of
    another type show. A field that is not in it declares its own in its type.
    """

    example: ClassVar[str]


class Answer(Struct, forbid_unknown_fields=True):
    """An answer, or a part of it: it has these fields and no others."""


def one_of(*answers: type[Answer]) -> Meta:
    """Return the annotation of a value that is one of several answers, which msgspec cannot distinguish."""
    places = [{"$ref": PLACE.format(name=answer.__name__)} for answer in answers]
    return Meta(extra_json_schema={"anyOf": places}, extra={"parts": answers})


AnyText: TypeAlias = str | int | float | bool
"""Text in a body. Numbers and booleans are accepted too, and become text."""
