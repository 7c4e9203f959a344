"""Laws of forked sessions: they give the same answers, and do not affect each other."""

import pytest
from hypothesis import example, given, settings

from mockgms.scenario.catalog import Catalog
from tests.live import exchange_of
from tests.story import AFTER, BEFORE, LOOKS, SCENARIO, STORIES, Step, Teller

pytestmark = pytest.mark.unmeasured

REQUESTS = Step("GET", "/__admin/requests?unmasked=true")


@pytest.mark.slow
@settings(max_examples=40)
@given(STORIES, STORIES)
@example(BEFORE, AFTER)
def test_forks_give_the_same_answers_and_do_not_affect_each_other(before: list[Step], after: list[Step]) -> None:
    teller = Teller(exchange_of(Catalog().parse(SCENARIO)))
    teller.tell("default", before)
    for id in ("two", "three"):
        assert teller.send("PUT", f"/__admin/sessions/{id}", {"from": "default"}).status == 201
    story = [*after, *LOOKS, REQUESTS]
    forked = teller.tell("two", story)
    assert teller.tell("default", story) == forked
    assert teller.tell("three", story) == forked
