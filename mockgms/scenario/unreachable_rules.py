"""Rules that never fire, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from mockgms.domain.hours import WeeklySpan
from mockgms.domain.instants import Instant
from mockgms.scenario.matching import is_within
from mockgms.scenario.mistakes import Mistake
from mockgms.scenario.model import Scenario
from mockgms.scenario.operations import OPERATIONS, VERSIONS
from mockgms.scenario.patterns import is_literal, is_regex
from mockgms.scenario.rulebook import PlacedRule
from mockgms.scenario.rules import Between, Daily, Pattern, Rule, When

# By the first of them rules mostly differ, and they cost least to compare.
_TEXTS: Final = ("phone", "service", "api_key")
_MOST_OTHERS: Final = 100
_KNOWN: Final = {"operation": OPERATIONS, "version": VERSIONS}


def hidden_rules(rules: Iterable[PlacedRule]) -> dict[str, PlacedRule]:
    """The rules, by their names, that match nothing but what an earlier one always answers: that one."""
    hidden: dict[str, PlacedRule] = {}
    before = _Before()
    for placed in rules:
        likely = before.likely(placed.rule.when)
        earlier = next((each for each in likely if _is_hidden(placed.rule, each.rule)), None)
        if earlier is not None:
            hidden[placed.rule.name] = earlier
        elif _always_fires(placed.rule):
            before.add(placed)
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
        self._by_text: dict[tuple[str, str], list[PlacedRule]] = {}
        self._others: list[PlacedRule] = []

    def add(self, placed: PlacedRule) -> None:
        """Keep a rule."""
        for name in _TEXTS:
            patterns = getattr(placed.rule.when, name)
            if patterns and all(map(_is_found, patterns)):
                for pattern in patterns:
                    self._by_text.setdefault((name, pattern.written), []).append(placed)
                return
        if len(self._others) < _MOST_OTHERS:
            self._others.append(placed)

    def likely(self, when: When) -> Iterator[PlacedRule]:
        """Those that may be for all that some conditions are for."""
        for name in _TEXTS:
            for pattern in getattr(when, name)[:1]:
                yield from self._by_text.get((name, pattern.written), ())
                for length in range(len(pattern.written)):
                    yield from self._by_text.get((name, pattern.written[:length] + "*"), ())
        yield from self._others


def _is_found(pattern: Pattern) -> bool:
    return is_literal(pattern.written) or is_literal(pattern.written.removesuffix("*"))


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
    if scenario.clock.frozen and not _is_during(rule, now, scenario):
        return "fires only when the clock is moved: it stands still outside of its `during`"
    return None


def _is_during(rule: Rule, now: Instant, scenario: Scenario) -> bool:
    """Whether the rule applies at a time, for any of the services there are."""
    fallback = [scenario.fallback] if scenario.fallback else []
    return any(is_within(rule.during, now, service.timezone) for service in (*scenario.services.values(), *fallback))


def _why_hidden(by: PlacedRule | None) -> str | None:
    if by is None:
        return None
    where = f"{by.place.file}:{by.place.line}:{by.place.column}"
    return f"never fires: `{by.rule.name}` ({where}) comes first and matches all that it matches"


def _always_fires(rule: Rule) -> bool:
    """Whether it fires at every match, while it is in force."""
    return rule.skip == 0 and rule.times is None and rule.chance == 1


def _is_hidden(rule: Rule, by: Rule) -> bool:
    return _covers(by.when, rule.when) and _covers_times(by.during, rule.during)


def _covers(wide: When, narrow: When) -> bool:
    """Whether the wide conditions hold wherever the narrow ones do."""
    return (
        all(_covers_patterns(getattr(wide, name), getattr(narrow, name)) for name in _TEXTS)
        and all(
            _covers_names(above, below)
            for above, below in (
                (wide.user_data, narrow.user_data),
                (wide.header, narrow.header),
                (wide.query, narrow.query),
            )
        )
        and _covers_times(wide.desired_time, narrow.desired_time)
        and all(_covers_known(getattr(wide, name), getattr(narrow, name), known) for name, known in _KNOWN.items())
    )


def _covers_known(wide: Sequence[Pattern], narrow: Sequence[Pattern], known: Sequence[str]) -> bool:
    return all(_fits_one(wide, name) for name in known if _fits_one(narrow, name))


def _covers_patterns(wide: Sequence[Pattern], narrow: Sequence[Pattern]) -> bool:
    return not wide or (bool(narrow) and all(any(_includes(above, below) for above in wide) for below in narrow))


def _fits_one(patterns: Sequence[Pattern], text: str) -> bool:
    return not patterns or any(pattern.regex.search(text) for pattern in patterns)


def _includes(wide: Pattern, narrow: Pattern) -> bool:
    """Whether whatever is as the narrow pattern says is as the wide one says too."""
    if wide.written in ("*", narrow.written):
        return True
    if is_literal(narrow.written):
        return bool(wide.regex.search(narrow.written))
    head = wide.written.removesuffix("*")
    is_prefix = head != wide.written and is_literal(head)
    return is_prefix and not is_regex(narrow.written) and narrow.written.startswith(head)


def _covers_names(wide: Mapping[str, Sequence[Pattern]], narrow: Mapping[str, Sequence[Pattern]]) -> bool:
    return all(_covers_patterns(patterns, narrow.get(name, ())) for name, patterns in wide.items())


def _covers_times(wide: Sequence[WeeklySpan | Between | Daily], narrow: Sequence[WeeklySpan | Between | Daily]) -> bool:
    return not wide or (bool(narrow) and all(any(_contains(above, below) for above in wide) for below in narrow))


def _contains(wide: WeeklySpan | Between | Daily, narrow: WeeklySpan | Between | Daily) -> bool:
    match wide, narrow:
        case WeeklySpan(), WeeklySpan():
            (start, end), (first, last) = wide.minutes, narrow.minutes
            return narrow.days <= wide.days and start <= first and last <= end
        case Between(), Between():
            begins = wide.start is None or (narrow.start is not None and wide.start <= narrow.start)
            return begins and (wide.end is None or (narrow.end is not None and narrow.end <= wide.end))
        case _:
            return wide == narrow
