"""Entries of the journal and callbacks, in the form that verification takes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from mockgms.api.admin.entries import clean, fields_of, join_headers, params_of
from mockgms.domain.callback import Callback, State
from mockgms.domain.numbers import comparable
from mockgms.domain.refusals import UnknownService
from mockgms.domain.service import Service
from mockgms.scenario.facts import Facts
from mockgms.session import Session
from mockgms.session.journal import Entry
from mockgms.session.verification.checks import BookedRequest
from mockgms.session.verification.recorded_request import Caller, RecordedRequest

_RETRY_AFTER: Final = "retry-after"


def recorded_request(entry: Entry, facts: Facts | None, session: Session) -> RecordedRequest:
    """Return an entry as a recorded request. `facts` is None if its path matched no operation."""
    answer = entry.answer
    return RecordedRequest(
        entry.number,
        entry.began,
        {name: values for name, values in _texts(entry, facts) if values},
        None if facts is None else _caller(facts, session),
        None if answer is None else answer.at,
        None if answer is None else join_headers(answer.headers).get(_RETRY_AFTER),
    )


def booked_request(callback: Callback, session: Session) -> BookedRequest:
    """Return a callback as a booked request. It has ended only if a request completed it, not its lifecycle."""
    outcome = callback.outcome
    ended = outcome.at if outcome is not None and outcome.state is State.COMPLETED else None
    phone = comparable(callback.number, session.bookings.service(callback.service))
    return BookedRequest(callback.id, phone, callback.created, ended)


def _texts(entry: Entry, facts: Facts | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "method", (entry.method,)
    yield "path", (clean(entry.path),)
    if facts is not None:
        yield "operation", (f"{facts.version}.{facts.operation}",)
        yield "version", (facts.version,)
        yield "service", _given(facts.service)
        yield "phone", tuple(dict.fromkeys(filter(None, (facts.phone, facts.full_phone))))
    yield "status", () if entry.answer is None else (str(entry.answer.status),)
    yield "rule", _given(entry.rule)
    yield "fault", entry.faults
    for kind, named in (
        ("field", fields_of(entry) or {}),
        ("header", join_headers(entry.headers.items())),
        ("query", params_of(entry)),
    ):
        yield from _named(kind, named)


def _named(kind: str, named: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the values by name. Names in nested objects have dots; items of a list have the name of the list."""
    found: dict[str, list[str]] = {}
    for name, value in named.items():
        _collect(name, value, found)
    return ((f"{kind} {name}", tuple(values)) for name, values in found.items())


def _collect(name: str, value: Any, found: dict[str, list[str]]) -> None:
    if isinstance(value, dict):
        for inner, inside in value.items():
            _collect(f"{name}.{inner}", inside, found)
    elif isinstance(value, list):
        for inside in value:
            _collect(name, inside, found)
    else:
        found.setdefault(name, []).append(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def _caller(facts: Facts, session: Session) -> Caller:
    phone = None if facts.phone is None else comparable(facts.phone, _service(facts.service, session))
    return Caller(phone, facts.service, facts.operation)


def _service(name: str | None, session: Session) -> Service:
    try:
        return Service() if name is None else session.bookings.service(name)
    except UnknownService:
        return Service()


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)
