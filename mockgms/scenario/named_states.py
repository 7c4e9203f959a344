"""The named states that the rules of a scenario can set, and those that they require."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from mockgms.scenario.condition import Condition
from mockgms.scenario.courses import Choice, Faults
from mockgms.scenario.facts import SESSION, scope_of
from mockgms.scenario.faults.set_state import SetState
from mockgms.scenario.mistakes import any_of
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import StateCondition

_State: TypeAlias = tuple[str, str]  # its name and its scope, which distinguishes the callers for whom it is set


class States(NamedTuple):
    """States by name and scope: those that rules can set, and those that rules require.

    The names also include states that are set only by rules that never fire. Those that are `ending` are set for a
    time.
    """

    settable: frozenset[_State]
    ending: frozenset[_State]
    required: frozenset[_State]
    set_names: frozenset[str]
    required_names: frozenset[str]

    @classmethod
    def of(cls, rules: Sequence[Rule], able: Sequence[Rule]) -> "States":
        """Return the states of rules. `able` are those that can fire once the states that they require are set."""
        conditions = (
            each for rule in rules for each in _states(chain(rule.when, rule.unless, conditions_of_after(rule)))
        )
        required = frozenset(state for condition in conditions for state in _fitting(condition))
        set_names = frozenset(fault.name for rule in rules for fault in _setting_in(rule.faults))
        ending = frozenset(state for rule in able for state in _set_by(rule, is_ending=True))
        return cls(_settable(able), ending, required, set_names, frozenset(name for name, _ in required))

    def unset(self, conditions: Iterable[Condition]) -> str | None:
        """Return why one of the conditions never holds, because no rule sets its state, or None."""
        for condition in _states(conditions):
            if self.settable.isdisjoint(_fitting(condition)):
                named = any_of(condition.names)
                if self.set_names.isdisjoint(condition.names):
                    return f"no rule sets the state {named}"
                return f"no rule that can fire sets the state {named} for the session or for the same `per`"
        return None

    def endless(self, conditions: Iterable[Condition]) -> str | None:
        """Return why none of the conditions on states stops holding at a known time, or None."""
        required = list(_states(conditions))
        if any(not self.ending.isdisjoint(_fitting(condition)) for condition in required):
            return None
        return f"no rule sets the state {any_of(name for each in required for name in each.names)} with `for`"

    def without_effect(self, rule: Rule, fault: SetState) -> str | None:
        """Return why a fault has no effect, because of the states that other rules require or set, or None."""
        scope = scope_of(rule.per)
        if fault.clear:
            if (fault.name, scope) in self.settable:
                return None
            other = " for the same `per`" if fault.name in self.set_names else ""
            return f"clears the state {fault.name}, which no rule sets{other}"
        if (fault.name, scope) in self.required or (scope == SESSION and fault.name in self.required_names):
            return None
        other = " for the same `per`" if fault.name in self.required_names else ""
        return f"sets the state {fault.name}, which no rule requires{other}"


def conditions_of_after(rule: Rule) -> Sequence[Condition]:
    """Return the conditions on the earlier requests that `after` counts."""
    return () if rule.after is None else rule.after.when


def _reachable_entries(rule: Rule) -> Iterator[Faults]:
    """Yield the entries of a rule that can be chosen or reached."""
    course = rule.course
    if isinstance(course, Choice):
        yield from (faults for faults, weight in zip(course.entries, course.weights, strict=True) if weight)
    else:
        yield from rule.entries[: rule.times]


def _settable(rules: Sequence[Rule]) -> frozenset[_State]:
    """Return the states that rules can set if none is set at the start.

    A rule is ready once a settable state fits each of its conditions on states. The states that it sets are then
    settable too, and can make other rules ready.
    """
    unmet = [set(_states(chain(rule.when, conditions_of_after(rule)))) for rule in rules]
    waiting = defaultdict[_State, list[tuple[int, StateCondition]]](list)
    for index, conditions in enumerate(unmet):
        for condition in conditions:
            for state in _fitting(condition):
                waiting[state].append((index, condition))
    ready = [rule for rule, conditions in zip(rules, unmet, strict=True) if not conditions]
    found: set[_State] = set()
    while ready:
        for state in set(_set_by(ready.pop())) - found:
            found.add(state)
            for index, condition in waiting[state]:
                if condition in unmet[index]:
                    unmet[index].remove(condition)
                    ready += [] if unmet[index] else [rules[index]]
    return frozenset(found)


def _set_by(rule: Rule, *, is_ending: bool = False) -> Iterator[_State]:
    """Yield the states that a rule sets. If `is_ending`, yield only those that it sets for a time."""
    scope = scope_of(rule.per)
    for faults in _reachable_entries(rule):
        for fault in _setting_in(faults):
            if fault.lasting != 0 and not (is_ending and fault.lasting is None):
                yield fault.name, scope


def _setting_in(faults: Faults) -> Iterator[SetState]:
    return (fault for fault in faults if isinstance(fault, SetState) and not fault.clear)


def _states(conditions: Iterable[Condition]) -> Iterator[StateCondition]:
    return (condition for condition in conditions if isinstance(condition, StateCondition))


def _fitting(condition: StateCondition) -> Iterator[_State]:
    """Yield the states for which a condition holds."""
    for name in condition.names:
        yield from {(name, condition.scope), (name, SESSION)}
