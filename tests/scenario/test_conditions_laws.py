"""Laws that every condition of rules keeps."""

from dataclasses import fields, replace
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.scenario import conditions
from mockgms.scenario.compiled_rules import Candidates
from mockgms.scenario.condition import Condition
from mockgms.scenario.conditions import CONDITIONS, DuringCondition, UnlessCondition
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.rules import Rule
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
