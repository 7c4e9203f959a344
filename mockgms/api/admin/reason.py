"""The reason for an answer in a few words, for one line of a list."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from mockgms.api.admin.entries import clean, params_of
from mockgms.api.admin.refusal_text import Subject, refusal_text, show_short_time
from mockgms.domain import refusals as domain
from mockgms.domain.instants import Instant, whole_seconds
from mockgms.domain.operation_log import OperationLog
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import Services
from mockgms.session.journal import Entry

_When: TypeAlias = Callable[[Instant], str]

_UTC: Final = ZoneInfo("UTC")
_DELIVERED: Final = {
    "reset": "connection reset",
    "closed": "closed without an answer",
    "truncated": "answer cut off",
    "slow": "answer sent slowly",
    "abandoned": "the client left before the answer",
}
_TIMES: Final = (b'"utcTime"', b'Z":')  # occurs once for each time of an availability: in v2 and v3, and in v1
# By operation, without its version: the query parameters that name its services. Their paths name none.
_IN_QUERY: Final[Mapping[str, tuple[str, ...]]] = {
    "estimated_wait_time": ("name", "vq", "virtual-queues", "virtualQueues"),
    "queues": ("target",),
    "watermarks": ("service_name",),
}
_IN_PATH: Final = ("/service/callback/", "/callbacks/availability/", "/callbacks/open-for/", "/callbacks/queue-status/")


def service_of(entry: Entry, fields: Mapping[str, Any]) -> str | None:
    """Return the first service that a request is about; None if it names none.

    Args:
        entry: The exchange.
        fields: The fields of its body.
    """
    for step in () if entry.trace is None else entry.trace.operation_log:
        if step[0] in ("seat", "waiting", "load"):
            return str(step[1])
    for before in _IN_PATH:
        _, found, rest = entry.path.partition(before)
        if found and (segment := rest.partition("/")[0]):
            return clean(unquote(segment))
    if parameters := _IN_QUERY.get((entry.operation or "").partition(".")[2]):
        return _first_in_query(entry, parameters)
    name = fields.get("serviceName")
    return name if isinstance(name, str) and name else None


def _first_in_query(entry: Entry, parameters: tuple[str, ...]) -> str | None:
    params = params_of(entry)
    sent: list[str] = next((params[name] for name in parameters if name in params), [])
    names = (name.strip() for value in sent for name in value.split(","))
    return next(filter(None, names), None)


def reason_of(entry: Entry, service: str | None, delivery: str | None, services: Services) -> str | None:
    """Return why a request was answered as it was, such as `Slot Tue 3 Mar 09:45 is full (5 of 5)`.

    None if the status needs no explanation.

    Args:
        entry: The exchange.
        service: The service that the request is about, if any.
        delivery: How a fault or the client broke off or slowed the answer, such as `reset`; None if neither did.
        services: The services of the session; their time zones are used.
    """
    if entry.answer is None:
        return "No answer, by rule" if entry.rule else "No answer yet"
    zone = _zone(service, services)
    outcome = _outcome(entry, lambda instant: show_short_time(instant, zone))
    delivered = _DELIVERED.get(delivery or "", "")
    text = f"{delivered}; {outcome}" if delivered and outcome else delivered or outcome
    if entry.rule and not _is_own_refusal(entry):
        first = re.split("[,;]", text)[0]
        text = f"{first} by rule{text[len(first) :]}".strip()
    return text[:1].upper() + text[1:] or None


def _zone(service: str | None, services: Services) -> ZoneInfo:
    """Return the time zone of a service, or UTC if the session does not have it any more."""
    try:
        return _UTC if service is None else services.peek(service).timezone
    except domain.UnknownService:
        return _UTC


def _is_own_refusal(entry: Entry) -> bool:
    """Return True if the service itself refused the request, whatever rule fired."""
    trace = entry.trace
    return trace is not None and trace.refusal is not None and not trace.refused_by_rule


def _outcome(entry: Entry, when: _When) -> str:
    trace = entry.trace
    log: OperationLog = [] if trace is None else trace.operation_log
    if trace is not None and trace.refusal is not None:
        return _refused(trace.refusal, log, when, by_rule=trace.refused_by_rule)
    if entry.answer is None or entry.answer.status >= 400 or not entry.operation:  # noqa: PLR2004  # the first error
        return ""
    done = _DONE.get(entry.operation.partition(".")[2])
    return done(entry, log, when) if done else ""


def _refused(refusal: Refusal, log: OperationLog, when: _When, *, by_rule: bool) -> str:
    match refusal:
        case domain.SlotFull():
            slot = next((step[2] for step in reversed(log) if step[0] == "seat"), None)
            text = "slot is full" if slot is None else f"slot {when(slot.start)} is full"
            text += "" if slot is None or by_rule else f" ({slot.total} of {slot.total})"
        case domain.OfficeClosed(desired=desired):
            text = f"closed at {when(desired)}"
        case domain.TimePast(desired=desired):
            text = f"{when(desired)} is in the past"
        case domain.TimeBeyondHorizon(desired=desired):
            text = f"{when(desired)} is beyond the horizon"
        case domain.ServiceThrottled(retry_after=wait) | domain.RateLimited(retry_after=wait):
            text = f"throttled, retry after {whole_seconds(wait)} s"
        case domain.Failure(message=message):
            text = message
        case _:
            text = refusal_text(refusal, Subject("is"))
    return text


def _booked(_: Entry, log: OperationLog, when: _When) -> str:
    taken = [step[2].start for step in log if step[0] == "seat" and step[3] > 0]
    return f"booked {when(taken[-1])}" if taken else "booked as soon as possible"


def _moved(_: Entry, log: OperationLog, when: _When) -> str:
    taken = [step[2].start for step in log if step[0] == "seat" and step[3] > 0]
    return f"moved to {when(taken[-1])}" if taken else "updated"


def _cancelled(_: Entry, log: OperationLog, when: _When) -> str:
    freed = [step[2].start for step in log if step[0] == "seat" and step[3] < 0]
    return f"cancelled, was {when(freed[-1])}" if freed else "cancelled"


def _listed(entry: Entry, _: OperationLog, __: _When) -> str:
    body = b"" if entry.answer is None else entry.answer.body
    count = next((found for mark in _TIMES if (found := body.count(mark))), 0)
    return f"{count or 'no'} {'time' if count == 1 else 'times'} offered"


_DONE: Final[Mapping[str, Callable[[Entry, OperationLog, _When], str]]] = {
    "schedule": _booked,
    "reschedule": _moved,
    "cancel": _cancelled,
    "availability": _listed,
}
