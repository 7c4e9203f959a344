"""The requests of a session: its journal, read and emptied."""

from http import HTTPStatus
from typing import Any, Final

from mockgms.admin.entries import clean, fields_of, joined, params_of
from mockgms.admin.json import render_json
from mockgms.admin.masking import Mask, is_number, scalars
from mockgms.domain.instants import render_instant
from mockgms.journal import Answered, Entry, Journal
from mockgms.scenario.mistakes import did_you_mean
from mockgms.scenario.operations import OPERATIONS, VERSIONS
from mockgms.state import Session
from mockgms.wire import query
from mockgms.wire.hints import hints
from mockgms.wire.http import Params, Reply, Request
from mockgms.wire.refusals import Unreadable

_LIMIT: Final = 100  # of the newest, when nobody says how many
_LONGEST_ID: Final = 19  # digits


def read(request: Request, session: Session) -> Reply:
    """The newest `limit` exchanges that fit the filters `operation`, `phone` and `status`, the oldest of them first.

    With `summary`, each is as an event tells it: without headers and bodies.
    """
    params = request.params()
    limit = query.number(params, "limit")
    if limit is not None and limit < 1:
        raise Unreadable("limit", "must be 1 or more")
    unmasked = query.flag(params, "unmasked")
    found = _found(session.journal, params)
    render = render_summary if query.flag(params, "summary") else _render
    shown = [render(entry, unmasked=unmasked) for entry in found[-(limit or _LIMIT) :]]
    return render_json({"requests": shown, "found": len(found), "dropped": session.journal.dropped})


def read_one(request: Request, session: Session, id: str) -> Reply:
    """One exchange, by its number."""
    unmasked = query.flag(request.params(), "unmasked")
    entry = find_entry(session, id)
    return no_such_request(id) if entry is None else render_json(_render(entry, unmasked=unmasked))


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
    fields, params, answer = fields_of(entry) or {}, params_of(entry), entry.answer
    phone = next((value for name, value in scalars([fields, params]) if is_number(name)), None)
    told = {"path": clean(entry.path), "query": clean(entry.query), "phone": phone}
    if not unmasked:
        mask = Mask(joined(entry.headers.items()), fields, params)
        told = {name: mask.value(text, name) for name, text in told.items()}
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


def _found(journal: Journal, params: Params) -> list[Entry]:
    operation, phone = _operation(params), query.text(params, "phone")
    status = query.number(params, "status")
    return [
        entry
        for entry in journal
        if (operation is None or operation in (entry.operation, (entry.operation or "").partition(".")[2]))
        and (status is None or (entry.answer is not None and entry.answer.status == status))
        and (phone is None or _digits(phone) in _numbers(entry))
    ]


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


def _render(entry: Entry, *, unmasked: bool) -> dict[str, Any]:
    """An exchange; `fields` is None when the body cannot be read, `answer` while there is none."""
    fields, headers = fields_of(entry), joined(entry.headers.items())
    rendered = {
        "id": entry.number,
        "began": render_instant(entry.began),
        "operation": entry.operation,
        "rule": entry.rule,
        "faults": list(entry.faults),
        "hints": hints(entry, fields or {}),
        "request": {
            "method": entry.method,
            "path": clean(entry.path),
            "query": clean(entry.query),
            "content_type": headers.get("content-type"),
            "headers": headers,
            "body": _text(entry.body),
            "fields": fields,
        },
        "answer": None if entry.answer is None else render_answer(entry.answer),
    }
    if unmasked:
        return rendered
    mask = Mask(headers, fields or {}, params_of(entry))
    for part in "request", "answer":
        rendered[part] = mask.value(rendered[part])
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
