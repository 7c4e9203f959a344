"""The summary of an explanation: a paragraph for readers who know neither the calendar nor the rules."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from mockgms.api.admin.refusal_text import Subject, refusal_text, show_time
from mockgms.domain.instants import parse_rendered
from mockgms.domain.refusals import RateLimited
from mockgms.domain.service import Services
from mockgms.scenario.rules import INLINE
from mockgms.session.trace import Trace

_RULES: Final = 5  # rules that get a sentence each
_DID: Final = {"mismatched": "did not match: ", "fired": "", "passed_on": ""}
_LEVELS: Final = {
    "in_queue_check": "Callbacks of the number that wait at {service}",
    "max_queued": "Callbacks queued at {service}",
    "throttle": "Starts at {service} within {per}",
    "per_number_per_day": "Starts of the number at {service} on this date",
}
_DELIVERIES: Final = {
    "reset": "The connection {verb} reset.",
    "closed": "The connection {verb} closed without a byte of an answer.",
    "truncated": "The answer {verb} cut off.",
    "slow": "The answer {verb} sent slowly.",
    "abandoned": "The client did not wait for the answer.",
}


def summarize(
    explanation: dict[str, Any],
    trace: Trace,
    services: Services,
    hide: Callable[[str], str],
    *,
    described: bool,
) -> str:
    """Return an explanation as sentences.

    `hide` masks phone numbers and keys in a text. `described` is true for requests that were not sent: the sentences
    say how they would be answered.
    """
    subject = _subject(explanation, services, "is" if described else "was")
    return " ".join(
        (
            *_outcome(explanation, trace, subject, hide, described=described),
            *_past(explanation, described=described),
            *_at_once(explanation, described=described),
            *_seats(explanation, trace, services, described=described),
            *_limits(explanation),
            *_rules(explanation),
            _clock(explanation, described=described),
            *explanation["hints"],
        )
    )


def _subject(explanation: dict[str, Any], services: Services, verb: str) -> Subject:
    if explanation["slots"]:
        slot = explanation["slots"][-1]
        return Subject(verb, services.peek(slot["service"]), parse_rendered(slot["start"]), slot["capacity"])
    return Subject(verb)


def _outcome(
    explanation: dict[str, Any], trace: Trace, subject: Subject, hide: Callable[[str], str], *, described: bool
) -> Iterator[str]:
    """Yield how the request was answered."""
    answer, rule, faults = explanation["answer"], explanation["rule"], explanation["faults"]
    source = "the fault that the request asked for" if (rule or "").startswith(INLINE) else f"the rule {rule}"
    by = f"{source} ({', '.join(faults)})"
    if answer is None:
        yield f"The request {'would get' if described else 'has'} no answer" + (f": {by}." if rule else ".")
        return
    delivery, status, refusal = answer["delivery"], answer["status"], trace.refusal
    would = "Would be " if described else ""
    if delivery in ("reset", "closed"):
        yield f"{would}{_verb('left', would)} without an answer by {by}."
    elif refusal is None:
        yield f"{would}{_verb('answered', would)} with {status}" + (f", affected by {by}." if rule else ".")
    elif trace.refused_by_rule and not isinstance(refusal, RateLimited):
        yield f"{would}{_verb('refused', would)} with {status} by {by}."
    else:
        how = "by" if trace.refused_by_rule else "after"
        because = hide(refusal_text(refusal, subject))
        yield f"{would}{_verb('refused', would)} with {status} because {because}" + (f", {how} {by}." if rule else ".")
    if delivery is not None:
        yield _DELIVERIES[delivery].format(verb=subject.verb)


def _verb(verb: str, would: str) -> str:
    return verb if would else verb.capitalize()


def _past(explanation: dict[str, Any], *, described: bool) -> Iterator[str]:
    """Yield a sentence about a desired time that was over and meant now."""
    past = explanation["past"]
    if past is not None:
        over = re.sub(r"(?<=\d)(?=[a-z])", " ", past["over"])
        why = "within" if past["is_tolerated"] else "beyond"
        then = "" if past["is_tolerated"] else " by past_desired_time"
        yield (
            f"The desired time {'is' if described else 'was'} {over} in the past, {why} the tolerance of"
            f" {past['tolerance']}: as soon as possible{then}."
        )


def _at_once(explanation: dict[str, Any], *, described: bool) -> Iterator[str]:
    """Yield a sentence if a callback was booked without a slot and no fault applied."""
    is_booking = (explanation["operation"] or "").endswith(".schedule") and not (
        explanation["refusal"] or explanation["faults"]
    )
    if is_booking and not explanation["slots"]:
        yield f"The callback {'would be' if described else 'was'} immediate, without a slot."


def _seats(explanation: dict[str, Any], trace: Trace, services: Services, *, described: bool) -> Iterator[str]:
    """Yield the seats of each slot. An unchanged slot is mentioned only if a rule refused the request."""
    had, then = ("has", "and would have") if described else ("had", "then")
    for slot in explanation["slots"]:
        when = show_time(parse_rendered(slot["start"]), services.peek(slot["service"]).timezone)
        before, after = slot["before"]["booked"], slot["after"]["booked"]
        of = f"The slot {when} of {slot['service']} {had} {before} of {slot['capacity']} seats booked"
        if before != after:
            yield f"{of}, {then} {after}."
        elif trace.refused_by_rule:
            yield f"{of}."


def _limits(explanation: dict[str, Any]) -> Iterator[str]:
    for level in explanation["limits"]:
        then = "" if level["after"] == level["before"] else f", then {level['after']}"
        yield f"{_LEVELS[level['name']].format_map(level)}: {level['before']} of {level['limit']}{then}."
    if bucket := explanation["rate_limit"]:
        yield f"Requests left of the limit of {bucket['limit']}: {bucket['left_before']}, then {bucket['left_after']}."


def _rules(explanation: dict[str, Any]) -> Iterator[str]:
    """Yield what the rules did: five at most, and those that matched rather than others."""
    rules = explanation["rules"]
    if not rules:
        yield "There are no rules."
    elif rules[0]["outcome"] == "untried":
        yield f"No rule was tried: {rules[0]['reason'].removeprefix('not tried: ')}."
    else:
        first = sorted(range(len(rules)), key=lambda index: rules[index]["match"] is None)[:_RULES]
        for rule in (rules[index] for index in sorted(first)):
            did = _DID.get(rule["outcome"], "did not fire: ")
            yield f"Rule {rule['name']} {did}{rule['reason']}."
        if len(rules) > _RULES:
            yield f"The list has {len(rules) - _RULES} more."


def _clock(explanation: dict[str, Any], *, described: bool) -> str:
    clock = explanation["clock"]
    still, ran = ("is frozen at", "runs and shows") if described else ("was frozen at", "ran and showed")
    how = still if clock["frozen"] else ran
    return f"The clock {how} {show_time(parse_rendered(clock['now']), ZoneInfo('UTC'))}."
