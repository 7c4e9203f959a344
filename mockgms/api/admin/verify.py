"""Verification: compares the journal of a session with the requests that a test expects."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mockgms.api.admin.entries import fields_of
from mockgms.api.admin.recorded_request import booked_request, recorded_request
from mockgms.api.admin.requests import learn_entry
from mockgms.api.field_types import Answer, Body, Whole
from mockgms.api.journal_facts import JournalFacts
from mockgms.api.masking.mask import Mask, scalars
from mockgms.api.operation import Conflict, operation
from mockgms.domain.quoting import quoted
from mockgms.http.messages import InSteps
from mockgms.http.refusals import Unreadable
from mockgms.scenario.mistakes import suggest_or_list
from mockgms.scenario.patterns import is_literal
from mockgms.scenario.rules import INLINE
from mockgms.session import Session
from mockgms.session.journal import Entry
from mockgms.session.verification.checks import (
    BookedOnce,
    BookedRequest,
    Expectation,
    FailedCheck,
    NoEarlyRetry,
    Order,
    RequestCount,
    filters_of,
)
from mockgms.session.verification.effort import MAX_SECONDS, effort
from mockgms.session.verification.filters import Filter, parse_condition
from mockgms.session.verification.recorded_request import RecordedRequest

_Scalar: TypeAlias = str | int | float | bool
_Texts: TypeAlias = _Scalar | Annotated[list[_Scalar], Meta(min_length=1, max_length=100)]
_Named: TypeAlias = dict[str, _Texts | dict[str, _Texts]]
_Number: TypeAlias = Annotated[int, Meta(ge=0)]


class RequestFilter(Body):
    """A filter of requests. Without fields, all requests match.

    Each given field must match. A list matches if one of its values does.
    """

    operation: _Texts | UnsetType = UNSET
    version: _Texts | UnsetType = UNSET
    service: _Texts | UnsetType = UNSET
    phone: _Texts | UnsetType = UNSET
    status: _Texts | UnsetType = UNSET
    rule: _Texts | UnsetType = UNSET
    fault: _Texts | UnsetType = UNSET
    method: _Texts | UnsetType = UNSET
    path: _Texts | UnsetType = UNSET
    fields: Annotated[_Named, Meta(examples=[{"serviceName": "sales"}])] = msgspec.field(default_factory=dict)
    header: Annotated[_Named, Meta(examples=[{"User-Agent": "*Chrome*"}])] = msgspec.field(default_factory=dict)
    query: Annotated[_Named, Meta(examples=[{"start": "2026-03-02*"}])] = msgspec.field(default_factory=dict)


class Expectations(Body):
    """The expectations to verify."""

    example = '{"request": {"operation": "schedule"}, "exactly": 1}'

    request: RequestFilter | None = None
    exactly: _Number | None = None
    at_least: _Number | None = None
    at_most: _Number | None = None
    order: (
        Annotated[
            list[RequestFilter],
            Meta(min_length=2, max_length=100, examples=[[{"operation": "availability"}, {"operation": "schedule"}]]),
        ]
        | None
    ) = None
    no_retry_before_retry_after: bool = False
    each_phone_booked_at_most_once: bool = False


_TOO_LONG: Final = (
    f"has too many or too long patterns: comparing them with the {{}} requests in the journal could take more than"
    f" {MAX_SECONDS} seconds; give fewer or simpler patterns, or empty the journal earlier"
    " (DELETE /__admin/requests)"
)
_TEXTS: Final = ("operation", "version", "service", "phone", "status", "rule", "fault", "method", "path")
_MAPS: Final = {"fields": "field", "header": "header", "query": "query"}


class Verified(Answer):
    """All expectations are met."""

    verified: Literal[True]
    requests: Annotated[Whole, Meta(description="Number of checked requests")]
    dropped: Annotated[Whole, Meta(description="Number of requests that were dropped for newer ones")]


class NearMissView(Answer):
    """A request that nearly matched."""

    request: Annotated[int, Meta(description="Its number in the journal")]
    differs: Annotated[list[str], Meta(description="Its differences, one sentence each")]


class NotVerified(Answer):
    """An expectation is not met."""

    verified: Literal[False]
    check: Annotated[str, Meta(description="The first check that failed")]
    message: str
    certain: Annotated[bool, Meta(description="True if no dropped request could have changed the result")]
    nearest: list[NearMissView]
    dropped: Whole


@operation("POST", "/verify", "admin.verify")
def verify(
    session: Session, facts: JournalFacts, unmasked: bool = False, *, body: Expectations
) -> InSteps[Verified | Conflict[NotVerified]]:
    """Verify that the requests were those that a test expects.

    Only what the body names is checked: how many requests there were, in which order, and more. The answer is 200, or
    409 with the first check that failed and the requests that came closest.

    Args:
        unmasked: Whether phone numbers and keys are shown unmasked.
    """
    callbacks = []
    if body.each_phone_booked_at_most_once:
        callbacks = yield from _booked(session)
    checks: list[Expectation] = yield lambda: list(_checks(body, callbacks))
    if not checks:
        raise Unreadable("body", "has no check: give a request, an order or one of the other checks")
    entries, dropped = list(session.journal), session.journal.dropped
    _check_rules(body, session, entries)
    requests = []
    for entry in entries:
        requests.append(recorded_request(entry, facts.of(entry, session), session))
        yield
    yield partial(_check_effort, checks, requests)
    for check in checks:
        failure = yield partial(check.failure, requests, dropped)
        if failure is not None:
            hide = str if unmasked else (yield from _mask(failure, body, entries))
            return Conflict(_failed(check, failure, hide, dropped))
    return Verified(verified=True, requests=len(requests), dropped=dropped)


def _check_rules(expected: Expectations, session: Session, entries: Iterable[Entry]) -> None:
    """Raise Unreadable for the name of a rule that the session never had: no request could match it."""
    named = [(where, name) for where, filtered in _filters(expected) for name in _rule_names(filtered)]
    if not named or session.coverage.dropped:  # the session may have had a dropped rule of this name
        return
    present = (rule.name for rule in (*session.engine.rule_list.rules, *session.engine.disarmed()))
    earlier = (counts.name for counts in session.coverage)
    fired = (entry.rule for entry in entries if entry.rule)
    known = dict.fromkeys(chain(present, earlier, fired))
    for where, name in named:
        if name not in known:
            reason = f"is wrong: there is no rule {quoted(name)}{suggest_or_list(name, known)}"
            raise Unreadable(f"{where}.rule", reason)


def _filters(expected: Expectations) -> Iterator[tuple[str, RequestFilter]]:
    """Yield the filters of requests, each with its place in the body."""
    if expected.request is not None:
        yield "request", expected.request
    yield from ((f"order[{index}]", each) for index, each in enumerate(expected.order or ()))


def _rule_names(filtered: RequestFilter) -> Iterator[str]:
    """Yield the names of rules in a filter, but no patterns, and no rules that requests themselves ask for."""
    if filtered.rule is UNSET:
        return
    for text in map(_text, filtered.rule if isinstance(filtered.rule, list) else [filtered.rule]):
        if is_literal(text) and not text.startswith(INLINE):
            yield text


def _check_effort(checks: Sequence[Expectation], requests: Sequence[RecordedRequest]) -> None:
    """Raise Unreadable if a check would take too long."""
    for check in checks:
        if effort(filters_of(check), requests) > MAX_SECONDS:
            raise Unreadable(check.name, _TOO_LONG.format(len(requests)))


def _checks(expected: Expectations, callbacks: Sequence[BookedRequest]) -> Iterator[Expectation]:
    """Return the checks in the order in which failures are reported. Raises Unreadable."""
    count = _count(expected)
    if count is not None:
        yield count
    if expected.order is not None:
        yield Order([_filter(each, f"order[{index}]") for index, each in enumerate(expected.order)])
    if expected.no_retry_before_retry_after:
        yield NoEarlyRetry()
    if expected.each_phone_booked_at_most_once:
        yield BookedOnce(callbacks)


def _booked(session: Session) -> InSteps[list[BookedRequest]]:
    """Return the callbacks of a session in the form that checks take."""
    found = []
    for callback in session.bookings.all_callbacks():
        found.append(booked_request(callback, session))
        yield
    return found


def _count(expected: Expectations) -> RequestCount | None:
    """Return the expected number of requests; by default at least one."""
    limits = {name: getattr(expected, name) for name in ("exactly", "at_least", "at_most")}
    numbers = {name: number for name, number in limits.items() if number is not None}
    if expected.request is None:
        if numbers:
            raise Unreadable(next(iter(numbers)), "requires a `request` to count: {} matches any")
        return None
    if "exactly" in numbers and len(numbers) > 1:
        raise Unreadable("exactly", "cannot be combined with at_least or at_most: leave them out")
    minimum, maximum = expected.at_least, expected.at_most
    if minimum is not None and maximum is not None and minimum > maximum:
        raise Unreadable("at_most", f"is less than at_least, which is {minimum}")
    if expected.exactly is not None:
        minimum = maximum = expected.exactly
    elif minimum is None:
        minimum = 0 if numbers else 1
    return RequestCount(_filter(expected.request, "request"), minimum, maximum)


def _filter(written: RequestFilter, where: str) -> Filter:
    given = {name: value for name in _TEXTS if (value := getattr(written, name)) is not UNSET}
    conditions = {name: _condition(f"{where}.{name}", name, value) for name, value in given.items()}
    for name, kind in _MAPS.items():
        for key, value in _flat(getattr(written, name)):
            known = key.lower() if name == "header" else key
            conditions[f"{kind} {known}"] = _condition(f"{where}.{name}.{key}", f"{kind} {known}", value)
    return Filter(conditions)


def _condition(where: str, name: str, value: _Texts) -> Any:
    values = value if isinstance(value, list) else [value]
    texts = [*map(_text, values)]
    try:
        return parse_condition(name, texts)
    except ValueError as mistake:
        raise Unreadable(where, f"is wrong: {mistake}") from None


def _text(value: _Scalar) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _flat(named: _Named) -> Iterator[tuple[str, _Texts]]:
    """Yield the values by name. Names in nested objects have dots: `userData.level`."""
    for name, value in named.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", inside) for inner, inside in value.items())
        else:
            yield name, value


def _failed(check: Expectation, failure: FailedCheck, hide: Callable[[str], str], dropped: int) -> NotVerified:
    return NotVerified(
        verified=False,
        check=check.name,
        message=hide(failure.message),
        certain=failure.certain,
        nearest=[NearMissView(near.number, [hide(sentence) for sentence in near.differs]) for near in failure.nearest],
        dropped=dropped,
    )


def _mask(
    failure: FailedCheck, expected: Expectations, entries: Sequence[Entry]
) -> Generator[None, None, Callable[[str], str]]:
    """Return the function that masks numbers and keys of the shown requests and of the filters."""
    mask = Mask(*({name: text} for name, text in scalars(msgspec.to_builtins(expected)) if is_literal(text)))
    shown = {near.number for near in failure.nearest}
    for entry in entries:
        if entry.number in shown:  # not looked up in the journal, which may have dropped it by now
            yield from learn_entry(mask, entry, fields_of(entry) or {})
    return mask.text
