"""Strategies for rules and the facts that they are matched against, close enough to meet often."""

from datetime import time
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from mockgms.domain.instants import DAY, parse_instant
from mockgms.scenario.patterns import is_regex, parse_pattern
from mockgms.scenario.rules import Between, Daily, Rule, When
from mockgms.scenario.text_forms import parse_weekly_span
from tests.scenario.facts import Facts

NOW = parse_instant("2026-03-02T08:55:00.000Z")  # a Monday

TEXTS = st.text("ab/*\n", max_size=4)
GLOBS = st.text("ab*?/[]\n", min_size=1, max_size=4).filter(lambda written: not is_regex(written))
WRITTEN = st.sampled_from(["/a/", "/^b/", "/b$/", "/a|b/", "//", "[!a]*", "a*", "*", "a", "b"]) | GLOBS
PATTERNS = st.lists(WRITTEN.map(parse_pattern), max_size=3).map(tuple)
SOME_PATTERNS = st.lists(WRITTEN.map(parse_pattern), min_size=1, max_size=3).map(tuple)
INSTANTS = st.integers(NOW - 8 * DAY, NOW + 8 * DAY)
BETWEEN = st.builds(Between, st.none() | INSTANTS, st.none() | INSTANTS)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKLY = st.sampled_from(["Mon-Fri 09:00-18:00", "Sat-Mon 22:00-06:00", "Tue 00:00-24:00"]).map(parse_weekly_span)

WHENS = st.builds(
    When,
    operation=PATTERNS,
    version=PATTERNS,
    service=PATTERNS,
    phone=PATTERNS,
    api_key=PATTERNS,
    desired_time=st.lists(WEEKLY | BETWEEN, max_size=2).map(tuple),
    user_data=st.dictionaries(st.sampled_from("aA"), SOME_PATTERNS),
    header=st.dictionaries(st.sampled_from(["X-A", "x-a", "X-B"]), SOME_PATTERNS),
    query=st.dictionaries(st.sampled_from("aA"), SOME_PATTERNS),
)
DURING = st.lists(BETWEEN | st.builds(Daily, TIMES, TIMES), max_size=2).map(tuple)
RULES = st.builds(Rule, st.just("r"), st.just(()), WHENS, during=DURING)

# Most rules have few conditions: those that have them all hardly ever match.
ONE_CONDITION = st.sampled_from(
    ["operation", "version", "service", "phone", "api_key", "desired_time", "user_data", "header", "query"]
).flatmap(lambda name: WHENS.map(lambda when: When(**{name: getattr(when, name)})))

MAYBE_TEXT = st.none() | TEXTS
FACTS = st.builds(
    Facts,
    operation=TEXTS,
    version=TEXTS,
    service=MAYBE_TEXT,
    phone=MAYBE_TEXT,
    api_key=MAYBE_TEXT,
    desired=st.none() | INSTANTS,
    zone=st.sampled_from(["UTC", "Europe/Paris", "Pacific/Apia"]).map(ZoneInfo),
    user_data=st.dictionaries(st.sampled_from("aA"), TEXTS),
    headers=st.dictionaries(st.sampled_from(["x-a", "x-b"]), TEXTS),
    query=st.dictionaries(st.sampled_from("aA"), st.lists(TEXTS, min_size=1, max_size=3)),
)
