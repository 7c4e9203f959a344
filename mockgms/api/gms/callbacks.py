"""Callbacks that are booked: query, cancel, update and reschedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from mockgms.api.field_types import Answer, AnyText, ServiceName, Time, Uuid
from mockgms.api.gms.search import Criteria, find_records, parse_search
from mockgms.api.gms.start import DESIRED, NUMBER
from mockgms.api.operation import Written, operation
from mockgms.api.schedule import parse_desired
from mockgms.domain.callback import State
from mockgms.domain.instants import Instant
from mockgms.domain.numbers import check_number
from mockgms.domain.refusals import NumberRefused, TimeUnavailable, UnknownCallback, UnknownService, WrongState
from mockgms.http.body import MEDIA, Fields, as_text, text_field
from mockgms.http.messages import InSteps, Params, Reply
from mockgms.http.pieces import json_list
from mockgms.session import Session

NEW_DESIRED: Final = "_new_desired_time"


_OWN: Final = (NEW_DESIRED, DESIRED, NUMBER)  # all other keys are properties


class Record(Struct, rename=lambda name: f"_{name}" if name != "url" else name):
    """A callback as v1 shows it: all values are text. The service's `lookup_keys` come with it too."""

    id: Uuid
    service_name: str
    desired_time: Time
    callback_state: State
    expiration_time: Time
    customer_number: str
    url: str
    callback_reason: Annotated[str | UnsetType, Meta(description="Why it is COMPLETED")] = UNSET


class Update(Struct):
    """What is changed. Other keys are properties, which `""` removes."""

    time: Annotated[str | None, Meta(description="ISO 8601 with a zone")] = field(name=NEW_DESIRED, default=None)
    number: Annotated[AnyText | None, Meta(description="Phone number to call")] = field(name=NUMBER, default=None)


class Nothing(Answer):
    """An empty object."""


Records: TypeAlias = InSteps[Annotated[Reply, Written(list[Record])]]


@operation("GET", "/1/service/callback", "v1.find")
def find(session: Session, params: Annotated[Params, Written(Criteria)]) -> Records:
    """Find callbacks of all services.

    Without a parameter it is every callback; the `lookup_keys` of the service are parameters too.
    """
    return _find(session, params, None)


@operation("GET", "/1/service/callback/{name}", "v1.find", refusals=(UnknownService,))
def find_of_service(session: Session, name: ServiceName, params: Annotated[Params, Written(Criteria)]) -> Records:
    """Find callbacks of a service.

    Without a parameter it is every callback; the `lookup_keys` of the service are parameters too.

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
    name: ServiceName,
    id: str,
    body: Annotated[Fields, Written(Update, MEDIA)] = MappingProxyType({}),
) -> Annotated[Reply, Written(Annotated[str, Meta(max_length=0)])]:
    """Reschedule a callback, or change its properties.

    `_new_desired_time` moves it, other keys are set, and those that are `""` removed.

    Args:
        name: The name of the service.
        id: The id of the callback.

    """
    apply_update(parse_update(body), session, name, id)
    # The official client takes any text for a failure (verified). A browser would try to read JSON.
    return Reply(200, b"", "text/plain; charset=utf-8")


@operation(
    "DELETE",
    "/1/service/callback/{name}/{id}",
    "v1.cancel",
    refusals=(UnknownService, UnknownCallback, WrongState),
)
def cancel(session: Session, name: ServiceName, id: str) -> Nothing:
    """Cancel a callback.

    Args:
        name: The name of the service.
        id: The id of the callback.

    """
    service = session.bookings.service(name)
    session.bookings.cancel(id, session.now(), service=service.name)
    return Nothing()  # assumed: the official client takes any body, and a browser wants JSON


@dataclass(frozen=True, slots=True)
class Change:
    """What an update asks for: another time, another number (None: as it is), and properties."""

    desired: Instant | None
    number: str | None
    properties: Mapping[str, str]


def parse_update(fields: Fields) -> Change:
    """The body of an update.

    `_new_desired_time` moves a callback (verified). So does `_desired_time` (assumed): a client may send back all it
    has started with (verified), but the time is the same then. Raises Unreadable.
    """
    field = NEW_DESIRED if fields.get(NEW_DESIRED) else DESIRED
    desired = text_field(fields, field)
    return Change(
        desired=None if desired is None else parse_desired(desired, field),
        number=text_field(fields, NUMBER),
        # v1 takes whatever keys a client sends, and takes a property away that is "" (verified).
        properties={key: as_text(value) for key, value in fields.items() if value is not None and key not in _OWN},
    )


def apply_update(asked: Change, session: Session, service_name: str, id: str) -> None:
    """Change a callback as asked.

    Raises UnknownService, UnknownCallback, NumberRefused, WrongState or TimeUnavailable, and has then changed nothing.
    """
    bookings = session.bookings
    service = bookings.service(service_name)
    callback = bookings.find(id, service=service.name)
    if asked.number is not None and asked.number != callback.number:
        check_number(asked.number, service)
    if asked.desired is not None and asked.desired != callback.desired:
        bookings.reschedule(id, asked.desired, session.now(), service=service.name)
    bookings.update(id, asked.properties, number=asked.number, service=service.name)
