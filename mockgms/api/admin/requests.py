"""The requests in the journal of a session: list them, read one, delete all."""

from collections.abc import Generator, Mapping
from itertools import islice
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from mockgms.api.admin.entries import body_text, clean, fields_of, is_form, join_headers, params_of
from mockgms.api.admin.reason import reason_of, service_of
from mockgms.api.admin.refusals import NotFound
from mockgms.api.field_types import Answer, Time, Whole, one_of
from mockgms.api.hints import hints
from mockgms.api.masking.bare_numbers import in_names, in_target, in_text
from mockgms.api.masking.mask import Mask, scalars
from mockgms.api.masking.sensitive_names import is_number
from mockgms.api.operation import ReadBy, operation
from mockgms.domain.instants import render_instant
from mockgms.domain.numbers import plain_number
from mockgms.domain.quoting import quoted
from mockgms.domain.service import Services
from mockgms.http.messages import InSteps, run_to_end
from mockgms.http.refusals import Unreadable
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.mistakes import suggest_or_list
from mockgms.session import Session
from mockgms.session.journal import Entry, Journal, RecordedAnswer

_BARE: Final = "number"  # the name under which numbers without a name are masked
_LONGEST_ID: Final = 19  # digits
_MAX_VALUES: Final = 1_000  # values of a request that its summary reads
_LONGEST_BODY: Final = 64 * 1024  # bytes of a body that a summary parses, if it was not parsed before


DeliveryName: TypeAlias = Annotated[
    Literal["reset", "closed", "truncated", "slow", "abandoned"] | None,
    Meta(description="How a fault changed the delivery of the answer, or `abandoned` if the client had left"),
]


class SentRequest(Answer):
    """A request as it came."""

    method: str
    path: str
    query: str
    content_type: str | None
    headers: Annotated[dict[str, str], Meta(description="By name in lower case")]
    body: str
    fields: Annotated[dict[str, Any] | None, Meta(description="Fields of the body; null if it cannot be read")]


class SentAnswer(Answer):
    """An answer as it was sent."""

    at: Time
    status: int
    content_type: str
    headers: Annotated[dict[str, str], Meta(description="By name in lower case")]
    body: str
    delivery: DeliveryName


class ExchangeView(Answer):
    """A request and its answer. Phone numbers and keys are masked, unless `unmasked` is set."""

    id: Annotated[int, Meta(ge=1)]
    began: Time
    operation: Annotated[str | None, Meta(description="null when the path is unknown", examples=["v1.schedule"])]
    rule: Annotated[str | None, Meta(description="The rule that fired")]
    faults: list[str]
    hints: Annotated[list[str], Meta(description="Probable mistakes of the client")]
    request: SentRequest
    answer: Annotated[SentAnswer | None, Meta(description="null until the request is answered")]


class ExchangeSummary(Answer):
    """A request and its answer, without headers and bodies."""

    id: Annotated[int, Meta(ge=1)]
    began: Time
    operation: str | None
    method: str
    path: str
    query: str
    service: Annotated[str | None, Meta(description="The service that the request is about")]
    phone: Annotated[str | None, Meta(description="First phone number in the request")]
    status: int | None
    delivery: DeliveryName
    reason: Annotated[
        str | None, Meta(description="Why it was answered so, in a few words", examples=["Slot is full by rule"])
    ]
    rule: str | None
    faults: list[str]
    hints: list[str]


_EitherView: TypeAlias = Annotated[msgspec.Raw, one_of(ExchangeView, ExchangeSummary)]


class JournalView(Answer):
    """The requests of a session, the oldest first."""

    requests: Annotated[list[_EitherView], Meta(description="Summaries if `summary` is true")]
    found: Annotated[Whole, Meta(description="Number of requests that match the filters")]
    dropped: Annotated[Whole, Meta(description="Number of requests that were dropped for newer ones")]


def _read_operation(text: str, parameter: str) -> str:
    """Return the name of an operation, with or without its version. Raises Unreadable for an unknown one."""
    version, dot, name = text.rpartition(".")
    if name not in OPERATIONS or (dot and version not in VERSIONS):
        raise Unreadable(parameter, f"{quoted(text)} does not exist{suggest_or_list(name, OPERATIONS)}")
    return text


