"""Strategies for rules and facts, similar enough to match often."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from mockgms.domain.instants import DAY
from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import CONDITIONS, NamedCondition, TextCondition
from mockgms.scenario.patterns import is_regex, parse_pattern
from mockgms.scenario.rules import Rule
from mockgms.scenario.spans import Between, Daily
from mockgms.scenario.text_forms import parse_weekly_span
from tests.scenario.conditions import conditions_on
from tests.scenario.facts import NOW, Facts, with_key_of_headers

TEXTS = st.text("ab/*\n", max_size=4)
GLOBS = st.text("ab*?/[]\n", min_size=1, max_size=4).filter(lambda written: not is_regex(written))
WRITTEN = st.sampled_from(["/a/", "/^b/", "/b$/", "/a|b/", "//", "[!a]*", "a*", "*", "a", "b"]) | GLOBS
SOME_PATTERNS = st.lists(WRITTEN.map(parse_pattern), min_size=1, max_size=3).map(tuple)
INSTANTS = st.integers(NOW - 8 * DAY, NOW + 8 * DAY)
BETWEEN = st.builds(Between, st.none() | INSTANTS, st.none() | INSTANTS)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKLY = st.sampled_from(["Mon-Fri 09:00-18:00", "Sat-Mon 22:00-06:00", "Tue 00:00-24:00"]).map(parse_weekly_span)


def wanted(kind: type[Condition]) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of a condition of a kind."""
    if issubclass(kind, TextCondition):
        return SOME_PATTERNS
    if issubclass(kind, NamedCondition):
        return st.dictionaries(st.sampled_from(["X-A", "x-a", "X-B", "a", "A"]), SOME_PATTERNS, min_size=1, max_size=3)
    return st.lists(WEEKLY | BETWEEN, min_size=1, max_size=2).map(tuple)


WANTED = {kind.name: wanted(kind) for kind in CONDITIONS}
WHENS = st.fixed_dictionaries({}, optional=WANTED).map(lambda each: conditions_on(**each))
SOME_DURING = st.lists(BETWEEN | st.builds(Daily, TIMES, TIMES), min_size=1, max_size=2).map(tuple)
DURING = st.just(()) | SOME_DURING

# Most rules have few conditions: those that have them all rarely match.
ONE_CONDITION = st.sampled_from(sorted(WANTED)).flatmap(
    lambda name: WANTED[name].map(lambda each: conditions_on(**{name: each}))
)

SOME_UNLESS = st.lists(ONE_CONDITION, min_size=1, max_size=2).map(lambda each: tuple(one for (one,) in each))
RULES = st.builds(Rule, st.just("r"), st.just(()), WHENS, during=DURING, unless=st.just(()) | SOME_UNLESS)

# Headers with a condition of their own.
HEADERS = [name for kind in CONDITIONS if issubclass(kind, TextCondition) for name in kind.source.headers]

MAYBE_TEXT = st.none() | TEXTS
FACTS = st.builds(
    Facts,
    operation=TEXTS,
    version=TEXTS,
    service=MAYBE_TEXT,
    phone=MAYBE_TEXT,
    desired=st.none() | INSTANTS,
    zone=st.sampled_from(["UTC", "Europe/Paris", "Pacific/Apia"]).map(ZoneInfo),
    user_data=st.dictionaries(st.sampled_from("aA"), TEXTS),
    headers=st.dictionaries(st.sampled_from(["x-a", "x-b", *HEADERS]), TEXTS),
    query=st.dictionaries(st.sampled_from("aA"), st.lists(TEXTS, min_size=1, max_size=3)),
).map(with_key_of_headers)
