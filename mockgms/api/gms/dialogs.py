"""Dialogs: what GMS tells a client to show its user."""

from typing import Final

# From the range of numbers that nobody has.
ACCESS_NUMBER: Final = "+18005550100"


def confirmation(id: str, text: str) -> dict[str, str]:
    """A dialog that says something and has one button (verified, all five members of it)."""
    return {"_dialog_id": "0", "_action": "ConfirmationDialog", "_text": text, "_ok_title": "Ok", "_id": id}


def dial(id: str) -> dict[str, str]:
    """A dialog that has the user call the contact center (members verified, values assumed)."""
    return {
        "_dialog_id": "0",
        "_action": "DialNumber",
        "_label": "Call now",
        "_tel_url": f"tel:{ACCESS_NUMBER}",
        "_id": id,
    }
