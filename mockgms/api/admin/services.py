"""The services of a session: list them, and find a service by its name."""

from collections import Counter
from contextlib import suppress
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from mockgms.api.field_types import Answer, Whole
from mockgms.api.operation import operation
from mockgms.domain.quoting import quoted
from mockgms.domain.refusals import UnknownService
from mockgms.domain.service import Service
from mockgms.http import query
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.mistakes import suggest_and_list
from mockgms.session import Session

_LONGEST_BODY: Final = 16 * 1024  # bytes; a body that names a service usually has a few hundred


class ServiceView(Answer):
    """The summary of a service."""

    name: str
    timezone: str
    time_bucket: Annotated[int, Meta(description="The length of a slot in minutes")]
    callbacks: Annotated[Whole, Meta(description="The number of its callbacks")]


class ServiceList(Answer):
    """The services of the scenario, and those that were used so far."""

    services: list[ServiceView]
    any_name: Annotated[bool, Meta(description="Whether a service of any other name is created on first use")]


@operation("GET", "/services", "admin.services")
def list_services(session: Session) -> ServiceList:
    """List the services of the scenario, and those that were used so far.

    `any_name` is true if a service of any other name is created on first use.
    """
    services = session.bookings.services
    booked = Counter(callback.service for callback in session.bookings.all_callbacks())
    views = [
        ServiceView(service.name, service.timezone.key, service.time_bucket, booked[service.name])
        for service in services
    ]
    return ServiceList(views, any_name=services.provisions)


class _Named(msgspec.Struct):
    service: str | None = None


def named_services(request: Request, *_: object) -> tuple[str, ...]:
    """Return the service that a request names in its query or its body, if it does."""
    name = query.text(request.params(), "service")
    if name is None and len(request.body) <= _LONGEST_BODY:
        with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            name = msgspec.json.decode(request.body, type=_Named).service
    return () if name is None or "\0" in name else (name,)


def find_service(session: Session, name: str | None) -> Service:
    """Return the service of this name, provisioned if the scenario allows it. Raises Unreadable for `service`."""
    if not name:
        raise Unreadable("service", 'is required: write the name of a service, such as "sales"')
    query.check_service_name(name, "service")
    try:
        return session.bookings.service(name)
    except UnknownService:
        known = sorted(service.name for service in session.bookings.services)
        raise Unreadable("service", f"{quoted(name)} is not in the scenario{suggest_and_list(name, known)}") from None
