"""The requests of a session: its journal, read and emptied."""

from collections.abc import Generator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, TypeAlias

import msgspec

from mockgms.api.admin.bare_numbers import in_names, in_target, in_text
from mockgms.api.admin.entries import clean, fields_of, is_form, joined, params_of
from mockgms.api.admin.format import render_json
from mockgms.api.admin.masking import Mask, scalars
from mockgms.api.admin.names import is_number
from mockgms.api.hints import hints
from mockgms.domain.instants import render_instant
from mockgms.http import query
from mockgms.http.messages import Params, Reply, Request, Steps, drain
from mockgms.http.refusals import Unreadable
from mockgms.scenario.mistakes import did_you_mean
from mockgms.scenario.operations import OPERATIONS, VERSIONS
from mockgms.session import Session
from mockgms.session.journal import Answered, Entry, Journal

_Rendered: TypeAlias = Generator[None, None, dict[str, Any]]

_BARE: Final = "number"  # the name that a number counts under which has none
_LIMIT: Final = 100  # of the newest, when nobody says how many
_LONGEST_ID: Final = 19  # digits
_MOST_VALUES: Final = 1_000  # values of a request that its summary reads
_LONGEST_BODY: Final = 64 * 1024  # bytes of a body that a summary parses, if it was not parsed before


def read(request: Request, session: Session) -> Steps:
    """The newest `limit` exchanges that fit the filters `operation`, `phone` and `status`, the oldest of them first.

    With `summary`, each is as an event tells it: without headers and bodies.
    """
    params = request.params()
    limit = query.number(params, "limit")
    if limit is not None and limit < 1:
        raise Unreadable("limit", "must be 1 or more")
    unmasked, is_summary = query.flag(params, "unmasked"), query.flag(params, "summary")
    dropped = session.journal.dropped
    found = yield from _found(session.journal, params)
    shown = []
    for entry in found[-(limit or _LIMIT) :]:
        yield
        if is_summary:
            rendered = render_summary(entry, unmasked=unmasked)
        else:
            rendered = yield from _render(entry, unmasked=unmasked)
        shown.append(msgspec.Raw(msgspec.json.encode(rendered)))  # encoding all at the end would take too long
    return render_json({"requests": shown, "found": len(found), "dropped": dropped})


def read_one(request: Request, session: Session, id: str) -> Steps:
    """One exchange, by its number."""
    unmasked = query.flag(request.params(), "unmasked")
    entry = find_entry(session, id)
    if entry is None:
        return no_such_request(id)
    return render_json((yield from _render(entry, unmasked=unmasked)))


def find_entry(session: Session, id: str) -> Entry | None:
    """The exchange that a path names, if it is there."""
    is_id = id.isascii() and id.isdigit() and len(id) < _LONGEST_ID
    return session.journal.find(int(id)) if is_id else None


def no_such_request(id: str) -> Reply:
    """It is not there."""
    message = f"There is no request {id}, or it had to make room for newer ones."
    return render_json({"message": message}, HTTPStatus.NOT_FOUND)


def clear(request: Request, session: Session) -> Reply:
    """Forget all exchanges; the numbers go on."""
    session.journal.clear()
    session.tell("requests", "cleared")
    return render_json({"requests": [], "found": 0, "dropped": 0})


def render_summary(entry: Entry, *, unmasked: bool) -> dict[str, Any]:
    """An exchange that was answered, on one line: without headers and bodies."""
    is_read = bool(entry.fields) or len(entry.body) <= _LONGEST_BODY
    fields, params, answer = (fields_of(entry) if is_read else None) or {}, params_of(entry), entry.answer
    named = list(islice(scalars([fields, params]), _MOST_VALUES))
    phone = next((value for name, value in named if is_number(name)), None)
    told = {"path": clean(entry.path), "query": clean(entry.query), "phone": phone}
    if not unmasked:
        mask = Mask(joined(entry.headers.items()), suspects_all=not is_read or len(named) == _MOST_VALUES)
        bare = in_target(clean(entry.path), params)
        told = _masked_summary(mask, [*named, *((_BARE, number) for number in bare)], told)
    return {
        "id": entry.number,
        "began": render_instant(entry.began),
        "operation": entry.operation,
        "method": entry.method,
        **told,
        "status": answer and answer.status,
        "delivery": _delivery(answer),
        "rule": entry.rule,
        "faults": list(entry.faults),
        "hints": hints(entry, fields),
    }


