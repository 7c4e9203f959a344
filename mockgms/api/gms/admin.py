"""Administration of callbacks: list them by service, count them, cancel many at once, report cancelled ones."""

import builtins
import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from mockgms.api.field_types import Answer, Whole, one_of
from mockgms.api.gms.callbacks import CallbackRecord
from mockgms.api.gms.dialogs import Dialog, confirmation
from mockgms.api.gms.records import render_record
from mockgms.api.gms.refusals import GmsRefusal, render_body, wording_of
from mockgms.api.gms.search import Criterion, criteria
from mockgms.api.operation import ReadBy, Written, operation
from mockgms.domain.callback import Callback, State
from mockgms.domain.instants import DAY, MINUTE, Instant
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import Refusal, UnknownService
from mockgms.http import query
from mockgms.http.body import MEDIA, Fields, as_text, text_field
from mockgms.http.json_lists import json_items
from mockgms.http.messages import InSteps, Params, Reply
from mockgms.http.refusals import Unreadable
from mockgms.session import Session

CANCELLED_BY_ADMIN: Final = "CANCELLED_BY_ADMIN"

_WINDOW_BEFORE: Final = 15 * MINUTE  # the default window (verified by the vendor's QA)
_WINDOW_AFTER: Final = DAY
_COUNTED: Final = frozenset({State.QUEUED, State.PROCESSING})
_MAX_COLUMNS: Final = 100  # of a report: a callback has 20 properties and those that clients add
_MAX_IDS: Final = 30_000  # cancelled at once: more do not fit into a body of 1 MiB
_ROWS: Final = 100  # of a report, encoded at a time
_REPORTED: Final = ("_id", "_service_name", "_customer_number", "_desired_time", "_callback_reason")


def _read_service_name(text: str, name: str) -> str:
    query.check_service_name(text, name)
    return text


def _read_time(text: str, name: str) -> Instant:
    return query.read_time(text, name, UTC)


class Watermarks(Answer):
    """The numbers of callbacks that are QUEUED or PROCESSING."""

    services: dict[str, Whole]
    total: Whole


class BulkCancel(Struct):
    """The callbacks to cancel, and the reason."""

    ids: Annotated[list[str], Meta(examples=[["4537c087-efb5-4404-a623-4023c86cb80f"]])]
    reason: Annotated[str | None, Meta(description=f"Default: {CANCELLED_BY_ADMIN}")] = None


class ReportCancelled(Struct):
    """The reason of the reported callbacks, and their reported properties."""

    callback_reason: Annotated[str | None, Meta(description=f"Default: {CANCELLED_BY_ADMIN}")] = None
    exported_properties: Annotated[list[str], Meta(description="Columns of the report")] = []


Cancelled: TypeAlias = Annotated[
    dict[str, Annotated[Any, one_of(Dialog, GmsRefusal)]],
    Meta(description="The result for each id"),
]


class QueueFilters(Struct, rename=lambda name: f"_{name}"):
    """The default `filter_keys` of a service."""

    callback_state: Annotated[
        str | None, Meta(description="The state; a `!` in front of any value negates it.", examples=["QUEUED"])
    ] = None
    callback_reason: Annotated[str | None, Meta(description="Why it is completed.", examples=["CANCELLED"])] = None
    request_queue_time_stat: Annotated[str | None, Meta(description="This property.", examples=["stat"])] = None
    request_ewt_service: Annotated[str | None, Meta(description="This property.", examples=["ewt"])] = None
    vq: Annotated[str | None, Meta(description="This property.", examples=["VQ_Sales"])] = None


class QueuesQuery(Struct, frozen=True):
    """The requested callbacks: of these services, with a desired time from `start` to `end` (both inclusive).

    `states` None: any state. `limit` is the greatest number of callbacks per service, None: all. `filters` are values
    that properties must have, for each service those of its filter keys.
    """

    services: tuple[str, ...]
    start: Instant
    end: Instant
    states: frozenset[str] | None
    limit: int | None
    filters: Mapping[str, tuple[Criterion, ...]] = MappingProxyType({})


@operation("GET", "/1/admin/callback/queues", "v1.queues", refusals=(UnknownService,))
def queues(  # noqa: PLR0913, PLR0917  # an argument for each parameter
    session: Session,
    target: Annotated[str | None, ReadBy(_read_service_name)] = None,
    states: str | None = None,
    start_time: Annotated[Instant | None, ReadBy(_read_time)] = None,
    end_time: Annotated[Instant | None, ReadBy(_read_time)] = None,
    max: Annotated[int | None, Meta(ge=1)] = None,  # noqa: A002  # its name in the query
    params: Annotated[Params, Written(QueueFilters)] = MappingProxyType({}),
) -> InSteps[Annotated[Reply, Written(dict[str, list[CallbackRecord]])]]:
    """List the callbacks of each service whose desired time lies between `start_time` and `end_time`.

    The `filter_keys` of a service are parameters too.

    Args:
        target: The service. The default is all services.
        states: The states, separated by commas. The default is all states.
        start_time: ISO 8601. The default is 15 minutes ago.
        end_time: ISO 8601. The default is 24 hours ahead.
        max: The maximum number of callbacks per service.

    """
    # An object with an array for each service, under its name (verified).
    now = session.now()
    services = session.bookings.services if target is None else (session.bookings.service(target),)
    if start_time is None:
        start_time = now - _WINDOW_BEFORE
    wanted = QueuesQuery(
        services=tuple(service.name for service in services),
        start=start_time,
        end=builtins.max(now, start_time) + _WINDOW_AFTER if end_time is None else end_time,
        states=None if states is None else frozenset(states.split(",")),
        limit=max,
        filters={service.name: criteria(params, service.filter_keys) for service in services},
    )
    found = yield from find_queues(wanted, session)
    pieces = [b"{"]
    for name, records in found.items():
        pieces += (b"," if len(pieces) > 1 else b"", msgspec.json.encode(name), b":")
        pieces += yield from json_items(records, lambda record: record)
    return Reply(200, b"".join((*pieces, b"}")))


