"""Warnings about rules, conditions and faults without effect, for reasons in the rule and in the scenario."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, pairwise, product
from typing import Final, TypeAlias

from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import (
    ApiKeyCondition,
    DesiredTimeCondition,
    OperationCondition,
    PhoneCondition,
    UserDataCondition,
    VersionCondition,
)
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.connection import Disconnect, Empty, Hang
from mockgms.scenario.faults.error import Error
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.faults.throttle import Throttle
from mockgms.scenario.mistakes import Mistake, did_you_mean
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule

_ByKind: TypeAlias = Mapping[type[Condition], Condition]

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
# Faults that decide the answer: faults after them have no effect.
_FINAL: Final = (ServerError, Error, Throttle, Respond, Hang, Disconnect, Empty)
_NAMES: Final = {kind: name for name, kind in FAULTS.items()}
_SPACE: Final = re.compile(r"(?<!\\) (?![?*{])")  # a required space in a regular expression
_PLACEHOLDER: Final = re.compile(r"\$\{?([a-z_][a-z0-9_]*)\}?")
_PLACEHOLDERS: Final = ("phone", "service", "now")
_IN_BACKQUOTES: Final = re.compile("`(.*)`")


def ineffective(rules: Iterable[PlacedRule], scenario: Scenario) -> Iterator[str]:
    """Yield a line about each rule, condition and fault without effect."""
    for placed in rules:
        for reason in _reasons(placed.rule, scenario):
            yield str(Mistake(*placed.place, f"the rule `{placed.rule.name}` {reason}"))


def _reasons(rule: Rule, scenario: Scenario) -> Iterator[str]:
    conditions = {type(condition): condition for condition in rule.when}
    yield from _about_routes(conditions)
    if rule.after is not None:
        yield from _about_after({type(condition): condition for condition in rule.after.when})
    yield from _about_key(conditions.get(ApiKeyCondition), scenario)
    yield from _about_phone(conditions.get(PhoneCondition))
    yield from _about_faults(rule)


def _about_routes(conditions: _ByKind) -> Iterator[str]:
    versions, operations = _routes(conditions)
    if _has_no_route(versions, operations):
        yield f"never fires: {_or(versions)} has no operation {_or(operations)}"
    elif operations <= _QUERIES:
        for kind, data in _OF_CUSTOMERS.items():
            if kind in conditions:
                yield f"never fires for usual clients: they send no {data} with {_or(operations)}"


def _about_after(conditions: _ByKind) -> Iterator[str]:
    versions, operations = _routes(conditions)
    if _has_no_route(versions, operations):
        yield f"never fires: {_or(versions)} has no operation {_or(operations)}, which its `after` requires"


def _routes(conditions: _ByKind) -> tuple[frozenset[str], frozenset[str]]:
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


def _about_faults(rule: Rule) -> Iterator[str]:
    for first, second in chain.from_iterable(map(pairwise, rule.entries)):
        if isinstance(first, _FINAL):
            name, then = _NAMES[type(first)], _NAMES[type(second)]
            yield f"has a fault without effect: `{then}` comes after `{name}`, which already decides the answer"
            return
    for fault in rule.faults:
        if isinstance(fault, Respond):
            for name in _PLACEHOLDER.findall(fault.body):
                if name not in _PLACEHOLDERS and (near := did_you_mean(name, _PLACEHOLDERS)):
                    suggestion = _IN_BACKQUOTES.sub(r"`${\1}`", near)
                    yield f"sends the text `${{{name}}}` unchanged in its body{suggestion}"


def _or(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))
