"""The service that a request names."""

from contextlib import suppress
from typing import Final

import msgspec

from mockgms.domain.refusals import UnknownService
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

_LONGEST_BODY: Final = 16 * 1024  # bytes of one that names a service; it has a few hundred


class _Named(msgspec.Struct):
    service: str | None = None


def named_services(request: Request, *_: object) -> tuple[str, ...]:
    """The service that a request names in its query or its body, if it does."""
    name = query.text(request.params(), "service")
    if name is None and len(request.body) <= _LONGEST_BODY:
        with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            name = msgspec.json.decode(request.body, type=_Named).service
    return () if name is None or "\0" in name else (name,)


def find_service(session: Session, name: str | None) -> Service:
    """The service of this name, provisioned where the scenario has it so. Raises Unreadable for `service`."""
    if not name:
        raise Unreadable("service", "is required")
    query.check_service_name(name, "service")
    try:
        return session.bookings.service(name)
    except UnknownService:
        raise Unreadable("service", f"{name!r} is none of the scenario's") from None