def _masked_summary(mask: Mask, named: list[tuple[str, str]], told: dict[str, Any]) -> dict[str, Any]:
    drain(mask.learn([{name: value} for name, value in named]))
    return {
        "path": mask.text(told["path"]),
        "query": drain(mask.form(told["query"])),
        "phone": mask.value(told["phone"], "phone"),
    }


def _found(journal: Journal, params: Params) -> Generator[None, None, list[Entry]]:
    operation, phone = _operation(params), query.text(params, "phone")
    status = query.number(params, "status")
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


def _operation(params: Params) -> str | None:
    """The operation that is asked for, in any version or in one. Raises Unreadable for what is none."""
    asked = query.text(params, "operation")
    if asked is not None:
        version, dot, name = asked.rpartition(".")
        if name not in OPERATIONS or (dot and version not in VERSIONS):
            raise Unreadable("operation", f"{asked!r} is none{did_you_mean(name, OPERATIONS)}")
    return asked


def _numbers(entry: Entry) -> set[str]:
    """The digits of all phone numbers that a request names."""
    named = scalars([fields_of(entry), params_of(entry)])
    return {_digits(value) for name, value in named if is_number(name)}


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _render(entry: Entry, *, unmasked: bool) -> _Rendered:
    """An exchange; `fields` is None when the body cannot be read, `answer` while there is none."""
    fields, headers = fields_of(entry), joined(entry.headers.items())
    answer, hinted = entry.answer, hints(entry, fields or {})
    request = {
        "method": entry.method,
        "path": clean(entry.path),
        "query": clean(entry.query),
        "content_type": headers.get("content-type"),
        "headers": headers,
        "body": _text(entry.body),
        "fields": fields,
    }
    if unmasked:
        answered = None if answer is None else render_answer(answer)
    else:
        mask = yield from mask_of(entry, fields or {})
        request = yield from _masked_request(request, mask, is_form=is_form(entry))
        answered = None if answer is None else (yield from masked_answer(answer, mask))
    return {
        "id": entry.number,
        "began": render_instant(entry.began),
        "operation": entry.operation,
        "rule": entry.rule,
        "faults": list(entry.faults),
        "hints": hinted,
        "request": request,
        "answer": answered,
    }


def mask_of(entry: Entry, fields: Mapping[str, Any], **named: Any) -> Generator[None, None, Mask]:
    """Return a mask for an exchange: it hides the numbers and keys in `fields`, headers and query, and in `named`."""
    mask = Mask(named)
    yield from learn_entry(mask, entry, fields)
    return mask


def learn_entry(mask: Mask, entry: Entry, fields: Mapping[str, Any]) -> Generator[None, None, None]:
    """Make a mask hide the numbers and keys of an exchange; `fields` are those of its body."""
    params, body = params_of(entry), _text(entry.body)
    yield from mask.learn([joined(entry.headers.items()), params, fields])
    yield from mask.learn({_BARE: [*in_target(clean(entry.path), params), *in_names(fields)]})
    if not fields and body:
        yield from mask.learn({_BARE: (yield from in_text(body))})
    for text in (clean(entry.path), body, "" if entry.answer is None else _text(entry.answer.body)):
        yield from mask.learn_text(text)


def _masked_request(request: dict[str, Any], mask: Mask, *, is_form: bool) -> _Rendered:
    return request | {
        "path": (yield from mask.long_text(request["path"])),
        "query": (yield from mask.form(request["query"])),
        "content_type": (yield from mask.long_value(request["content_type"])),
        "headers": (yield from mask.long_value(request["headers"])),
        "body": (yield from (mask.form if is_form else mask.long_text)(request["body"])),
        "fields": (yield from mask.long_value(request["fields"])),
    }


def masked_answer(answer: Answered, mask: Mask) -> _Rendered:
    """Return what was answered, masked."""
    rendered = render_answer(answer)
    for name in ("content_type", "headers", "body"):
        rendered[name] = yield from mask.long_value(rendered[name])
    return rendered


def render_answer(answer: Answered) -> dict[str, Any]:
    """What was answered; `delivery` tells what became of it on its way, None if nothing did."""
    return {
        "at": render_instant(answer.at),
        "status": answer.status,
        "content_type": answer.content_type,
        "headers": joined(answer.headers),
        "body": _text(answer.body),
        "delivery": _delivery(answer),
    }


def _delivery(answer: Answered | None) -> str | None:
    return type(answer.delivery).__name__.lower() if answer and answer.delivery else None


def _text(body: bytes) -> str:
    return body.decode(errors="replace")
