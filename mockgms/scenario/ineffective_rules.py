"""Warnings about rules that never fire, or have a part without effect."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Final, NamedTuple

from msgspec.structs import replace

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import Instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.scenario.condition import ConditionsByKind, as_tuple, by_kind
from mockgms.scenario.conditions import OperationCondition
from mockgms.scenario.courses import Choice, Fault
from mockgms.scenario.facts import SESSION, NamedPer, Per, scope_of
from mockgms.scenario.faults.blocks import CloseSlots, FillSlots
from mockgms.scenario.faults.body import Garbage, SlowBody
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.passing import Pass
from mockgms.scenario.faults.rate_limit import RateLimit
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.faults.throttle import Throttle
from mockgms.scenario.faults.until_over import UNTIL_OVER
from mockgms.scenario.mistakes import Mistake, did_you_mean
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.named_states import States, conditions_of_after
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule, ends_by_itself, only_sets_state
from mockgms.scenario.session_conditions import CallerCondition, SlotCondition, asks_for_refusals, asks_for_states
from mockgms.scenario.spans import Between, is_within
from mockgms.scenario.unmet_conditions import (
    AllServices,
    Unmet,
    alternatives,
    not_sent,
    operations_text,
    why_not_in_user_data,
    why_unmet,
)
from mockgms.scenario.usual_requests import (
    DESIRED_TIME,
    SERVICE,
    USER_DATA,
    Routes,
    distinguished_by,
    matching_names,
    may_send_each,
    required_by,
    routes_of,
    sends,
)

_NAMES: Final = {kind: name for name, kind in FAULTS.items()}
_PLACEHOLDER: Final = lazy_regex(r"\$\{?([a-z_][a-z0-9_]*)\}?")
_PLACEHOLDERS: Final = ("phone", "service", "now")
_WITHOUT_BODY: Final = (204, 304)  # status
_LOWEST_STATUS: Final = 200  # of an answer
_IN_BACKQUOTES: Final = lazy_regex("`(.*)`")


class _Idle(NamedTuple):
    """Why a rule does not fire. If it `is_certain`, neither an unusual client nor a moved clock makes it fire."""

    sentence: str
    is_certain: bool = True


def warn_of_rules(
    rules: Sequence[PlacedRule], hidden: Mapping[str, Sequence[PlacedRule]], scenario: Scenario
) -> list[Mistake]:
    """Return a warning for each rule that can never fire, and for each part of another rule without effect.

    `hidden` has the name of each hidden rule, with the earlier rules that answer its requests.
    """
    services, all_rules = AllServices(scenario), [placed.rule for placed in rules]
    reasons = {
        rule.name: next(_reasons(rule, hidden.get(rule.name, ()), scenario, services), None) for rule in all_rules
    }
    able = [rule for rule in all_rules if (reason := reasons[rule.name]) is None or not reason.is_certain]
    states = States.of(all_rules, able)
    return [
        Mistake(*placed.place, f"the rule `{placed.rule.name}` {sentence}")
        for placed in rules
        for sentence in _sentences(
            placed.rule, reasons[placed.rule.name], states, services, is_last=placed is rules[-1]
        )
    ]


def warn_of_armed_rule(rule: Rule, scenario: Scenario, now: Instant) -> list[str]:
    """Return why a rule that is armed now never fires, or its parts without effect. States may still be set later."""
    services = AllServices(scenario)
    running = replace(scenario, clock=ClockStart(now))  # a frozen clock can be moved
    reason = next(_reasons(rule, (), running, services), None)
    sentences = [reason.sentence] if reason else _about_parts(rule, None, services, is_last=False)
    return [f"the rule `{rule.name}` {sentence}" for sentence in sentences]


def _sentences(
    rule: Rule, reason: _Idle | None, states: States, services: AllServices, *, is_last: bool
) -> Iterator[str]:
    """Yield why a rule never fires. If it can fire, yield its parts without effect."""
    unset = states.unset((*rule.when, *conditions_of_after(rule)))
    if reason is None and unset is not None:
        reason = _Idle(f"never fires: {unset}")
    yield from [reason.sentence] if reason else _about_parts(rule, states, services, is_last=is_last)


def _reasons(rule: Rule, hidden_by: Sequence[PlacedRule], scenario: Scenario, services: AllServices) -> Iterator[_Idle]:
    """Yield why a rule never fires, whatever the states are."""
    when, after = by_kind(rule.when), by_kind(conditions_of_after(rule))
    yield from _about_settings(rule, scenario, services)
    if rule.unless and all(condition.covers(when.get(type(condition))) for condition in rule.unless):
        yield _Idle("never fires: its `unless` holds for all requests that match its `when`")
    for unmet in why_unmet(when, scenario, services):
        yield _Idle(unmet.sentence("never fires"), not unmet.is_usual)
    if rule.after is not None:
        if rule.after.statuses and all(statuses.stop <= _LOWEST_STATUS for statuses in rule.after.statuses):
            yield _Idle(f"never fires: no answer has a status below {_LOWEST_STATUS}, which its `after` requires")
        for unmet in why_unmet(after, scenario, services):
            yield _Idle(unmet.sentence("never fires", ", which its `after` requires"), not unmet.is_usual)
        yield from _about_other_callers(rule.per, routes_of(when), routes_of(after))
    if hidden_by:
        earlier = " and ".join(f"`{each.rule.name}` ({':'.join(map(str, each.place))})" for each in hidden_by)
        verbs = "comes first and matches" if len(hidden_by) == 1 else "come first and match"
        yield _Idle(f"never fires: {earlier} {verbs} all of its requests")


def _about_parts(rule: Rule, states: States | None, services: AllServices, *, is_last: bool) -> Iterator[str]:
    yield from _about_unless(rule, states)
    yield from _about_bounds(rule, services)
    yield from _about_per(rule)
    yield from _about_end(rule, states)
    yield from _about_course(rule)
    yield from _about_order(rule, is_last=is_last)
    yield from _about_faults(rule, states, services)


def _about_settings(rule: Rule, scenario: Scenario, services: AllServices) -> Iterator[_Idle]:
    if rule.times == 0:
        yield _Idle("never fires: its `times` is 0")
    if rule.chance == 0:
        yield _Idle("never fires: its `chance` is 0%")
    now = scenario.clock.now
    if not rule.during or now is None:
        return
    if all(isinstance(span, Between) and span.end is not None and span.end <= now for span in rule.during):
        yield _Idle("fires only if the clock is set back: its `during` is over when the clock starts", is_certain=False)
    is_moved = any(step.advance for example in scenario.examples for step in example.steps)
    if (
        scenario.clock.frozen
        and not is_moved
        and not any(is_within(rule.during, now, zone, now) for zone in services.zones)
    ):
        yield _Idle("fires only if the clock is moved: the clock is frozen outside of its `during`", is_certain=False)


def _about_other_callers(per: Per, routes: Routes, earlier: Routes) -> Iterator[_Idle]:
    """Yield why a caller of the rule cannot be one of the earlier requests, which `after` counts."""
    for data in distinguished_by(per):
        if may_send_each(data, routes) and not sends(data, earlier):
            reason = (
                f"usual clients send none with {operations_text(earlier)}, and its `after` counts each one separately"
            )
            missing = data if data == USER_DATA else f"a {data}"
            yield _Idle(f"fires only for requests without {missing}: {reason}", is_certain=False)


def _about_unless(rule: Rule, states: States | None) -> Iterator[str]:
    inner, outer = by_kind(rule.unless), by_kind(rule.when)
    routes = routes_of(outer)
    if not inner:
        return
    if states is not None and (unset := states.unset(rule.unless)) is not None:
        yield f"has an `unless` without effect: {unset}"
    elif not routes_of(inner) & routes:
        yield f"has an `unless` without effect: its `when` does not hold for {_routes_in_words(inner)}"
    else:
        missing = [data for data in required_by(rule.unless) if not sends(data, routes_of(inner) & routes)]
        if missing:
            yield not_sent(missing[0], routes_of(inner) & routes).sentence("has an `unless` without effect")


def _routes_in_words(conditions: ConditionsByKind) -> str:
    versions, operations = matching_names(conditions)
    return alternatives(operations if OperationCondition in conditions else versions)


def _about_bounds(rule: Rule, services: AllServices) -> Iterator[str]:
    for condition in (*rule.when, *rule.unless, *conditions_of_after(rule)):
        if isinstance(condition, CallerCondition) and not condition.at_least and condition.at_most is None:
            yield "has a condition without effect: its `caller` allows any number of callbacks"
        elif isinstance(condition, SlotCondition) and _allows_any_number(condition, services.most_seats):
            yield "has a condition without effect: its `slot` allows any number of free seats"


def _allows_any_number(condition: SlotCondition, most_seats: int) -> bool:
    has_other_parts = condition.first_free is not None or condition.refused_before is not None
    is_bounded = condition.at_least > 0 or (condition.at_most is not None and condition.at_most < most_seats)
    return not has_other_parts and not is_bounded


def _about_per(rule: Rule) -> Iterator[str]:
    routes = routes_of(by_kind(rule.when))
    for data in distinguished_by(rule.per):
        if not sends(data, routes):
            yield not_sent(data, routes).sentence("has a `per` without effect")
    named = [one.name for one in as_tuple(rule.per) if isinstance(one, NamedPer) and one.kind == "user_data"]
    for unmet in filter(None, map(why_not_in_user_data, named)):
        yield unmet.sentence("has a `per` without effect")
    if scope_of(rule.per) != SESSION and not _depends_on_caller(rule):
        is_limited = any(isinstance(fault, RateLimit) for fault in rule.faults)
        remedy = "give its `rate_limit` a `key`" if is_limited else "add `times: 1`, for example"
        yield f"has a `per` without effect, because it counts nothing: {remedy}, or leave it out"


def _depends_on_caller(rule: Rule) -> bool:
    """Return whether a rule counts, draws, sets or requires something for its caller."""
    counts = rule.skip > 0 or rule.after is not None or not rule.fires_always
    asks = asks_for_states(rule.session_conditions) or asks_for_refusals(rule.session_conditions)
    return counts or asks or any(isinstance(fault, SetState | Delay | Garbage) for fault in rule.faults)


def _about_end(rule: Rule, states: States | None) -> Iterator[str]:
    if not _asks_for_end(rule):
        if rule.limit == 1 and rule.lasting is not None and rule.after is None:
            yield "has a `for` without effect: it fires only once"
    elif states is not None and not ends_by_itself(rule) and (endless := states.endless(rule.when)) is not None:
        yield f"has an `until_over` without effect: {endless}"


def _asks_for_end(rule: Rule) -> bool:
    return any(getattr(fault, "retry_after", None) == UNTIL_OVER for fault in rule.faults)


def _about_course(rule: Rule) -> Iterator[str]:
    """Yield a sentence about each entry of a sequence or a choice that has no effect."""
    course = rule.course
    if isinstance(course, Choice):
        for number, weight in enumerate(course.weights, 1):
            if weight == 0:
                yield f"never chooses entry {number}: its weight is 0"
    elif course is not None and rule.times is not None:
        if rule.times < len(course.entries):
            yield f"never reaches entry {rule.times + 1} of its sequence: its `times` is {rule.times}"
        elif rule.limit != rule.times:
            entries = "one entry" if rule.limit == 1 else f"{rule.limit} entries"
            yield f"has a `times` without effect: its sequence ends after {entries}"


def _about_order(rule: Rule, *, is_last: bool) -> Iterator[str]:
    for first, second in chain.from_iterable(map(pairwise, rule.entries)):
        if getattr(first, "is_final", False):
            name, then = _NAMES[type(first)], _NAMES[type(second)]
            yield f"has a fault without effect: `{then}` comes after `{name}`, which already decides the answer"
            return
    for faults in rule.entries:
        others = [fault for fault in faults if not isinstance(fault, Pass)]
        if len(others) < len(faults) and others and not only_sets_state(others):
            yield f"has a fault without effect: `pass` beside `{_NAMES[type(others[0])]}`"
    if rule.phase == "after" and all(rule.only_set_state):
        yield (
            "has a `phase` without effect: its state is set before the operation; place it below the rules that must"
            " not see the state yet"
        )
    if is_last and all(isinstance(fault, Pass) for fault in rule.faults):
        yield "has no effect: `pass` keeps requests from later rules, and none follow"


def _about_faults(rule: Rule, states: States | None, services: AllServices) -> Iterator[str]:
    routes = routes_of(by_kind(rule.when))
    for fault in rule.faults:
        if isinstance(fault, Respond) and fault.body and fault.status in _WITHOUT_BODY:
            yield f"has a `body` without effect: answers with status {fault.status} have none"
        elif isinstance(fault, Respond):
            yield from _about_placeholders(fault)
        elif isinstance(fault, Throttle) and fault.has_unsent_wait:
            yield f"has a `retry_after` that the header Retry-After does not show: its `form` is `{fault.form}`"
        elif isinstance(fault, SetState) and states and (reason := states.without_effect(rule, fault)):
            yield reason
        elif (zero := _zero(fault)) is not None:
            yield f"has a fault without effect: its `{zero}` is 0s"
        elif isinstance(slots := getattr(fault, "slots", None), WeeklySpan) and not services.is_open(slots):
            yield f"has a fault without effect: no service is open in the hours of its `{_NAMES[type(fault)]}`"
        else:
            yield from _about_needs(fault, routes)


def _zero(fault: Fault) -> str | None:
    """Return the name of a duration of 0 that leaves a fault without effect, or None."""
    match fault:
        case Delay() if not (fault.by or fault.max or fault.median):
            return "delay"
        case SlowBody(every=0):
            return "every"
        case CloseSlots(lasting=0) | FillSlots(lasting=0) | SetState(lasting=0):
            return "for"
        case _:
            return None


def _about_needs(fault: Fault, routes: Routes) -> Iterator[str]:
    """Yield why a fault has no effect, because requests lack the data that it needs."""
    name = _NAMES[type(fault)]
    if getattr(fault, "needs_service", False) and not sends(SERVICE, routes):
        operations = operations_text(routes)
        yield f"has a fault without effect: `{name}` needs a service, but {operations} has no service"
    elif getattr(fault, "needs_time", False) and not _asks_for_time(routes):
        unmet = Unmet(
            f"`{name}` needs a desired time, but they send none with {operations_text(routes)}", is_usual=True
        )
        yield unmet.sentence("has a fault without effect")
    elif isinstance(fault, RateLimit):
        for data in distinguished_by(fault.key):
            if not sends(data, routes):
                yield not_sent(data, routes).sentence("has a `key` without effect")


def _asks_for_time(routes: Routes) -> bool:
    return sends(DESIRED_TIME, routes) or any(operation == "availability" for _, operation in routes)


def _about_placeholders(fault: Respond) -> Iterator[str]:
    for name in dict.fromkeys(_PLACEHOLDER.findall(fault.body)):
        if name not in _PLACEHOLDERS and (near := did_you_mean(name, _PLACEHOLDERS)):
            suggestion = _IN_BACKQUOTES.sub(r"`${\1}`", near)
            yield f"sends the text `${{{name}}}` unchanged in its body{suggestion}"
