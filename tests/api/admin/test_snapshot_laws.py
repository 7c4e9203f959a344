"""Laws of snapshots: a restored session equals the original one and behaves like it."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings

from mockgms.scenario.catalog import Catalog
from tests.live import exchange_of
from tests.story import AFTER, BEFORE, LOOKS, SCENARIO, STORIES, Step, Teller

pytestmark = pytest.mark.unmeasured

SNAPSHOT = "/__admin/snapshot"


def snapshot(teller: Teller) -> Any:
    reply = teller.send("GET", SNAPSHOT)
    assert reply.status == 200
    return json.loads(reply.body)


@pytest.mark.slow
@settings(max_examples=40)
@given(STORIES, STORIES)
@example(BEFORE, AFTER)
def test_a_session_restored_on_another_server_behaves_like_the_original(before: list[Step], after: list[Step]) -> None:
    one, other = Teller(exchange_of(Catalog().parse(SCENARIO))), Teller(exchange_of(Catalog().named("default")))
    one.tell("default", before)
    taken = snapshot(one)
    assert other.send("PUT", SNAPSHOT, taken).status == 200
    assert snapshot(other) == taken
    story = [*after, *LOOKS]
    assert other.tell("default", story) == one.tell("default", story)
    assert snapshot(other) == snapshot(one)
