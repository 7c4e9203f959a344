"""Warnings about rules that never fire, and about conditions and faults without effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from mockgms.domain.hours import WeeklySpan, week_minutes
from mockgms.domain.instants import Instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.scenario.condition import Condition, ConditionsByKind, by_kind
from mockgms.scenario.conditions import (
    ApiKeyCondition,
    HeaderCondition,
    OperationCondition,
    PhoneCondition,
    ServiceCondition,
    UserDataCondition,
)
from mockgms.scenario.courses import Choice, Fault
from mockgms.scenario.facts import Per
from mockgms.scenario.faults.blocks import CloseSlots, FillSlots
from mockgms.scenario.faults.body import SlowBody
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.passing import Pass
from mockgms.scenario.faults.rate_limit import RateLimit
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.faults.until_over import UNTIL_OVER
from mockgms.scenario.mistakes import Mistake, did_you_mean
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.named_states import States, conditions_of_after
from mockgms.scenario.patterns import Pattern
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule, only_sets_state
from mockgms.scenario.session_conditions import CallerCondition, SlotCondition
from mockgms.scenario.spans import Between, is_within
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

_MAX_COMPARED: Final = 100_000  # names of services with patterns: 0.1 s
_NAMES: Final = {kind: name for name, kind in FAULTS.items()}
_CLASS: Final = lazy_regex(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^]\\])*\]")  # a set of characters in a regular expression
_REMOVED: Final = lazy_regex(r"(?:(?<!\\)[ -]|\\[-s ().]|tel:)(?![?*{])")  # what numbers are compared without
_OPTIONAL: Final = lazy_regex(r"(?<!\\)[|(]|\\Q")  # alternatives, and groups, of which parts can be missing; literals
_HEADER_NAME: Final = lazy_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PLACEHOLDER: Final = lazy_regex(r"\$\{?([a-z_][a-z0-9_]*)\}?")
_PLACEHOLDERS: Final = ("phone", "service", "now")
_IN_BACKQUOTES: Final = lazy_regex("`(.*)`")


class _Unmet(NamedTuple):
    """Why no request meets some conditions, as a clause. If `is_usual`, it is true of usual clients only."""

    reason: str
    is_usual: bool = False

    def sentence(self, consequence: str, end: str = "") -> str:
        """Return the consequence with this reason."""
        return f"{consequence}{' for usual clients' if self.is_usual else ''}: {self.reason}{end}"


class _Idle(NamedTuple):
    """Why a rule does not fire. If it `is_certain`, neither an unusual client nor a moved clock makes it fire."""

    sentence: str
    is_certain: bool = True


class _Calendar:
    """What the services of a scenario allow, taken together."""

    def __init__(self, scenario: Scenario) -> None:
        self._listed = scenario.services
        self._compared = 0  # names with patterns
        self._services = [*scenario.services.values(), *([scenario.fallback] if scenario.fallback else [])]

    @cached_property
    def zones(self) -> set[ZoneInfo]:
        """The time zones."""
        return {service.timezone for service in self._services}

    def may_list(self, patterns: Iterable[Pattern]) -> bool:
        """Return whether a listed service matches a pattern. With too many to compare, return True."""
        for pattern in patterns:
            if pattern.is_literal:
                if pattern.written in self._listed:
                    return True
                continue
            self._compared += len(self._listed)
            if self._compared > _MAX_COMPARED or any(map(pattern.fits, self._listed)):
                return True
        return False

    @cached_property
    def most_seats(self) -> int:
        """The highest number of seats of a slot."""
        return max((service.capacity.most for service in self._services), default=0)

    @cached_property
    def open_minutes(self) -> int | None:
        """The minutes of the week at which a service is open, or None if some have hours on single dates."""
        if any(service.hours.extra for service in self._services):
            return None
        return week_minutes({span for service in self._services for span in service.hours.regular})

    def is_open(self, span: WeeklySpan) -> bool:
        """Return whether a service can be open in weekly hours."""
        return self.open_minutes is None or bool(self.open_minutes & week_minutes([span]))


def warn_of_rules(
    rules: Sequence[PlacedRule], hidden: Mapping[str, Sequence[PlacedRule]], scenario: Scenario
) -> list[Mistake]:
    """Return a warning for each rule that can never fire, and for each part of another rule without effect.

    `hidden` has the name of each hidden rule, with the earlier rules that answer its requests.
    """
    calendar, all_rules = _Calendar(scenario), [placed.rule for placed in rules]
    reasons = {
        rule.name: next(_reasons(rule, hidden.get(rule.name, ()), scenario, calendar), None) for rule in all_rules
    }
    able = [rule for rule in all_rules if (reason := reasons[rule.name]) is None or not reason.is_certain]
    states = States.of(all_rules, able)
    return [
        Mistake(*placed.place, f"the rule `{placed.rule.name}` {sentence}")
        for placed in rules
        for sentence in _sentences(
            placed.rule, reasons[placed.rule.name], states, calendar, is_last=placed is rules[-1]
        )
    ]


def warn_of_armed_rule(rule: Rule, scenario: Scenario, now: Instant) -> list[str]:
    """Return why a rule that is armed now never fires, or its parts without effect. States may still be set later."""
    calendar = _Calendar(scenario)
    running = replace(scenario, clock=ClockStart(now))  # a frozen clock can be moved
    reason = next(_reasons(rule, (), running, calendar), None)
    sentences = [reason.sentence] if reason else _about_parts(rule, None, calendar, is_last=False)
    return [f"the rule `{rule.name}` {sentence}" for sentence in sentences]


def _sentences(
    rule: Rule, reason: _Idle | None, states: States, calendar: _Calendar, *, is_last: bool
) -> Iterator[str]:
    """Yield why a rule never fires. If it can fire, yield its parts without effect."""
    unset = states.unset((*rule.when, *conditions_of_after(rule)))
    if reason is None and unset is not None:
        reason = _Idle(f"never fires: {unset}")
    yield from [reason.sentence] if reason else _about_parts(rule, states, calendar, is_last=is_last)


def _reasons(rule: Rule, hidden_by: Sequence[PlacedRule], scenario: Scenario, calendar: _Calendar) -> Iterator[_Idle]:
    """Yield why a rule never fires, whatever the states are."""
    when, after = by_kind(rule.when), by_kind(conditions_of_after(rule))
    yield from _about_settings(rule, scenario, calendar)
    if rule.unless and all(condition.covers(when.get(type(condition))) for condition in rule.unless):
        yield _Idle("never fires: its `unless` holds for all requests that match its `when`")
    for unmet in _why_unmet(when, scenario, calendar):
        yield _Idle(unmet.sentence("never fires"), not unmet.is_usual)
    if rule.after is not None:
        for unmet in _why_unmet(after, scenario, calendar):
            yield _Idle(unmet.sentence("never fires", ", which its `after` requires"), not unmet.is_usual)
        yield from _about_other_callers(rule.per, routes_of(when), routes_of(after))
    if hidden_by:
        earlier = " and ".join(f"`{each.rule.name}` ({':'.join(map(str, each.place))})" for each in hidden_by)
        verbs = "comes first and matches" if len(hidden_by) == 1 else "come first and match"
        yield _Idle(f"never fires: {earlier} {verbs} all of its requests")


def _about_parts(rule: Rule, states: States | None, calendar: _Calendar, *, is_last: bool) -> Iterator[str]:
    yield from _about_unless(rule, states)
    yield from _about_bounds(rule)
    yield from _about_per(rule)
    yield from _about_course(rule)
    yield from _about_order(rule, is_last=is_last)
    yield from _about_faults(rule, states, calendar)


def _about_settings(rule: Rule, scenario: Scenario, calendar: _Calendar) -> Iterator[_Idle]:
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
        and not any(is_within(rule.during, now, zone, now) for zone in calendar.zones)
    ):
        yield _Idle("fires only if the clock is moved: the clock is frozen outside of its `during`", is_certain=False)


def _why_unmet(conditions: ConditionsByKind, scenario: Scenario, calendar: _Calendar) -> Iterator[_Unmet]:
    """Yield why no request meets the conditions."""
    routes = routes_of(conditions)
    if not routes:
        versions, operations = matching_names(conditions)
        yield _Unmet(f"{_or(versions)} has no operation {_or(operations)}")
    for data in required_by(conditions.values()):
        if not sends(data, routes):
            yield _without(data, routes)
    yield from _about_service(conditions.get(ServiceCondition), scenario, calendar)
    yield from _about_key(conditions.get(ApiKeyCondition), scenario)
    yield from _about_phone(conditions.get(PhoneCondition))
    yield from _about_header(conditions.get(HeaderCondition))
    yield from _about_user_data(conditions.get(UserDataCondition))
    yield from _about_slot(conditions.get(SlotCondition), calendar)


def _without(data: str, routes: Routes) -> _Unmet:
    return _Unmet(f"they send no {data} with {_operations(routes)}", is_usual=True)


def _about_service(condition: Condition | None, scenario: Scenario, calendar: _Calendar) -> Iterator[_Unmet]:
    if condition is None or scenario.fallback is not None:
        return
    if not calendar.may_list(condition.patterns()):
        yield _Unmet(
            "they ask for no service that its `service` matches, because the scenario lists none", is_usual=True
        )


def _about_key(condition: Condition | None, scenario: Scenario) -> Iterator[_Unmet]:
    keys = scenario.auth.api_keys
    if condition is None or not keys or scenario.auth.basic is not None:
        return
    if not any(pattern.fits(key) for pattern in condition.patterns() for key in keys):
        yield _Unmet("`auth` accepts none of the keys of its condition `api_key`")


def _about_phone(condition: Condition | None) -> Iterator[_Unmet]:
    removed = [] if condition is None else [*map(_removed_text, condition.patterns())]
    if removed and all(removed):
        yield _Unmet(f"phone numbers are compared without {removed[0]}, but the pattern of its `phone` has one")


def _removed_text(pattern: Pattern) -> str | None:
    """Return what a pattern for numbers requires although numbers are compared without it, or None."""
    if not pattern.is_regex:
        return "`tel:`" if pattern.written.lower().startswith("tel:") else None
    found = None if _OPTIONAL.search(pattern.written) else _REMOVED.search(_CLASS.sub("_", pattern.written))
    if found is None:
        return None
    return {":": "`tel:`", " ": "spaces", "s": "spaces", "-": "dashes", ".": "dots"}.get(found[0][-1], "brackets")


def _about_header(condition: Condition | None) -> Iterator[_Unmet]:
    names = condition.wanted if isinstance(condition, HeaderCondition) else ()
    for name in names:
        if not _HEADER_NAME.fullmatch(name):
            yield _Unmet(f"no header can have the name {name!r}")


def _about_user_data(condition: Condition | None) -> Iterator[_Unmet]:
    names = condition.wanted if isinstance(condition, UserDataCondition) else ()
    for name in names:
        if (inner := name.removeprefix("userData.")) != name:
            yield _Unmet(f"`user_data` looks into their userData: write `{inner}`, not `{name}`", is_usual=True)


def _about_slot(condition: Condition | None, calendar: _Calendar) -> Iterator[_Unmet]:
    if not isinstance(condition, SlotCondition):
        return
    if condition.first_free and condition.at_most == 0:
        yield _Unmet("a slot without a free seat is not the first free one, which its `slot` requires")
    if condition.at_least > calendar.most_seats:
        seats = f"but at most {calendar.most_seats}"
        yield _Unmet(f"no slot has the {condition.at_least} seats that its `slot` requires, {seats}")


def _about_other_callers(per: Per, routes: Routes, earlier: Routes) -> Iterator[_Idle]:
    """Yield why a caller of the rule cannot be one of the earlier requests, which `after` counts."""
    for data in distinguished_by(per):
        if may_send_each(data, routes) and not sends(data, earlier):
            reason = f"usual clients send none with {_operations(earlier)}, and its `after` counts each one separately"
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
            yield _without(missing[0], routes_of(inner) & routes).sentence("has an `unless` without effect")


def _routes_in_words(conditions: ConditionsByKind) -> str:
    versions, operations = matching_names(conditions)
    return _or(operations if OperationCondition in conditions else versions)


def _about_bounds(rule: Rule) -> Iterator[str]:
    for condition in (*rule.when, *rule.unless, *conditions_of_after(rule)):
        if isinstance(condition, CallerCondition) and not condition.at_least and condition.at_most is None:
            yield "has a condition without effect: its `caller` allows any number of callbacks"
        elif condition == SlotCondition(per=rule.per):
            yield "has a condition without effect: its `slot` allows any number of free seats"


def _about_per(rule: Rule) -> Iterator[str]:
    routes = routes_of(by_kind(rule.when))
    for data in distinguished_by(rule.per):
        if not sends(data, routes):
            yield _without(data, routes).sentence("has a `per` without effect")
    is_until_over = any(getattr(fault, "retry_after", None) == UNTIL_OVER for fault in rule.faults)
    if rule.limit == 1 and rule.lasting is not None and rule.after is None and not is_until_over:
        yield "has a `for` without effect: it fires only once"


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
    if rule.phase == "after" and all(rule.passes_on):
        yield (
            "has a `phase` without effect: its state is set before the operation; place it below the rules that must"
            " not see the state yet"
        )
    if is_last and all(isinstance(fault, Pass) for fault in rule.faults):
        yield "has no effect: `pass` keeps requests from later rules, and none follow"


def _about_faults(rule: Rule, states: States | None, calendar: _Calendar) -> Iterator[str]:
    routes = routes_of(by_kind(rule.when))
    for fault in rule.faults:
        if isinstance(fault, Respond):
            yield from _about_placeholders(fault)
        elif isinstance(fault, SetState) and states and (reason := states.without_effect(rule, fault)):
            yield reason
        elif (zero := _zero(fault)) is not None:
            yield f"has a fault without effect: its `{zero}` is 0s"
        elif isinstance(slots := getattr(fault, "slots", None), WeeklySpan) and not calendar.is_open(slots):
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
        operations = _operations(routes)
        yield f"has a fault without effect: `{name}` needs a service, but {operations} has no service"
    elif getattr(fault, "needs_time", False) and not _asks_for_time(routes):
        unmet = _Unmet(f"`{name}` needs a desired time, but they send none with {_operations(routes)}", is_usual=True)
        yield unmet.sentence("has a fault without effect")
    elif isinstance(fault, RateLimit):
        for data in distinguished_by(fault.key):
            if not sends(data, routes):
                yield _without(data, routes).sentence("has a `key` without effect")


def _asks_for_time(routes: Routes) -> bool:
    return sends(DESIRED_TIME, routes) or any(operation == "availability" for _, operation in routes)


def _about_placeholders(fault: Respond) -> Iterator[str]:
    for name in dict.fromkeys(_PLACEHOLDER.findall(fault.body)):
        if name not in _PLACEHOLDERS and (near := did_you_mean(name, _PLACEHOLDERS)):
            suggestion = _IN_BACKQUOTES.sub(r"`${\1}`", near)
            yield f"sends the text `${{{name}}}` unchanged in its body{suggestion}"


def _operations(routes: Routes) -> str:
    return _or({operation for _, operation in routes})


def _or(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))
