"""The administration of callbacks: by queue, counted, cancelled in bulk, reported."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

import msgspec

from mockgms.api.gms import dialogs
from mockgms.api.gms.records import render_record
from mockgms.api.gms.refusals import render_body, word
from mockgms.domain.bookings import Bookings
from mockgms.domain.callback import Callback, State
from mockgms.domain.instants import DAY, MINUTE, Instant
from mockgms.domain.refusals import Refusal
from mockgms.http import query
from mockgms.http.body import as_text, parse_body, text_field
from mockgms.http.messages import InSteps, Params, Reply, Request, Steps
from mockgms.http.pieces import list_pieces
from mockgms.http.refusals import Unreadable
from mockgms.scenario.model import Scenario
from mockgms.session import Session

CANCELLED_BY_ADMIN: Final = "CANCELLED_BY_ADMIN"

_BACK: Final = 15 * MINUTE  # the default window (verified: a note of the vendor's QA)
_AHEAD: Final = DAY
_COUNTED: Final = frozenset({State.QUEUED, State.PROCESSING})
_MOST_COLUMNS: Final = 100  # of a report: a callback has 20 properties, and those that clients add to it
_MOST_IDS: Final = 30_000  # cancelled at once: more ids do not fit into a body of 1 MiB
_ROWS: Final = 100  # of a report, encoded at a time
_REPORTED: Final = ("_id", "_service_name", "_customer_number", "_desired_time", "_callback_reason")


@dataclass(frozen=True, slots=True)
class QueuesQuery:
    """Which callbacks are asked for: of these services, with a desired time from `start` to `end`, both included.

    `states` None: in any. `most` is how many of each service, None: all.
    """

    services: tuple[str, ...]
    start: Instant
    end: Instant
    states: frozenset[str] | None
    most: int | None


def queues(request: Request, session: Session) -> Steps:
    """The callbacks of every service, or of the `target`: an object of arrays, each service with its key (verified)."""
    asked = parse_queues(request.params(), session)
    found = yield from find_queues(asked, session)
    pieces = [b"{"]
    for name, records in found.items():
        pieces += (b"," if len(pieces) > 1 else b"", msgspec.json.encode(name), b":")
        pieces += yield from list_pieces(records, lambda record: record)
    return Reply(200, b"".join((*pieces, b"}")))


def parse_queues(params: Params, session: Session) -> QueuesQuery:
    """The parameters of a query by queue; without times, from 15 minutes ago to 24 hours ahead.

    Raises UnknownService, and Unreadable for a time or a `max` that is none.
    """
    now = session.now()
    target, states = query.text(params, "target"), query.text(params, "states")
    if target is not None:
        query.check_service_name(target, "target")
    start, end = query.instant(params, "start_time", zone=UTC), query.instant(params, "end_time", zone=UTC)
    most = query.number(params, "max")
    if most is not None and most < 1:
        raise Unreadable("max", "must be 1 or more")
    services = session.bookings.services if target is None else (session.bookings.service(target),)
    if start is None:
        start = now - _BACK
    return QueuesQuery(
        services=tuple(service.name for service in services),
        start=start,
        end=max(now, start) + _AHEAD if end is None else end,
        states=None if states is None else frozenset(states.split(",")),
        most=most,
    )


def find_queues(asked: QueuesQuery, session: Session) -> InSteps[dict[str, list[dict[str, str]]]]:
    """The records that are asked for, by service."""
    now = session.now()
    found: dict[str, list[dict[str, str]]] = {name: [] for name in asked.services}
    for callback in session.bookings.all_callbacks():
        yield
        if callback.service in found and asked.start <= callback.desired <= asked.end:
            record = render_record(callback, session, now)
            if asked.states is None or record["_callback_state"] in asked.states:
                found[callback.service].append(record)
    return {name: records[: asked.most] for name, records in found.items()}


def watermarks(request: Request, session: Session) -> Steps:
    """How many callbacks are QUEUED or PROCESSING, by service and in total (verified)."""
    names = request.params().get("service_name")
    query.check_service_names(names or (), "service_name")
    services = list(session.bookings.services if names is None else map(session.bookings.service, names))
    counts = yield from _counts(session)
    asked = {service.name: counts[service.name] for service in services}
    return Reply(200, msgspec.json.encode({"services": asked, "total": sum(asked.values())}))


def _counts(session: Session) -> InSteps[Counter[str]]:
    bookings, now = session.bookings, session.now()
    counts = Counter[str]()
    for each in bookings.all_callbacks():
        counts[each.service] += bookings.status(each, now).state in _COUNTED
        yield
    return counts


def bulk_cancel(request: Request, session: Session) -> Steps:
    """Cancel the callbacks of these `ids`, with a `reason`; one that cannot be cancelled does not stop the others.

    The answer has an entry for each id: a confirmation with `_ok_title` "Ok" (verified), or what a single cancel
    would have been refused with. Its shape is assumed. An id given twice is cancelled once, and refused the second
    time: the refusal is its entry.
    """
    fields = parse_body(request, nested=True)
    ids, reason = _texts(fields, "ids", _MOST_IDS), text_field(fields, "reason") or CANCELLED_BY_ADMIN
    now, bookings, scenario = session.now(), session.bookings, session.scenario
    cancelled: dict[str, bytes] = {}
    for id in ids:
        outcome = msgspec.json.encode(_cancel(bookings, scenario, id, now, reason))
        cancelled[id] = b"%b:%b" % (msgspec.json.encode(id), outcome)
        yield
    return Reply(200, b"{%b}" % b",".join(cancelled.values()))


def _cancel(
    bookings: Bookings, scenario: Scenario, id: str, now: Instant, reason: str
) -> Mapping[str, object] | dialogs.Dialog:
    try:
        bookings.cancel(id, now, reason=reason)
    except Refusal as refusal:
        return render_body(word(refusal, scenario), scenario)
    return dialogs.confirmation(id, "The callback is cancelled")


def report_cancelled(request: Request, session: Session) -> Steps:
    """The callbacks that were cancelled for a reason, as CSV: a title line, then a line for each (verified)."""
    fields = parse_body(request, nested=True)
    reason = text_field(fields, "callback_reason") or CANCELLED_BY_ADMIN
    columns: Sequence[str] = _REPORTED
    if "exported_properties" in fields:
        columns = _texts(fields, "exported_properties", _MOST_COLUMNS)
    report = yield from render_report(session, reason, columns)
    return Reply(200, report, "text/csv; charset=utf-8")


def render_report(session: Session, reason: str, columns: Sequence[str]) -> InSteps[bytes]:
    """The report with these properties as columns; what a callback does not have is left empty.

    A column given twice is there once, so that a report is no larger than what it reports.
    """
    columns = tuple(dict.fromkeys(columns))
    text, pieces = io.StringIO(), list[bytes]()
    rows = csv.writer(text)
    rows.writerow(columns)
    for number, callback in enumerate(session.bookings.all_callbacks(), 1):
        yield
        if callback.outcome is not None and callback.outcome.reason == reason:
            values = _all_values(callback, session)
            rows.writerow(values.get(column, "") for column in columns)
        if number % _ROWS == 0:
            pieces.append(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    return b"".join((*pieces, text.getvalue().encode()))


def _all_values(callback: Callback, session: Session) -> dict[str, str]:
    """Its record and properties; `_service_id` is what GMS calls the id of a callback's own service."""
    properties = {key: as_text(value) for key, value in callback.properties.items()}
    return properties | render_record(callback, session, session.now()) | {"_service_id": callback.id}


def _texts(fields: Mapping[str, Any], name: str, most: int) -> list[str]:
    """A list of at most so many texts. Raises Unreadable."""
    texts = fields.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Unreadable(name, "must be a list of texts")
    if len(texts) > most:
        raise Unreadable(name, f"has {len(texts)} texts: send at most {most}")
    return texts
