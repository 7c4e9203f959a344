"""Callbacks that are booked: query, cancel, update and reschedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockgms.api.gms.properties import parse_properties
from mockgms.api.gms.search import find_records, parse_search
from mockgms.api.gms.start import DESIRED, NUMBER
from mockgms.api.schedule import parse_desired
from mockgms.domain.instants import Instant
from mockgms.domain.numbers import check_number
from mockgms.http.body import parse_body, text_field
from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.pieces import json_list
from mockgms.session import Session

NEW_DESIRED: Final = "_new_desired_time"


@dataclass(frozen=True, slots=True)
class Update:
    """What an update asks for: another time, another number (None: as it is), and properties."""

    desired: Instant | None
    number: str | None
    properties: Mapping[str, str]


def find(request: Request, session: Session, name: str | None = None) -> Steps:
    """The records of the callbacks with these properties: an array, even for one id (verified)."""
    search = parse_search(request.params(), session, name)
    records = yield from find_records(search, session)
    return Reply(200, (yield from json_list(records, lambda record: record)))


def cancel(request: Request, session: Session, name: str, id: str) -> Reply:
    """Cancel a callback. The body is assumed: the official client takes any, and a browser wants JSON."""
    service = session.bookings.service(name)
    session.bookings.cancel(id, session.now(), service=service.name)
    return Reply(200, b"{}")


def update(request: Request, session: Session, name: str, id: str) -> Reply:
    """Move a callback, or change its properties, or both; a refusal leaves everything as it was.

    The answer is empty: the official client takes any text for a failure (verified). It is not called JSON, since
    a browser would try to read that.
    """
    asked = parse_update(parse_body(request, nested=False))
    apply_update(asked, session, name, id)
    return Reply(200, b"", "text/plain; charset=utf-8")


def parse_update(fields: Mapping[str, Any]) -> Update:
    """The body of an update.

    `_new_desired_time` moves a callback (verified). So does `_desired_time` (assumed): a client may send back all it
    has started with (verified), but the time is the same then. Raises Unreadable.
    """
    field = NEW_DESIRED if fields.get(NEW_DESIRED) else DESIRED
    desired = text_field(fields, field)
    return Update(
        desired=None if desired is None else parse_desired(desired, field),
        number=text_field(fields, NUMBER),
        properties=parse_properties(fields, without=(NEW_DESIRED, DESIRED, NUMBER)),
    )


def apply_update(asked: Update, session: Session, service_name: str, id: str) -> None:
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
