import json
from random import Random

import pytest

from fuzzing import documents, grammar, nasty
from fuzzing.step import Step

SNAPSHOT = json.dumps({"bookings": {"callbacks": [{"id": "a", "seats": 1}]}, "clock": {"ahead": 0}}).encode()


def steps(seed: int) -> list[Step]:
    random = Random(seed)
    return [
        documents.start(random, "fuzz-1"),
        *(grammar.step(random, "fuzz-1", ["id-1"]) for _ in range(200)),
        grammar.big(random, "fuzz-1"),
        *(documents.switch(random, "fuzz-1") for _ in range(50)),
        *(documents.restore(random, SNAPSHOT, "fuzz-1") for _ in range(50)),
        documents.watched(random),
        documents.started(random),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_makes_the_same_steps(seed: int) -> None:
    assert steps(seed) == steps(seed)


def test_another_seed_makes_other_steps() -> None:
    assert steps(1) != steps(2)


def test_5000_steps_reach_every_endpoint() -> None:
    random = Random(1)
    requested = {grammar.step(random, "fuzz-1", ["id-1"]).kind.partition(" ")[2] for _ in range(5_000)}
    assert {path for _, path, _, _ in (*grammar.WIRE, *grammar.ADMIN)} <= requested


def test_a_mutation_does_not_change_the_original() -> None:
    tree = {"a": [1, {"b": "c"}], "d": {"e": None}}
    before = json.dumps(tree)
    random = Random(1)
    assert any(nasty.change(random, tree) != tree for _ in range(20))
    assert json.dumps(tree) == before
