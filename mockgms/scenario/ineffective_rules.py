"""Warnings about rules that never fire, and about conditions and faults without effect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise, product
from typing import Final, NamedTuple

from mockgms.scenario.condition import Condition, ConditionsByKind
from mockgms.scenario.conditions import (
    ApiKeyCondition,
    DesiredTimeCondition,
    OperationCondition,
    PhoneCondition,
    UserDataCondition,
    VersionCondition,
)
from mockgms.scenario.courses import Choice
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.mistakes import Mistake, any_of, did_you_mean
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import StateCondition
from mockgms.scenario.spans import Between, is_within

# The operations of each version. A test compares them with the routes of the APIs.
OPERATIONS_OF: Final[Mapping[str, frozenset[str]]] = {
    "v1": frozenset(OPERATIONS) - {"call_in", "open_for", "queue_status", "statistics"},
    "v2": frozenset({"availability", "estimated_wait_time"}),
    "v3": frozenset(
        {
            "schedule",
            "cancel",
            "find",
            "availability",
            "open_for",
            "queue_status",
            "estimated_wait_time",
            "call_in",
            "statistics",
        }
    ),
}
# Queries about services, to which clients send no data of a customer.
_QUERIES: Final = frozenset(
    {"availability", "open_for", "queue_status", "estimated_wait_time", "statistics", "queues", "watermarks"}
)
_OF_CUSTOMERS: Final[Mapping[type[Condition], str]] = {
    PhoneCondition: "phone number",
    DesiredTimeCondition: "desired time",
    UserDataCondition: "user data",
}
# Operations to which no service belongs.
_WITHOUT_SERVICE: Final = frozenset({"statistics", "bulk_cancel", "report_cancelled", "check_phone_number"})
_NAMES: Final = {kind: name for name, kind in FAULTS.items()}
_SPACE: Final = re.compile(r"(?<!\\) (?![?*{])")  # a required space in a regular expression
_PLACEHOLDER: Final = re.compile(r"\$\{?([a-z_][a-z0-9_]*)\}?")
_PLACEHOLDERS: Final = ("phone", "service", "now")
_IN_BACKQUOTES: Final = re.compile("`(.*)`")


def warn_of_rules(rules: Sequence[PlacedRule], hidden: Mapping[str, PlacedRule], scenario: Scenario) -> list[Mistake]:
    """Return a warning for each rule that can never fire, and for each part of another rule without effect.

    `hidden` has the name of each hidden rule, with the earlier rule that answers its requests.
    """
    states = _States.of(rules)
    return [
        Mistake(*placed.place, f"the rule `{placed.rule.name}` {sentence}")
        for placed in rules
        for sentence in _sentences(placed.rule, hidden.get(placed.rule.name), states, scenario)
    ]


class _States(NamedTuple):
    """The named states that rules set, and those that rules require."""

    set: frozenset[str]
    required: frozenset[str]

    @classmethod
    def of(cls, rules: Iterable[PlacedRule]) -> "_States":
        """Return the states of these rules."""
        all_rules = [placed.rule for placed in rules]
        faults = (fault for rule in all_rules for fault in rule.faults)
        conditions = (each for rule in all_rules for each in chain(rule.when, rule.unless, _after(rule)))
        required = (each.names for each in conditions if isinstance(each, StateCondition))
        return cls(
            frozenset(fault.name for fault in faults if isinstance(fault, SetState) and not fault.clear),
            frozenset(chain.from_iterable(required)),
        )


def _sentences(rule: Rule, hidden_by: PlacedRule | None, states: _States, scenario: Scenario) -> Iterator[str]:
    """Yield why a rule never fires. If it can fire, yield its parts without effect."""
    conditions = {type(condition): condition for condition in rule.when}
    reasons = chain(
        _about_settings(rule, scenario),
        _about_conditions(rule, conditions, states),
        _about_routes(conditions),
        _about_after({type(condition): condition for condition in _after(rule)}),
        _about_key(conditions.get(ApiKeyCondition), scenario),
        _about_phone(conditions.get(PhoneCondition)),
        _about_earlier(hidden_by),
    )
    reason = next(reasons, None)
    yield from [reason] if reason else _about_parts(rule, conditions, states)


def _about_parts(rule: Rule, conditions: ConditionsByKind, states: _States) -> Iterator[str]:
    yield from _about_unless(rule, states)
    yield from _about_course(rule)
    yield from _about_order(rule)
    yield from _about_faults(rule, conditions, states)


def _after(rule: Rule) -> Sequence[Condition]:
    return () if rule.after is None else rule.after.when


def _about_settings(rule: Rule, scenario: Scenario) -> Iterator[str]:
    if rule.times == 0:
        yield "never fires: its `times` is 0"
    if rule.chance == 0:
        yield "never fires: its `chance` is 0%"
    now = scenario.clock.now
    if not rule.during or now is None:
        return
    if all(isinstance(span, Between) and span.end is not None and span.end <= now for span in rule.during):
        yield "never fires: its `during` is over when the clock starts"
    fallback = [scenario.fallback] if scenario.fallback else []
    zones = [service.timezone for service in (*scenario.services.values(), *fallback)]
    is_moved = any(step.advance for example in scenario.examples for step in example.steps)
    if scenario.clock.frozen and not is_moved and not any(is_within(rule.during, now, zone, now) for zone in zones):
        yield "fires only if the clock is moved: the clock is frozen outside of its `during`"


def _about_conditions(rule: Rule, conditions: ConditionsByKind, states: _States) -> Iterator[str]:
    if rule.unless and all(condition.covers(conditions.get(type(condition))) for condition in rule.unless):
        yield "never fires: its `unless` holds for all requests that match its `when`"
    missing = _unset_state((*rule.when, *_after(rule)), states)
    if missing is not None:
        yield f"never fires: no rule sets the state {missing}"


def _about_earlier(hidden_by: PlacedRule | None) -> Iterator[str]:
    if hidden_by is not None:
        where = f"{hidden_by.place.file}:{hidden_by.place.line}:{hidden_by.place.column}"
        yield f"never fires: `{hidden_by.rule.name}` ({where}) comes first and matches all of its requests"


def _about_routes(conditions: ConditionsByKind) -> Iterator[str]:
    versions, operations = _routes(conditions)
    if _has_no_route(versions, operations):
        yield f"never fires: {_or(versions)} has no operation {_or(operations)}"
    elif operations <= _QUERIES:
        for kind, data in _OF_CUSTOMERS.items():
            if kind in conditions:
                yield f"never fires for usual clients: they send no {data} with {_or(operations)}"


def _about_after(conditions: ConditionsByKind) -> Iterator[str]:
    versions, operations = _routes(conditions)
    if _has_no_route(versions, operations):
        yield f"never fires: {_or(versions)} has no operation {_or(operations)}, which its `after` requires"


def _routes(conditions: ConditionsByKind) -> tuple[frozenset[str], frozenset[str]]:
    """Return the versions and the operations for which conditions can hold."""
    operation, version = conditions.get(OperationCondition), conditions.get(VersionCondition)
    operations = operation.matching_names if isinstance(operation, OperationCondition) else frozenset(OPERATIONS)
    versions = version.matching_names if isinstance(version, VersionCondition) else frozenset(VERSIONS)
    return versions, operations


def _has_no_route(versions: Iterable[str], operations: Iterable[str]) -> bool:
    return not any(name in OPERATIONS_OF[each] for each, name in product(versions, operations))


def _about_key(condition: Condition | None, scenario: Scenario) -> Iterator[str]:
    keys = scenario.auth.api_keys
    if condition is None or not keys or scenario.auth.basic is not None:
        return
    if not any(pattern.fits(key) for pattern in condition.patterns() for key in keys):
        yield "never fires: `auth` accepts none of the keys of its condition `api_key`"


def _about_phone(condition: Condition | None) -> Iterator[str]:
    patterns = [] if condition is None else list(condition.patterns())
    if patterns and all(each.is_regex and "|" not in each.written and _SPACE.search(each.written) for each in patterns):
        yield "never fires: phone numbers are compared without spaces, but the pattern of its `phone` has one"


def _unset_state(conditions: Iterable[Condition], states: _States) -> str | None:
    """Return the required state that no rule sets, or None."""
    required = (condition for condition in conditions if isinstance(condition, StateCondition))
    return next((any_of(each.names) for each in required if states.set.isdisjoint(each.names)), None)


def _about_unless(rule: Rule, states: _States) -> Iterator[str]:
    missing = _unset_state(rule.unless, states)
    if missing is not None:
        yield f"has an `unless` without effect: no rule sets the state {missing}"


def _about_course(rule: Rule) -> Iterator[str]:
    """Yield a sentence about each entry of a sequence or a choice that has no effect."""
    course = rule.course
    if isinstance(course, Choice):
        for number, weight in enumerate(course.weights, 1):
            if weight == 0:
                yield f"never chooses entry {number}: its weight is 0"
    elif course is not None and rule.times is not None and rule.times < len(course.entries):
        yield f"never reaches entry {rule.times + 1} of its sequence: its `times` is {rule.times}"


def _about_order(rule: Rule) -> Iterator[str]:
    for first, second in chain.from_iterable(map(pairwise, rule.entries)):
        if getattr(first, "is_final", False):
            name, then = _NAMES[type(first)], _NAMES[type(second)]
            yield f"has a fault without effect: `{then}` comes after `{name}`, which already decides the answer"
            return


def _about_faults(rule: Rule, conditions: ConditionsByKind, states: _States) -> Iterator[str]:
    _, operations = _routes(conditions)
    for fault in rule.faults:
        if isinstance(fault, Respond):
            yield from _about_placeholders(fault)
        elif isinstance(fault, SetState) and not fault.clear and fault.name not in states.required:
            yield f"sets the state {fault.name}, which no rule requires"
        elif isinstance(fault, Delay) and not (fault.by or fault.max or fault.median):
            yield "has a fault without effect: its `delay` is 0s"
        elif getattr(fault, "needs_service", False) and operations <= _WITHOUT_SERVICE:
            name = _NAMES[type(fault)]
            yield f"has a fault without effect: `{name}` needs a service, but {_or(operations)} has no service"


def _about_placeholders(fault: Respond) -> Iterator[str]:
    for name in dict.fromkeys(_PLACEHOLDER.findall(fault.body)):
        if name not in _PLACEHOLDERS and (near := did_you_mean(name, _PLACEHOLDERS)):
            suggestion = _IN_BACKQUOTES.sub(r"`${\1}`", near)
            yield f"sends the text `${{{name}}}` unchanged in its body{suggestion}"


def _or(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))
