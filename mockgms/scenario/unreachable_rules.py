"""Rules that never fire, and why."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from mockgms.scenario.conditions import CONDITIONS, Condition, PhoneCondition, RouteCondition, TextCondition
from mockgms.scenario.mistakes import Mistake
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between, is_within

_ByKind: TypeAlias = Mapping[type[Condition], Condition]

# By these texts rules are found; by phone first, since rules mostly differ in it.
_TEXTS: Final[tuple[type[Condition], ...]] = (
    PhoneCondition,
    *(kind for kind in CONDITIONS if issubclass(kind, TextCondition) and not issubclass(kind, RouteCondition)),
)
_MOST_OTHERS: Final = 100


def hidden_rules(rules: Iterable[PlacedRule]) -> dict[str, PlacedRule]:
    """The rules, by their names, that match nothing but what an earlier one always answers: that one."""
    hidden: dict[str, PlacedRule] = {}
    before = _Before()
    for placed in rules:
        conditions = {type(condition): condition for condition in placed.rule.conditions}
        likely = before.likely(conditions)
        earlier = next((each for each in likely if _covers(each.rule, conditions)), None)
        if earlier is not None:
            hidden[placed.rule.name] = earlier
        elif _always_fires(placed.rule):
            before.add(placed, conditions)
    return hidden


def never_firing(rules: Iterable[PlacedRule], hidden: Mapping[str, PlacedRule], scenario: Scenario) -> Iterator[str]:
    """A line about each of the rules of a scenario that can never fire, as far as can be told."""
    for placed in rules:
        why = _why_never(placed.rule, scenario) or _why_hidden(hidden.get(placed.rule.name))
        if why:
            yield str(Mistake(*placed.place, f"the rule `{placed.rule.name}` {why}"))


class _Before:
    """The rules that leave nothing to those after them, found by a text that they must be for.

    A literal is found by itself, a beginning (`+1555*`) by itself as well; of the others the first hundred are always
    looked at, so that long files are read in no time.
    """

    def __init__(self) -> None:
        self._by_text: dict[tuple[type[Condition], str], list[PlacedRule]] = {}
        self._others: list[PlacedRule] = []

    def add(self, placed: PlacedRule, conditions: _ByKind) -> None:
        """Keep a rule."""
        for kind in _TEXTS:
            patterns = conditions[kind].patterns() if kind in conditions else ()
            if patterns and all(pattern.is_literal or pattern.is_beginning for pattern in patterns):
                for pattern in patterns:
                    self._by_text.setdefault((kind, pattern.written), []).append(placed)
                return
        if len(self._others) < _MOST_OTHERS:
            self._others.append(placed)

    def likely(self, conditions: _ByKind) -> Iterator[PlacedRule]:
        """Those that may be for all that some conditions are for."""
        for kind in _TEXTS:
            if kind in conditions:
                written = next(iter(conditions[kind].patterns())).written
                yield from self._by_text.get((kind, written), ())
                for length in range(len(written)):
                    yield from self._by_text.get((kind, written[:length] + "*"), ())
        yield from self._others


def _why_never(rule: Rule, scenario: Scenario) -> str | None:
    """What of the rule itself keeps it from firing."""
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
    if scenario.clock.frozen and not any(is_within(rule.during, now, zone) for zone in zones):
        return "fires only when the clock is moved: it stands still outside of its `during`"
    return None


def _why_hidden(by: PlacedRule | None) -> str | None:
    if by is None:
        return None
    where = f"{by.place.file}:{by.place.line}:{by.place.column}"
    return f"never fires: `{by.rule.name}` ({where}) comes first and matches all that it matches"


def _always_fires(rule: Rule) -> bool:
    """Whether it fires at every match, while it is in force."""
    return rule.skip == 0 and rule.times is None and rule.chance == 1


def _covers(rule: Rule, conditions: _ByKind) -> bool:
    """Whether a rule is in force and matches wherever some conditions hold."""
    return all(condition.covers(conditions.get(type(condition))) for condition in rule.conditions)