@operation("GET", "/requests", "admin.requests")
def list_requests(  # noqa: PLR0913  # these are the parameters of the endpoint
    session: Session,
    *,
    limit: Annotated[int, Meta(ge=1)] = 100,
    unmasked: bool = False,
    summary: bool = False,
    operation: Annotated[str, ReadBy(_read_operation)] | None = None,
    phone: str | None = None,
    status: int | None = None,
) -> InSteps[JournalView]:
    """List the newest requests with their answers, the oldest of them first.

    Args:
        limit: At most this number of requests.
        unmasked: Whether phone numbers and keys are shown unmasked.
        summary: Whether headers and bodies are left out.
        operation: Only requests of this operation, in any version (`schedule`) or in one (`v1.schedule`).
        phone: Only requests that name this number.
        status: Only requests that were answered with this status.
    """
    dropped = session.journal.dropped
    found = yield from _matching(session.journal, operation, phone, status)
    shown = []
    for entry in found[-limit:]:
        yield
        if summary:
            services = session.bookings.services
            view: Answer = ExchangeSummary(**render_summary(entry, unmasked=unmasked, services=services))
        else:
            view = yield from _render_exchange(entry, unmasked=unmasked)
        shown.append(msgspec.Raw(msgspec.json.encode(view)))  # encoding all at the end would take too long
    return JournalView(shown, len(found), dropped)


@operation("GET", "/requests/{id}", "admin.requests.one", refusals=(NotFound,))
def read_request(session: Session, id: str, unmasked: bool = False) -> InSteps[ExchangeView]:
    """Return a request with its answer.

    Args:
        id: The number of the request, from 1.
        unmasked: Whether phone numbers and keys are shown unmasked.
    """
    entry = find_entry(session, id)
    if entry is None:
        raise no_such_request(id)
    return (yield from _render_exchange(entry, unmasked=unmasked))


@operation("DELETE", "/requests", "admin.requests.clear")
def clear_requests(session: Session) -> JournalView:
    """Delete all requests. Their numbers are not used again."""
    session.journal.clear()
    session.publish("requests", "cleared")
    return JournalView([], 0, 0)


def find_entry(session: Session, id: str) -> Entry | None:
    """Return the entry of the journal with a number; None if it is not there."""
    is_id = id.isascii() and id.isdigit() and len(id) < _LONGEST_ID
    return session.journal.find(int(id)) if is_id else None


def no_such_request(id: str) -> NotFound:
    """Return the refusal of a number that is not in the journal."""
    return NotFound(f"There is no request {id}, or it was dropped for newer ones.")


def render_summary(entry: Entry, *, unmasked: bool, services: Services | None = None) -> dict[str, Any]:
    """Return the fields of an `ExchangeSummary`.

    `services` are those of the session. Without them, the service and the reason are left out.
    """
    is_read = bool(entry.fields) or len(entry.body) <= _LONGEST_BODY
    fields, params, answer = (fields_of(entry) if is_read else None) or {}, params_of(entry), entry.outcome
    named = list(islice(scalars([fields, params]), _MAX_VALUES))
    phone = next((value for name, value in named if is_number(name)), None)
    target = {"path": clean(entry.path), "query": clean(entry.query), "phone": phone}
    delivery = _delivery(answer) or ("abandoned" if entry.is_abandoned else None)
    if services is not None:
        service = service_of(entry, fields)
        target |= {"service": service, "reason": reason_of(entry, service, delivery, services)}
    if not unmasked:
        mask = Mask(join_headers(entry.headers.items()), suspects_all=not is_read or len(named) == _MAX_VALUES)
        bare = in_target(clean(entry.path), params)
        target = _masked_summary(mask, [*named, *((_BARE, number) for number in bare)], target)
    return {
        "id": entry.number,
        "began": render_instant(entry.began),
        "operation": entry.operation,
        "method": entry.method,
        **target,
        "status": answer and answer.status,
        "delivery": delivery,
        "rule": entry.rule,
        "faults": list(entry.faults),
        "hints": hints(entry, fields),
    }


def _masked_summary(mask: Mask, named: list[tuple[str, str]], target: dict[str, Any]) -> dict[str, Any]:
    run_to_end(mask.learn([{name: value} for name, value in named]))
    return {
        **{name: value and mask.text(value) for name, value in target.items()},
        "query": run_to_end(mask.form(target["query"])),
        "phone": mask.value(target["phone"], "phone"),
    }


