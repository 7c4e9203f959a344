"""Hidden rules: earlier rules always answer their requests first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from mockgms.scenario.condition import Condition, ConditionsByKind, by_kind
from mockgms.scenario.conditions import CONDITIONS, NamedCondition, PhoneCondition, RouteCondition, TextCondition
from mockgms.scenario.patterns import Pattern
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import asks_for_states
from mockgms.scenario.usual_requests import routes_of

# Earlier rules are indexed by one of these texts. Phone comes first, because rules mostly differ in it.
_INDEXED: Final[tuple[type[Condition], ...]] = (
    PhoneCondition,
    *(kind for kind in CONDITIONS if issubclass(kind, TextCondition) and not issubclass(kind, RouteCondition)),
    *(kind for kind in CONDITIONS if issubclass(kind, NamedCondition)),
)
_MAX_OTHERS: Final = 100  # rules with no such text


def hidden_rules(rules: Iterable[PlacedRule]) -> dict[str, tuple[PlacedRule, ...]]:
    """Return the hidden rules by name, each with the earlier rules that always answer its requests first.

    That is one rule, or several that have no conditions but those on the operation and the version.
    """
    hidden: dict[str, tuple[PlacedRule, ...]] = {}
    stateless, answered = _EarlierRules(), dict[tuple[str, str], PlacedRule]()
    stateful = _EarlierRules()  # with conditions on states; a rule that only sets states empties it
    for placed in rules:
        conditions = by_kind(placed.rule.all_conditions)
        routes = sorted(routes_of(conditions))
        likely = chain(stateless.likely(conditions), stateful.likely(conditions))
        earlier = next((each for each in likely if _covers(each.rule, conditions)), None)
        if earlier is not None:
            hidden[placed.rule.name] = (earlier,)
        elif routes and all(route in answered for route in routes):
            several = {answered[route].rule.name: answered[route] for route in routes}
            hidden[placed.rule.name] = tuple(sorted(several.values(), key=lambda each: each.place))
        elif any(placed.rule.only_set_state):
            stateful = _EarlierRules()
        elif _always_fires(placed.rule):
            (stateful if asks_for_states(placed.rule.session_conditions) else stateless).add(placed, conditions)
            if all(issubclass(kind, RouteCondition) for kind in conditions):
                answered |= {route: placed for route in routes if route not in answered}
    return hidden


class _EarlierRules:
    """The earlier rules that fire at every match, indexed by a text that they require.

    The index has literals and prefixes (`+1555*`). Rules without one are compared with every later rule. Only the
    first hundred of them are kept, so that long files are read fast.
    """

    def __init__(self) -> None:
        self._by_text: dict[tuple[type[Condition], str, str], list[PlacedRule]] = {}
        self._others: list[PlacedRule] = []

    def add(self, placed: PlacedRule, conditions: ConditionsByKind) -> None:
        """Add a rule."""
        for kind, name, patterns in _texts(conditions):
            if all(pattern.is_literal or pattern.is_beginning for pattern in patterns):
                for pattern in patterns:
                    self._by_text.setdefault((kind, name, pattern.written), []).append(placed)
                return
        if len(self._others) < _MAX_OTHERS:
            self._others.append(placed)

    def likely(self, conditions: ConditionsByKind) -> Iterator[PlacedRule]:
        """Yield the rules that may match all requests for which the conditions hold."""
        for kind, name, patterns in _texts(conditions):
            written = patterns[0].written  # a rule that covers the conditions includes each of the patterns
            yield from self._by_text.get((kind, name, written), ())
            for length in range(len(written)):
                yield from self._by_text.get((kind, name, written[:length] + "*"), ())
        yield from self._others


def _texts(conditions: ConditionsByKind) -> Iterator[tuple[type[Condition], str, Sequence[Pattern]]]:
    """Yield each text that the conditions require: its kind, its name (empty if it has none) and its patterns."""
    for kind in _INDEXED:
        condition = conditions.get(kind)
        if isinstance(condition, NamedCondition):
            yield from ((kind, name, patterns) for name, patterns in condition.wanted.items())
        elif condition is not None:
            yield kind, "", tuple(condition.patterns())


def _always_fires(rule: Rule) -> bool:
    """Return whether a rule fires at every match while it is in force, so that no later rule is tried."""
    is_unlimited = rule.skip == 0 and rule.every == 1 and rule.limit is None and rule.chance == 1
    return is_unlimited and rule.after is None and rule.lasting is None and not any(rule.only_set_state)


def _covers(rule: Rule, conditions: ConditionsByKind) -> bool:
    """Return whether a rule is in force and matches wherever the conditions hold."""
    return all(condition.covers(conditions.get(type(condition))) for condition in rule.all_conditions)
