"""The explanation of an answer: everything that it depended on, as JSON."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from mockgms.api.admin.clock import ClockView
from mockgms.api.admin.entries import clean, fields_of
from mockgms.api.admin.requests import SentAnswer, mask_of, render_answer
from mockgms.api.admin.summary import SENT, Summary, Words
from mockgms.api.field_types import Answer, SeatCount, Time, Whole
from mockgms.api.hints import hints
from mockgms.api.masking.mask import KEY, Mask
from mockgms.api.masking.sensitive_names import is_key, is_number
from mockgms.domain.instants import render_instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.operation_log import Load, OperationLog
from mockgms.domain.refusals import RateLimited
from mockgms.domain.service import Service, Services
from mockgms.http.messages import InSteps
from mockgms.scenario.patterns import Shown, is_literal
from mockgms.scenario.text_forms import render_duration
from mockgms.scenario.verdicts import Verdict, VerdictOutcome, unconcerned, untried, verdicts
from mockgms.session import Session
from mockgms.session.journal import Entry
from mockgms.session.trace import Trace

_RATE_LIMIT: Final = "rate_limit"
_LONG: Final = 10  # digits of a complete phone number
_CHARACTER_CLASS: Final = lazy_regex(r"\[[^\]]*\]")  # of a glob: its digits are alternatives


class RuleExplained(Answer, rename={"origin": "from"}):
    """The verdict of a rule on a request."""

    name: str
    origin: Annotated[str, Meta(description="`armed` or `scenario`")]
    outcome: VerdictOutcome
    reason: Annotated[
        str | None, Meta(description="First condition that failed, or another reason why it did not fire")
    ]
    match: Annotated[int | None, Meta(description="Number of this match for its caller, from 1")]
    drawn: Annotated[float | None, Meta(description="Random number that was drawn for its chance, from 0 to 1")]


class SeatsExplained(Answer):
    """The seats of a slot."""

    booked: SeatCount
    free: SeatCount


class SlotExplained(Answer):
    """A slot of which a seat was taken, given back or refused."""

    service: str
    start: Time
    capacity: SeatCount
    before: SeatsExplained
    after: SeatsExplained


class LimitExplained(Answer):
    """A limit, and its use before and after a request."""

    name: str
    service: str
    limit: int | None
    before: Whole
    after: Whole
    per: Annotated[str | None, Meta(description="Only for a throttle: length of its window")]
    ends: Annotated[Time | None, Meta(description="Only for a throttle: end of its window")]


class PastExplained(Answer):
    """A desired time that was over and means as soon as possible."""

    over: Annotated[str, Meta(description="How long it was over", examples=["5s"])]
    tolerance: Annotated[str, Meta(description="The `past_tolerance` of the service", examples=["5m"])]
    is_tolerated: Annotated[bool, Meta(description="If false, `past_desired_time` made it immediate")]


class BucketExplained(Answer):
    """The bucket of a rule that limits the rate."""

    rule: str
    limit: Whole
    left_before: Whole
    left_after: Whole
    full_in: Annotated[Whole, Meta(description="Seconds until it is full again")]


class Explanation(Answer):
    """The explanation of an answer, or of the answer that a described request would get."""

    id: Annotated[int | None, Meta(description="Number of the request in the journal; null for a described request")]
    paragraph: str
    operation: str | None
    rule: str | None
    faults: list[str]
    hints: Annotated[list[str], Meta(description="Probable mistakes of the client")]
    refusal: Annotated[str | None, Meta(description="Why it was refused", examples=["slot_full"])]
    answer: SentAnswer | None
    clock: ClockView
    seed: int
    rules: Annotated[list[RuleExplained], Meta(description="In the order in which they are tried")]
    slots: list[SlotExplained]
    limits: list[LimitExplained]
    rate_limit: BucketExplained | None
    past: Annotated[PastExplained | None, Meta(description="The desired time, if it was over and meant now")]


def explain(
    entry: Entry, trace: Trace, session: Session, *, unmasked: bool, words: Words = SENT
) -> InSteps[Explanation]:
    """Return the explanation of an answer. Its field `paragraph` consists of sentences with these words."""
    fields = fields_of(entry) or {}
    facts = {} if trace.facts is None else {"phone": trace.facts.phone, "api_key": trace.facts.api_key}
    services = session.bookings.services
    mask = None if unmasked else (yield from mask_of(entry, fields, **facts))
    answer = yield from render_answer(entry.outcome, mask)
    shown = _shown(mask)
    rendered_verdicts = yield lambda: [_render_verdict(each, trace) for each in _verdicts(entry, trace, shown)]
    explained: dict[str, Any] = {
        "operation": entry.operation,
        "rule": entry.rule,
        "faults": list(entry.faults),
        "refusal": None if trace.refusal is None else _snake(type(trace.refusal).__name__),
        "answer": answer,
        "clock": {"now": render_instant(entry.began), "frozen": trace.frozen_at is not None},
        "seed": trace.rule_list.seed,
        "rules": rendered_verdicts,
        "slots": list(_slots(trace.operation_log)),
        "limits": list(_limits(trace.operation_log, services)),
        "rate_limit": _rate_limit(entry, trace),
        "past": _past(trace.operation_log),
        "hints": hints(entry, fields),
    }
    text = " ".join(Summary(explained, trace, services, _masking(mask), words).sentences())
    found = {"id": entry.number if entry.is_kept else None, "paragraph": text, **explained}
    explanation: Explanation = yield lambda: msgspec.convert(found, Explanation)  # there may be thousands of rules
    return explanation


def _masking(mask: Mask | None) -> Callable[[str], str]:
    """Return a function that masks a text and replaces bytes that were not UTF-8, which JSON cannot hold."""
    return clean if mask is None else lambda text: mask.text(clean(text))


def _shown(mask: Mask | None) -> Shown:
    """Return how mismatch reasons show the values of the request and the patterns of rules."""
    if mask is None:
        return Shown(lambda _, text: clean(text), lambda _, written: written)

    def pattern(what: str, written: str) -> str:
        if is_key(what):
            return KEY
        if is_literal(written) and is_number(what):
            return str(mask.value(written, what))
        return mask.text(written) if sum(map(str.isdigit, _CHARACTER_CLASS.sub("", written))) >= _LONG else written

    return Shown(lambda what, text: str(mask.value(clean(text), what)), pattern)


def _verdicts(entry: Entry, trace: Trace, shown: Shown) -> Iterator[Verdict]:
    if trace.trials is None:
        inline = "the request asked for its fault itself"
        return untried(trace.rule_list, "the request was refused before the rules" if entry.rule is None else inline)
    if trace.facts is None:
        version, _, operation = (entry.operation or "").partition(".")
        return unconcerned(trace.rule_list, operation, version)
    return verdicts(trace.rule_list, trace.facts, entry.began, trace.trials, shown)


def _render_verdict(verdict: Verdict, trace: Trace) -> dict[str, Any]:
    return {
        "name": verdict.rule.name,
        "from": "armed" if verdict.rule.name in trace.rule_list.until else "scenario",
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "match": verdict.match,
        "drawn": verdict.drawn,
    }


def _slots(operation_log: OperationLog) -> Iterator[dict[str, Any]]:
    """Yield the slots whose seats were taken, freed or refused, each with its seats before and after."""
    for step in operation_log:
        if step[0] == "seat":
            _, service, slot, change = step
            booked = slot.total - slot.free
            yield {
                "service": service,
                "start": render_instant(slot.start),
                "capacity": slot.total,
                "before": {"booked": booked, "free": slot.free},
                "after": {"booked": booked + change, "free": slot.free - change},
            }


def _limits(operation_log: OperationLog, services: Services) -> Iterator[dict[str, Any]]:
    """Yield the limits that were checked, each with its use before and after."""
    more = 1 if ("started",) in operation_log else 0
    booked = more or sum(step[0] == "seat" and step[3] for step in operation_log)
    for step in operation_log:
        if step[0] == "waiting":
            service = services.peek(step[1])
            yield _level("in_queue_check", service, service.max_in_queue, step[2], booked)
        elif step[0] == "load":
            yield from _load(step, services.peek(step[1]), more)


def _load(step: Load, service: Service, more: int) -> Iterator[dict[str, Any]]:
    _, _, queued, windows, of_number = step
    if service.max_queued is not None:
        yield _level("max_queued", service, service.max_queued, queued, more)
    for throttle, (opened, used) in zip(service.throttles, windows, strict=True):
        if throttle.per:
            level = _level("throttle", service, throttle.limit, used, more)
            yield level | {"per": render_duration(throttle.per), "ends": render_instant(opened + throttle.per)}
    if service.per_number_per_day is not None:
        yield _level("per_number_per_day", service, service.per_number_per_day, of_number, more)


def _past(operation_log: OperationLog) -> dict[str, Any] | None:
    for step in operation_log:
        if step[0] == "past":
            _, over, tolerance = step
            rendered = {"over": render_duration(over), "tolerance": render_duration(tolerance)}
            return rendered | {"is_tolerated": over <= tolerance}
    return None


def _level(name: str, service: Service, limit: int | None, before: int, more: int) -> dict[str, Any]:
    """Return the use of a limit. Throttles replace `per` and `ends` with those of their window."""
    of = {"name": name, "service": service.name, "limit": limit}
    return of | {"before": before, "after": before + more, "per": None, "ends": None}


def _rate_limit(entry: Entry, trace: Trace) -> dict[str, Any] | None:
    """Return the bucket of a rule with a rate limit, read from the headers of the answer."""
    headers = {} if entry.answer is None else dict(entry.answer.headers)
    values = [headers.get(f"X-RateLimit-{name}", "") for name in ("Limit", "Remaining", "Reset")]
    if _RATE_LIMIT not in entry.faults or not all(map(str.isdecimal, values)):
        return None
    limit, left, full_in = map(int, values)
    return {
        "rule": entry.rule,
        "limit": limit,
        "left_before": left if isinstance(trace.refusal, RateLimited) else left + 1,
        "left_after": left,
        "full_in": full_in,
    }


def _snake(name: str) -> str:
    return re.sub(r"(?<=.)(?=[A-Z])", "_", name).lower()