def find_queues(wanted: QueuesQuery, session: Session) -> InSteps[dict[str, list[dict[str, str]]]]:
    """Return the records of the requested callbacks, by service."""
    now = session.now()
    found: dict[str, list[dict[str, str]]] = {name: [] for name in wanted.services}
    for callback in session.bookings.all_callbacks():
        yield
        if callback.service in found and wanted.start <= callback.desired <= wanted.end:
            record = render_record(callback, session, now)
            if (wanted.states is None or record["_callback_state"] in wanted.states) and _passes(
                callback, record, wanted, session
            ):
                found[callback.service].append(record)
    return {name: records[: wanted.limit] for name, records in found.items()}


def _passes(callback: Callback, record: Mapping[str, str], wanted: QueuesQuery, session: Session) -> bool:
    """Return True if the record or the properties of a callback have the values that the filters require."""
    filters = wanted.filters.get(callback.service)
    if not filters:
        return True
    values = {**{key: as_text(value) for key, value in callback.properties.items()}, **record}
    service = session.bookings.service(callback.service)
    return all(criterion.holds(values, service) for criterion in filters)


class WatermarksQuery(Struct):
    """The parameters of `watermarks`."""

    service_name: Annotated[
        str | None, Meta(description="Names of services; without it, all services.", examples=["sales"])
    ] = None


@operation("GET", "/1/admin/callback/watermarks", "v1.watermarks", refusals=(UnknownService,))
def watermarks(session: Session, params: Annotated[Params, Written(WatermarksQuery)]) -> InSteps[Watermarks]:
    """Count the callbacks that are QUEUED or PROCESSING."""
    # The counts by service and in total are verified.
    names = params.get("service_name")
    query.check_service_names(names or (), "service_name")
    services = list(session.bookings.services if names is None else map(session.bookings.service, names))
    counts = yield from _counts(session)
    requested = {service.name: counts[service.name] for service in services}
    return Watermarks(requested, sum(requested.values()))


def _counts(session: Session) -> InSteps[Counter[str]]:
    bookings, now = session.bookings, session.now()
    counts = Counter[str]()
    for each in bookings.all_callbacks():
        counts[each.service] += bookings.status(each, now).state in _COUNTED
        yield
    return counts


@operation("POST", "/1/admin/callback/cancel", "v1.bulk_cancel")
def bulk_cancel(
    session: Session,
    operation_log: OperationLog | None,
    body: Annotated[Fields, Written(BulkCancel, MEDIA, nested=("ids",))],
) -> InSteps[Annotated[Reply, Written(Cancelled)]]:
    """Cancel many callbacks.

    The answer has the result of a single cancellation for each id.
    """
    # A confirmation with `_ok_title` "Ok" is verified, the form of the answer is assumed. An id that is given twice is
    # cancelled once and refused the second time, so its entry is the refusal.
    ids, reason = _texts(body, "ids", _MAX_IDS), text_field(body, "reason") or CANCELLED_BY_ADMIN
    now, bookings = session.now(), session.bookings
    cancelled: dict[str, bytes] = {}
    for id in ids:
        try:
            bookings.cancel(id, now, operation_log, reason=reason)
            outcome: Mapping[str, object] | Dialog = confirmation(id, "The callback is cancelled")
        except Refusal as refusal:
            outcome = render_body(wording_of(refusal, session.scenario), session.scenario)
        cancelled[id] = b"%b:%b" % (msgspec.json.encode(id), msgspec.json.encode(outcome))
        yield
    return Reply(200, b"{%b}" % b",".join(cancelled.values()))


@operation("POST", "/1/admin/callback/reportcancelled", "v1.report_cancelled")
def report_cancelled(
    session: Session,
    body: Annotated[Fields, Written(ReportCancelled, MEDIA, nested=("exported_properties",))] = MappingProxyType({}),
) -> InSteps[
    Annotated[Reply, Written(Annotated[str, Meta(description="A line of titles, then a line for each callback")])]
]:
    """Return a report of cancelled callbacks as CSV."""
    # A line of titles, then a line for each callback: verified.
    reason = text_field(body, "callback_reason") or CANCELLED_BY_ADMIN
    columns: Sequence[str] = _REPORTED
    if "exported_properties" in body:
        columns = _texts(body, "exported_properties", _MAX_COLUMNS)
    report = yield from render_report(session, reason, columns)
    return Reply(200, report, "text/csv; charset=utf-8")


def render_report(session: Session, reason: str, columns: Sequence[str]) -> InSteps[bytes]:
    """Return a report with these properties as columns. Missing properties are empty.

    Repeated columns are dropped, so that a report is not larger than the callbacks in it.
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
    """Return the record and the properties of a callback. `_service_id` is GMS's name for its id."""
    properties = {key: as_text(value) for key, value in callback.properties.items()}
    return properties | render_record(callback, session, session.now()) | {"_service_id": callback.id}


def _texts(fields: Fields, name: str, most: int) -> list[str]:
    """Return the list of at most `most` texts in a field. Raises Unreadable."""
    texts = fields.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Unreadable(name, "must be a list of texts")
    if len(texts) > most:
        raise Unreadable(name, f"has {len(texts)} texts: send at most {most}")
    return texts
