"""Warnings about rules that can never fire."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, TypeAlias

from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import CONDITIONS, PhoneCondition, RouteCondition, TextCondition
from mockgms.scenario.courses import Choice
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.mistakes import Mistake
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import any_of
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import StateCondition
from mockgms.scenario.spans import Between, is_within

_ByKind: TypeAlias = Mapping[type[Condition], Condition]

# Earlier rules are indexed by one of these texts. Phone comes first, because rules mostly differ in it.
_INDEXED: Final[tuple[type[Condition], ...]] = (
    PhoneCondition,
    *(kind for kind in CONDITIONS if issubclass(kind, TextCondition) and not issubclass(kind, RouteCondition)),
)
_MAX_OTHERS: Final = 100


def hidden_rules(rules: Iterable[PlacedRule]) -> dict[str, PlacedRule]:
    """Return the hidden rules by name, each with the earlier rule that always answers its requests first."""
    hidden: dict[str, PlacedRule] = {}
    earlier_rules = _EarlierRules()
    for placed in rules:
        conditions = {type(condition): condition for condition in placed.rule.conditions}
        likely = earlier_rules.likely(conditions)
        earlier = next((each for each in likely if _covers(each.rule, conditions)), None)
        if earlier is not None:
            hidden[placed.rule.name] = earlier
        elif _always_fires(placed.rule):
            earlier_rules.add(placed, conditions)
    return hidden


def without_effect(rules: Sequence[PlacedRule], hidden: Mapping[str, PlacedRule], scenario: Scenario) -> Iterator[str]:
    """Yield a line about each rule that can never fire, and about each entry of a rule that has no effect."""
    faults = (fault for placed in rules for fault in placed.rule.faults)
    states = {fault.name for fault in faults if isinstance(fault, SetState) and not fault.clear}
    for placed in rules:
        rule = placed.rule
        reason = (
            _own_reason(rule, scenario)
            or _reason_of_conditions(rule)
            or _reason_of_states(rule, states)
            or _hidden_reason(hidden.get(rule.name))
        )
        for sentence in [reason] if reason else chain(_about_unless(rule, states), _about_course(rule)):
            yield str(Mistake(*placed.place, f"the rule `{rule.name}` {sentence}"))


class _EarlierRules:
    """The earlier rules that fire at every match, indexed by a text that they require.

    The index has literals and prefixes (`+1555*`). Rules without one are compared with every later rule. Only the
    first hundred of them are kept, so that long files are read fast.
    """

    def __init__(self) -> None:
        self._by_text: dict[tuple[type[Condition], str], list[PlacedRule]] = {}
        self._others: list[PlacedRule] = []

    def add(self, placed: PlacedRule, conditions: _ByKind) -> None:
        """Add a rule."""
        for kind in _INDEXED:
            patterns = conditions[kind].patterns() if kind in conditions else ()
            if patterns and all(pattern.is_literal or pattern.is_beginning for pattern in patterns):
                for pattern in patterns:
                    self._by_text.setdefault((kind, pattern.written), []).append(placed)
                return
        if len(self._others) < _MAX_OTHERS:
            self._others.append(placed)

    def likely(self, conditions: _ByKind) -> Iterator[PlacedRule]:
        """Yield the rules that may match all requests for which the conditions hold."""
        for kind in _INDEXED:
            if kind in conditions:
                written = next(iter(conditions[kind].patterns())).written
                yield from self._by_text.get((kind, written), ())
                for length in range(len(written)):
                    yield from self._by_text.get((kind, written[:length] + "*"), ())
        yield from self._others


def _own_reason(rule: Rule, scenario: Scenario) -> str | None:
    """Return why a rule never fires because of its own settings, or None."""
    if rule.times == 0:
        return "never fires: its `times` is 0"
    if rule.chance == 0:
        return "never fires: its `chance` is 0%"
    now = scenario.clock.now
    if not rule.during or now is None:
        return None
    if all(isinstance(span, Between) and span.end is not None and span.end <= now for span in rule.during):
        return "never fires: its `during` is over when the clock starts"
    fallback = [scenario.fallback] if scenario.fallback else []
    zones = [service.timezone for service in (*scenario.services.values(), *fallback)]
    if scenario.clock.frozen and not any(is_within(rule.during, now, zone, now) for zone in zones):
        return "fires only if the clock is moved: the clock is frozen outside of its `during`"
    return None


def _hidden_reason(by: PlacedRule | None) -> str | None:
    if by is None:
        return None
    where = f"{by.place.file}:{by.place.line}:{by.place.column}"
    return f"never fires: `{by.rule.name}` ({where}) comes first and matches all of its requests"


def _reason_of_conditions(rule: Rule) -> str | None:
    conditions = {type(condition): condition for condition in rule.when}
    if rule.unless and all(condition.covers(conditions.get(type(condition))) for condition in rule.unless):
        return "never fires: its `unless` holds for all requests that its `when` lets match"
    return None


def _reason_of_states(rule: Rule, states: set[str]) -> str | None:
    after = () if rule.after is None else rule.after.when
    missing = _unset_state((*rule.when, *after), states)
    return None if missing is None else f"never fires: no rule sets the state {missing}"


def _unset_state(conditions: Iterable[Condition], states: set[str]) -> str | None:
    """Return the required state that no rule sets, or None."""
    required = (condition for condition in conditions if isinstance(condition, StateCondition))
    return next((any_of(each.names) for each in required if states.isdisjoint(each.names)), None)


def _about_unless(rule: Rule, states: set[str]) -> Iterator[str]:
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
        yield f"never gets to entry {rule.times + 1} of its sequence: its `times` is {rule.times}"


def _always_fires(rule: Rule) -> bool:
    """Return whether a rule fires at every match while it is in force, so that no later rule is tried."""
    fires_always = rule.skip == 0 and rule.every == 1 and rule.limit is None and rule.chance == 1
    asks_session = rule.asking or rule.after is not None or rule.lasting is not None
    return fires_always and not asks_session and not any(rule.passes_on)


def _covers(rule: Rule, conditions: _ByKind) -> bool:
    """Return whether a rule is in force and matches wherever the conditions hold."""
    return all(condition.covers(conditions.get(type(condition))) for condition in rule.conditions)
