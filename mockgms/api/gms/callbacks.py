"""Booked callbacks: find, cancel, update and reschedule them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from mockgms.api.field_types import Answer, AnyText, ServiceName, Time, Uuid
from mockgms.api.gms.search import Criteria, find_records, parse_search
from mockgms.api.gms.start import DESIRED, NUMBER
from mockgms.api.operation import Written, operation
from mockgms.domain.callback import Callback, State
from mockgms.domain.instants import Instant
from mockgms.domain.numbers import check_number
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import NumberRefused, TimeUnavailable, UnknownCallback, UnknownService, WrongState
from mockgms.domain.service import Service
from mockgms.http.body import MEDIA, Fields, as_text, number_field, parse_time, text_field
from mockgms.http.json_lists import json_list
from mockgms.http.messages import InSteps, Params, Reply
from mockgms.session import Session

NEW_DESIRED: Final = "_new_desired_time"


_OWN_FIELDS: Final = (NEW_DESIRED, DESIRED, NUMBER)  # all other keys are properties


class CallbackRecord(Struct, rename=lambda name: f"_{name}" if name != "url" else name):
    """A callback in v1. All values are text. It also has the `lookup_keys` and `returned_keys` of its service."""

    id: Uuid
    service_name: str
    desired_time: Time
    callback_state: State
    expiration_time: Time
    customer_number: str
    url: str
    callback_reason: Annotated[str | UnsetType, Meta(description="Why it is COMPLETED")] = UNSET
    ors_session_id: Annotated[str | UnsetType, Meta(description="Of a callback that has been queued")] = UNSET


class Update(Struct):
    """A change of a callback. Other keys are properties; the value `""` removes one."""

    time: Annotated[str | None, Meta(description="ISO 8601 with a zone")] = field(name=NEW_DESIRED, default=None)
    number: Annotated[AnyText | None, Meta(description="Phone number to call")] = field(name=NUMBER, default=None)


class Nothing(Answer):
    """An empty object."""


Records: TypeAlias = InSteps[Annotated[Reply, Written(list[CallbackRecord])]]


@operation("GET", "/1/service/callback", "v1.find")
def find(session: Session, params: Annotated[Params, Written(Criteria)]) -> Records:
    """Find callbacks of all services.

    Without parameters, all callbacks are found. The `lookup_keys` of the services are parameters too.
    """
    return _find(session, params, None)


@operation("GET", "/1/service/callback/{name}", "v1.find", refusals=(UnknownService,))
def find_of_service(session: Session, name: ServiceName, params: Annotated[Params, Written(Criteria)]) -> Records:
    """Find callbacks of a service.

    Without parameters, all callbacks are found. The `lookup_keys` of the service are parameters too.

    Args:
        name: The name of the service.

    """
    return _find(session, params, name)


def _find(session: Session, params: Params, service: str | None) -> Records:
    search = parse_search(params, session, service)
    records = yield from find_records(search, session)
    return Reply(200, (yield from json_list(records, lambda record: record)))


@operation(
    "PUT",
    "/1/service/callback/{name}/{id}",
    "v1.reschedule",
    refusals=(UnknownService, UnknownCallback, NumberRefused, WrongState, TimeUnavailable),
)
def update(
    session: Session,
    operation_log: OperationLog | None,
    name: ServiceName,
    id: str,
    body: Annotated[Fields, Written(Update, MEDIA)] = MappingProxyType({}),
) -> Annotated[Reply, Written(Annotated[str, Meta(max_length=0)])]:
    """Reschedule a callback, or change its properties.

    `_new_desired_time` moves it. Other keys set properties, or remove them if they are `""`.

    Args:
        name: The name of the service.
        id: The id of the callback.

    """
    apply_update(parse_update(body), session, operation_log, name, id)
    # The official client treats any text as a failure (verified). A browser would try to parse JSON.
    return Reply(200, b"", "text/plain; charset=utf-8")


@operation(
    "DELETE",
    "/1/service/callback/{name}/{id}",
    "v1.cancel",
    refusals=(UnknownService, UnknownCallback, WrongState),
)
def cancel(session: Session, operation_log: OperationLog | None, name: ServiceName, id: str) -> Nothing:
    """Cancel a callback.

    Args:
        name: The name of the service.
        id: The id of the callback.

    """
    service = session.bookings.service(name)
    session.bookings.cancel(id, session.now(), operation_log, service=service.name)
    return Nothing()  # assumed: the official client accepts any body, and a browser expects JSON


class RequestedChange(Struct, frozen=True):
    """The requested change: another time and number (None: unchanged), and properties."""

    desired: Instant | None
    number: str | None
    properties: Mapping[str, str]


def parse_update(fields: Fields) -> RequestedChange:
    """Return the change that the body of an update requests. Raises Unreadable.

    `_new_desired_time` moves a callback (verified), and so does `_desired_time` (assumed). A client may send all fields
    of the booking again (verified), but then the time is the same.
    """
    field = NEW_DESIRED if fields.get(NEW_DESIRED) else DESIRED
    desired = text_field(fields, field)
    return RequestedChange(
        desired=None if desired is None else parse_time(desired, field),
        number=number_field(fields, NUMBER),
        # v1 accepts any keys, and removes a property whose value is "" (verified).
        properties={
            key: as_text(value) for key, value in fields.items() if value is not None and key not in _OWN_FIELDS
        },
    )


def apply_update(
    change: RequestedChange, session: Session, operation_log: OperationLog | None, service_name: str, id: str
) -> None:
    """Change a callback.

    Raises UnknownService, UnknownCallback, NumberRefused, WrongState or TimeUnavailable, and then changes nothing.
    """
    bookings = session.bookings
    service = bookings.service(service_name)
    callback = bookings.find(id, service=service.name)
    if change.number is not None and change.number != callback.number:
        check_number(change.number, service)
    if change.desired is not None and not _is_time_of(callback, change.desired, service):
        bookings.reschedule(id, change.desired, session.now(), operation_log, service=service.name)
    bookings.update(id, change.properties, number=change.number, service=service.name)


def _is_time_of(callback: Callback, desired: Instant, service: Service) -> bool:
    """Return True if the callback was booked for this time, also if the time was just over and meant now."""
    if callback.slot is None and callback.created - service.past_tolerance <= desired <= callback.created:
        return callback.desired == callback.created
    return desired == callback.desired
