"""The summary of an explanation: a paragraph for readers who know neither the calendar nor the rules."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

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


class Words(Struct, frozen=True):
    """The words that differ between what happened to a request, and what would happen to one that was not sent."""

    be: str
    have: str
    would_be: str
    begin: str
    get: str
    then: str
    run: str


SENT: Final = Words(be="was", have="had", would_be="was", begin="", get="has", then="then", run="ran and showed")
DESCRIBED: Final = Words(
    be="is",
    have="has",
    would_be="would be",
    begin="would be ",
    get="would get",
    then="and would have",
    run="runs and shows",
)


class Summary(Struct, frozen=True):
    """An explanation as sentences.

    Attributes:
        explanation: The fields of an `Explanation`.
        trace: The trace of the request.
        services: The services of the session.
        hide: Masks phone numbers and keys in a text.
        words: Those for a request that was sent, or for one that is only described.
    """

    explanation: dict[str, Any]
    trace: Trace
    services: Services
    hide: Callable[[str], str]
    words: Words

    def sentences(self) -> Iterator[str]:
        """Yield the sentences."""
        yield from self._outcome()
        yield from self._past()
        yield from self._at_once()
        yield from self._seats()
        yield from _limits(self.explanation)
        yield from _rules(self.explanation["rules"])
        yield self._clock()
        yield from self.explanation["hints"]

    def _outcome(self) -> Iterator[str]:
        """Yield how the request was answered."""
        explanation = self.explanation
        answer, rule, faults = explanation["answer"], explanation["rule"], explanation["faults"]
        source = "the fault that the request asked for" if (rule or "").startswith(INLINE) else f"the rule {rule}"
        by = f"{source} ({', '.join(faults)})"
        if answer is None:
            yield f"The request {self.words.get} no answer" + (f": {by}." if rule else ".")
            return
        delivery, status, refusal = answer["delivery"], answer["status"], self.trace.refusal
        if delivery in ("reset", "closed"):
            yield f"{self._begin('left')} without an answer by {by}."
        elif refusal is None:
            yield f"{self._begin('answered')} with {status}" + (f", affected by {by}." if rule else ".")
        elif self.trace.refused_by_rule and not isinstance(refusal, RateLimited):
            yield f"{self._begin('refused')} with {status} by {by}."
        else:
            how = "by" if self.trace.refused_by_rule else "after"
            because = self.hide(refusal_text(refusal, self._subject()))
            yield f"{self._begin('refused')} with {status} because {because}" + (f", {how} {by}." if rule else ".")
        if delivery is not None:
            yield _DELIVERIES[delivery].format(verb=self.words.be)

    def _begin(self, verb: str) -> str:
        """Return the beginning of a sentence, such as "Answered" or "Would be answered"."""
        return f"{self.words.begin}{verb}".capitalize()

    def _subject(self) -> Subject:
        if not self.explanation["slots"]:
            return Subject(self.words.be)
        slot = self.explanation["slots"][-1]
        service = self.services.peek(slot["service"])
        return Subject(self.words.be, service, parse_rendered(slot["start"]), slot["capacity"])

    def _past(self) -> Iterator[str]:
        """Yield a sentence about a desired time that was over and meant now."""
        past = self.explanation["past"]
        if past is not None:
            over = re.sub(r"(?<=\d)(?=[a-z])", " ", past["over"])
            why = "within" if past["is_tolerated"] else "beyond"
            then = "" if past["is_tolerated"] else " by past_desired_time"
            yield (
                f"The desired time {self.words.be} {over} in the past, {why} the tolerance of {past['tolerance']}: as"
                f" soon as possible{then}."
            )

    def _at_once(self) -> Iterator[str]:
        """Yield a sentence if a callback was booked without a slot and no fault applied."""
        is_booking = (self.explanation["operation"] or "").endswith(".schedule")
        is_plain = not (self.explanation["refusal"] or self.explanation["faults"])
        if is_booking and is_plain and not self.explanation["slots"]:
            yield f"The callback {self.words.would_be} immediate, without a slot."

    def _seats(self) -> Iterator[str]:
        """Yield the seats of each slot. An unchanged slot is mentioned only if a rule refused the request."""
        for slot in self.explanation["slots"]:
            when = show_time(parse_rendered(slot["start"]), self.services.peek(slot["service"]).timezone)
            before, after = slot["before"]["booked"], slot["after"]["booked"]
            seats = f"{self.words.have} {before} of {slot['capacity']} seats booked"
            then = "" if before == after else f", {self.words.then} {after}"
            if then or self.trace.refused_by_rule:
                yield f"The slot {when} of {slot['service']} {seats}{then}."

    def _clock(self) -> str:
        clock = self.explanation["clock"]
        how = f"{self.words.be} frozen at" if clock["frozen"] else self.words.run
        return f"The clock {how} {show_time(parse_rendered(clock['now']), ZoneInfo('UTC'))}."


def _limits(explanation: dict[str, Any]) -> Iterator[str]:
    for level in explanation["limits"]:
        then = "" if level["after"] == level["before"] else f", then {level['after']}"
        yield f"{_LEVELS[level['name']].format_map(level)}: {level['before']} of {level['limit']}{then}."
    if bucket := explanation["rate_limit"]:
        yield f"Requests left of the limit of {bucket['limit']}: {bucket['left_before']}, then {bucket['left_after']}."


def _rules(rules: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield what the rules did: five at most, and those that matched rather than others."""
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
