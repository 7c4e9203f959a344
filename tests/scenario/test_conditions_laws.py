"""Laws that every condition of rules keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.callback import State
from mockgms.domain.instants import Instant
from mockgms.scenario import conditions
from mockgms.scenario.compiled_rules import Candidates
from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import CONDITIONS, DuringCondition, UnlessCondition
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.rules import Rule
from mockgms.scenario.session_conditions import CallerCondition, SlotCondition, StateCondition
from tests.scenario.facts import NOW, Facts, with_key_of_headers
from tests.scenario.requests import FACTS, INSTANTS, SOME_DURING, SOME_UNLESS, WANTED

Kind: TypeAlias = type[Condition]

KINDS: Final[tuple[Kind, ...]] = (*CONDITIONS, DuringCondition, UnlessCondition)
OF_RULES: Final[dict[Kind, st.SearchStrategy[Any]]] = {DuringCondition: SOME_DURING, UnlessCondition: SOME_UNLESS}
EVERY = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
ROUTED = st.builds(
    replace, FACTS, operation=st.sampled_from(["schedule", *OPERATIONS]), version=st.sampled_from(VERSIONS)
)


def of(kind: Kind) -> st.SearchStrategy[Any]:
    """Return a strategy for conditions of a kind."""
    return (OF_RULES[kind] if kind in OF_RULES else WANTED[kind.name]).map(kind)


def changed(facts: Facts, other: Facts, name: str) -> Facts:
    """Return facts with one value of other facts. The API key always comes from the headers."""
    return with_key_of_headers(replace(facts, **{name: getattr(other, name)}))


def test_every_condition_is_a_key_of_rules() -> None:
    kinds = (each for each in vars(conditions).values() if isinstance(each, type) and issubclass(each, Condition))
    named = {each for each in kinds if "name" in vars(each)}
    assert named == set(KINDS)


@EVERY
@given(st.data())
def test_a_condition_says_why_exactly_when_it_does_not_match(kind: Kind, data: st.DataObject) -> None:
    condition, facts, now = data.draw(of(kind)), data.draw(FACTS), data.draw(INSTANTS)
    assert bool([*condition.explain(facts, now)]) is not condition.matches(facts, now)


@EVERY
@given(st.data())
def test_a_condition_matches_wherever_one_that_it_covers_does(kind: Kind, data: st.DataObject) -> None:
    wide, narrow = data.draw(of(kind)), data.draw(st.none() | of(kind))
    if wide.covers(narrow):
        facts = data.draw(ROUTED)
        assert wide.matches(facts, NOW) or (narrow is not None and not narrow.matches(facts, NOW))


BOUNDS = [(low, high) for low in range(3) for high in (None, *range(low, 3))]
MAYBE = (None, False, True)
OF_SESSION: Final[dict[Kind, list[Condition]]] = {
    StateCondition: [StateCondition(names) for names in (("a",), ("b",), ("a", "b"), ("b", "c"))],
    CallerCondition: [
        CallerCondition(states, today, *bounds)
        for states in ((State.QUEUED,), (State.ROUTING,), (State.QUEUED, State.ROUTING))
        for today in (False, True)
        for bounds in BOUNDS
    ],
    SlotCondition: [
        SlotCondition(at_least, at_most, first_free, refused)
        for at_least, at_most in BOUNDS
        for first_free in MAYBE
        for refused in MAYBE
    ],
}


@dataclass(frozen=True)
class SessionFacts(Facts):
    """Facts with the number of the caller's callbacks for each state, and for each one whether it is desired today."""

    booked: Mapping[tuple[State, bool], int] = field(default_factory=dict)

    def count_callbacks(self, states: Sequence[State], at_most: int, now: Instant, *, today: bool) -> int:  # noqa: ARG002  # declared by the protocol
        """Return how many callbacks are in one of the states."""
        counted = (n for (state, is_today), n in self.booked.items() if state in states and (is_today or not today))
        return min(at_most, sum(counted))


KINDS_OF_CALLBACKS = [*product((State.QUEUED, State.ROUTING), (False, True))]
FACTS_OF_SESSIONS = [
    Facts("schedule", "v1"),
    *(
        Facts("schedule", "v1", slot=NOW, free=free, first_free=first, is_refused=refused)
        for free, first, refused in product(range(4), (False, True), (False, True))
    ),
    *(
        SessionFacts("schedule", "v1", phone="1", booked=dict(zip(KINDS_OF_CALLBACKS, counts, strict=True)))
        for counts in product(range(3), repeat=len(KINDS_OF_CALLBACKS))
    ),
    *(Facts("schedule", "v1", states=states) for states in ("a", "b", "c", "ac", "bc")),
]


@pytest.mark.parametrize("kind", OF_SESSION, ids=lambda kind: kind.name)
def test_a_condition_on_the_session_holds_wherever_one_that_it_covers_does(kind: Kind) -> None:
    conditions = OF_SESSION[kind]
    matched = [
        {index for index, facts in enumerate(FACTS_OF_SESSIONS) if one.matches(facts, NOW)} for one in conditions
    ]
    for (wide, of_wide), (narrow, of_narrow) in product(zip(conditions, matched, strict=True), repeat=2):
        assert not wide.covers(narrow) or of_wide >= of_narrow, (wide, narrow)
    assert not any(condition.covers(None) for condition in conditions)
    assert all(condition.covers(condition) for condition in conditions)


@EVERY
@given(st.data())
def test_a_condition_covers_itself(kind: Kind, data: st.DataObject) -> None:
    condition = data.draw(of(kind))
    assert condition.covers(condition)


@EVERY
@given(st.data())
def test_the_lookup_depends_on_every_fact_that_a_condition_depends_on(kind: Kind, data: st.DataObject) -> None:
    condition, first, other = data.draw(of(kind)), data.draw(ROUTED), data.draw(ROUTED)
    rule = Rule("r", (), during=condition.spans) if kind is DuringCondition else Rule("r", (), (condition,))
    lookup = Candidates([rule], first.operation, first.version)
    facts_of_requests = [name.name for name in fields(Facts) if name.name not in ("operation", "version")]
    for facts in [first, *(changed(first, other, name) for name in facts_of_requests), first]:
        same = changed(facts, facts, "headers")
        assert bool(lookup.matches(same, NOW)) is condition.matches(same, NOW)
