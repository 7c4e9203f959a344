"""The envelope that v3 answers in."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, defstruct

from mockgms.api.field_types import Answer, Uuid


class Status(Answer, rename={"corr_id": "corrId"}):
    """How a request went."""

    code: Annotated[int, Meta(description="0 when all is well, else why not")]
    message: str
    corr_id: Annotated[Uuid, Meta(description="Of this answer")]


class Proposals(Answer):
    """Free slots to choose from."""

    slots: Annotated[
        dict[str, str],
        Meta(description="Starts in UTC, with their free seats", examples=[{"2026-03-02T10:15:00.000Z": "5"}]),
    ]


class GesRefusal(Answer):
    """A refusal of v3; with a time that cannot be had it proposes free ones."""

    status: Status
    data: Proposals | UnsetType = UNSET


def enveloped(name: str, data: Any) -> type:
    """The answer of this name that has such data."""
    return defstruct(name, [("status", Status), ("data", data)], bases=(Answer,), forbid_unknown_fields=True)
