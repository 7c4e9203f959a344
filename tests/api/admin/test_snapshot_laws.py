"""Laws of snapshots: a restored session equals the original one and behaves like it."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings

from mockgms.scenario.catalog import Catalog
from tests.live import dispatcher_of
from tests.steps import AFTER, BEFORE, LOOKS, SCENARIO, SEQUENCES, Sender, Step

pytestmark = pytest.mark.unmeasured

SNAPSHOT = "/__admin/snapshot"


def snapshot(sender: Sender) -> Any:
    reply = sender.send("GET", SNAPSHOT)
    assert reply.status == 200
    return json.loads(reply.body)


@pytest.mark.slow
@settings(max_examples=40)
@given(SEQUENCES, SEQUENCES)
@example(BEFORE, AFTER)
def test_a_session_restored_on_another_server_behaves_like_the_original(before: list[Step], after: list[Step]) -> None:
    one, other = Sender(dispatcher_of(Catalog().parse(SCENARIO))), Sender(dispatcher_of(Catalog().named("default")))
    one.send_all("default", before)
    taken = snapshot(one)
    assert other.send("PUT", SNAPSHOT, taken).status == 200
    assert snapshot(other) == taken
    steps = [*after, *LOOKS]
    assert other.send_all("default", steps) == one.send_all("default", steps)
    assert snapshot(other) == snapshot(one)
