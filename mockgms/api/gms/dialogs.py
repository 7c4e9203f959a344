"""Dialogs that GMS asks a client to show to its user."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from mockgms.api.field_types import Answer, Uuid

ACCESS_NUMBER: Final = "+18005550100"  # reserved for fiction: nobody has it


class Dialog(Answer, rename=lambda name: f"_{name}", kw_only=True):
    """A dialog for the user of a client: a text, or a number to call."""

    dialog_id: str
    action: Annotated[str, Meta(description="ConfirmationDialog, or DialNumber")]
    text: str | UnsetType = UNSET
    ok_title: str | UnsetType = UNSET
    label: str | UnsetType = UNSET
    tel_url: str | UnsetType = UNSET
    id: Annotated[Uuid, Meta(description="Of the callback")]


class StartedCallback(Answer, rename=lambda name: f"_{name}"):
    """The id of a scheduled callback."""

    id: Uuid


def confirmation(id: str, text: str) -> Dialog:
    """Return a dialog with a text and one button (all five members are verified)."""
    return Dialog(dialog_id="0", action="ConfirmationDialog", text=text, ok_title="Ok", id=id)


def dial(id: str) -> Dialog:
    """Return a dialog with a number to call (members verified, values assumed)."""
    return Dialog(dialog_id="0", action="DialNumber", label="Call now", tel_url=f"tel:{ACCESS_NUMBER}", id=id)
