"""Laws of forked sessions: they give the same answers, and do not affect each other."""

import pytest
from hypothesis import example, given, settings

from mockgms.scenario.catalog import Catalog
from tests.live import dispatcher_of
from tests.steps import AFTER, BEFORE, LOOKS, SCENARIO, SEQUENCES, Sender, Step

pytestmark = pytest.mark.unmeasured

REQUESTS = Step("GET", "/__admin/requests?unmasked=true")


@pytest.mark.slow
@settings(max_examples=40)
@given(SEQUENCES, SEQUENCES)
@example(BEFORE, AFTER)
def test_forks_give_the_same_answers_and_do_not_affect_each_other(before: list[Step], after: list[Step]) -> None:
    sender = Sender(dispatcher_of(Catalog().parse(SCENARIO)))
    sender.send_all("default", before)
    for id in ("two", "three"):
        assert sender.send("PUT", f"/__admin/sessions/{id}", {"from": "default"}).status == 201
    steps = [*after, *LOOKS, REQUESTS]
    forked = sender.send_all("two", steps)
    assert sender.send_all("default", steps) == forked
    assert sender.send_all("three", steps) == forked