def _matching(
    journal: Journal, operation: str | None, phone: str | None, status: int | None
) -> Generator[None, None, list[Entry]]:
    found = [
        entry
        for entry in journal
        if (operation is None or operation in (entry.operation, (entry.operation or "").partition(".")[2]))
        and (status is None or (entry.answer is not None and entry.answer.status == status))
    ]
    if phone is None:
        return found
    of_number = []
    for entry in found:
        yield
        if _digits(phone) in _numbers(entry):
            of_number.append(entry)
    return of_number


def _numbers(entry: Entry) -> set[str]:
    """Return the digits of all phone numbers that a request names."""
    named = scalars([fields_of(entry), params_of(entry)])
    return {_digits(value) for name, value in named if is_number(name)}


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, plain_number(number)))


def _render_exchange(entry: Entry, *, unmasked: bool) -> Generator[None, None, ExchangeView]:
    fields = fields_of(entry)
    client_mistakes = hints(entry, fields or {})
    mask = None if unmasked else (yield from mask_of(entry, fields or {}))
    request = _render_request(entry, fields)
    if mask is not None:
        request = yield from _masked_request(request, mask, is_form=is_form(entry))
    answer = yield from render_answer(entry.outcome, mask)
    return ExchangeView(
        id=entry.number,
        began=render_instant(entry.began),
        operation=entry.operation,
        rule=entry.rule,
        faults=list(entry.faults),
        hints=client_mistakes,
        request=SentRequest(**request),
        answer=None if answer is None else SentAnswer(**answer),
    )


def _render_request(entry: Entry, fields: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the fields of a `SentRequest`."""
    headers = join_headers(entry.headers.items())
    return {
        "method": entry.method,
        "path": clean(entry.path),
        "query": clean(entry.query),
        "content_type": headers.get("content-type"),
        "headers": headers,
        "body": body_text(entry),
        "fields": fields,
    }


def mask_of(entry: Entry, fields: Mapping[str, Any], **named: Any) -> Generator[None, None, Mask]:
    """Return a mask for an exchange: it hides the numbers and keys in `fields`, headers and query, and in `named`."""
    mask = Mask(named)
    yield from learn_entry(mask, entry, fields)
    return mask


def learn_entry(mask: Mask, entry: Entry, fields: Mapping[str, Any]) -> Generator[None, None, None]:
    """Make a mask hide the numbers and keys of an exchange; `fields` are those of its body."""
    params, body = params_of(entry), body_text(entry)
    yield from mask.learn([join_headers(entry.headers.items()), params, fields])
    yield from mask.learn({_BARE: [*in_target(clean(entry.path), params), *in_names(fields)]})
    if not fields and body:
        yield from mask.learn({_BARE: (yield from in_text(body))})
    for text in (clean(entry.path), body, "" if entry.answer is None else _text(entry.answer.body)):
        yield from mask.learn_text(text)


def _masked_request(request: dict[str, Any], mask: Mask, *, is_form: bool) -> Generator[None, None, dict[str, Any]]:
    return request | {
        "path": (yield from mask.long_text(request["path"])),
        "query": (yield from mask.form(request["query"])),
        "content_type": (yield from mask.long_value(request["content_type"])),
        "headers": (yield from mask.long_value(request["headers"])),
        "body": (yield from (mask.form if is_form else mask.long_text)(request["body"])),
        "fields": (yield from mask.long_value(request["fields"])),
    }


def render_answer(answer: RecordedAnswer | None, mask: Mask | None) -> Generator[None, None, dict[str, Any] | None]:
    """Return the fields of a `SentAnswer`, masked if there is a mask. None without an answer.

    `delivery` names the effect of a fault on the sending, or is None.
    """
    if answer is None:
        return None
    rendered: dict[str, Any] = {
        "at": render_instant(answer.at),
        "status": answer.status,
        "content_type": answer.content_type,
        "headers": join_headers(answer.headers),
        "body": _text(answer.body),
        "delivery": _delivery(answer),
    }
    if mask is not None:
        for name in ("content_type", "headers", "body"):
            rendered[name] = yield from mask.long_value(rendered[name])
    return rendered


def _delivery(answer: RecordedAnswer | None) -> str | None:
    return type(answer.delivery).__name__.lower() if answer and answer.delivery else None


def _text(body: bytes) -> str:
    return body.decode(errors="replace")
