"""The body of v1's and v2's refusals."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from mockgms.api.field_types import Answer, Seats

SlotMap: TypeAlias = Annotated[
    dict[str, Seats],
    Meta(description="Starts of slots, in UTC, with their free seats", examples=[{"2026-03-02T10:15:00.000Z": 5}]),
]


class GmsRefusal(Answer):
    """A refusal of v1 or v2. In the dialect 8.5.1 it has no `code` and no `phrase`."""

    exception: Annotated[str, Meta(description="A Java class; clients look at how it ends")]
    message: str
    code: int | UnsetType = UNSET
    phrase: str | UnsetType = UNSET
    availability: Annotated[
        SlotMap | UnsetType, Meta(description="Beside a time that cannot be had: the nearest free ones")
    ] = UNSET
