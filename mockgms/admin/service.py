"""The service that a request names."""

from typing import Final

from mockgms.domain.refusals import UnknownService
from mockgms.domain.service import Service
from mockgms.state import Session
from mockgms.wire.refusals import Unreadable

_LONGEST_NAME: Final = 255  # characters, as many as in a path


def find_service(session: Session, name: str | None) -> Service:
    """The service of this name, provisioned where the scenario has it so. Raises Unreadable for `service`."""
    if not name:
        raise Unreadable("service", "is required")
    if "\0" in name:
        raise Unreadable("service", "has a NUL character in it")
    if len(name) > _LONGEST_NAME:
        raise Unreadable("service", f"has more than {_LONGEST_NAME} characters")
    try:
        return session.bookings.service(name)
    except UnknownService:
        raise Unreadable("service", f"{name!r} is none of the scenario's") from None
