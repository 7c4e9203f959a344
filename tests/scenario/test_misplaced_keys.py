"""A key in the wrong map: the mistake says where it belongs."""

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes

RULE = "rules: [{{name: a, {}}}]"
STEP = "examples: [{{name: a, steps: [{{request: GET /x, {}}}]}}]"


@pytest.mark.parametrize(
    ("text", "key", "place"),
    [
        ("capacity: 3", "capacity", 'a key of a service: write it in `services`, below a name, or below `"*"` for all'),
        ("skip: 3", "skip", "a key of a rule: write it in an entry of `rules`"),
        ("services: {sales: {latency: real}}", "latency", "a key of the scenario: write it beside `services`"),
        (RULE.format("service: sales, then: hang"), "service", "a condition: write it in `when`"),
        (RULE.format("then: hang, retry_after: 3"), "retry_after", "a key of a fault: write it in `then`"),
        (RULE.format("then: hang, status: 503"), "status", "a key of a fault: write it in `then`"),
        (RULE.format("delay: 2s"), "delay", "a fault: write it in `then`"),
        (RULE.format("then: hang, weekly: Sun 02:00-04:00"), "weekly", "a time: write it in `during`, beside `then`"),
        (RULE.format("then: hang, when: {daily: 1}"), "daily", "a time: write it in `during`, beside `then`"),
        (RULE.format("then: hang, count: 3"), "count", "a condition on earlier answers: write it in `after`"),
        (RULE.format("then: hang, weight: 3"), "weight", "a key of an entry of `choose`: write it there"),
        (RULE.format("choose: [], fault: hang"), "fault", "a key of a fault: write it in `then`"),
        (RULE.format("when: {times: 1}, then: hang"), "times", "a key of the rule: write it beside `when`"),
        (
            RULE.format("when: {status: 500}, then: hang"),
            "status",
            "a condition on earlier answers: write it in `after`",
        ),
        (RULE.format("after: {skip: 1}, then: hang"), "skip", "a key of the rule: write it beside `after`"),
        (RULE.format("then: {fault: hang, times: 1}"), "times", "a key of the rule: write it beside `then`"),
        (RULE.format("then: {fault: hang, phone: 1}"), "phone", "a condition: write it in `when`"),
        (
            RULE.format("then: {fault: server_error, retry_after: 3}"),
            "retry_after",
            "a key of the fault `throttle`, `rate_limit` or `error`",
        ),
        (STEP.format("status: 200"), "status", "expected of the answer: write it in `expect`"),
        (STEP.format("expect: {advance: 1s}"), "advance", "a key of the step: write it beside `expect`"),
    ],
)
def test_a_misplaced_key_says_where_it_belongs(text: str, key: str, place: str) -> None:
    with pytest.raises(ScenarioMistakes) as mistakes:
        Catalog().parse(f"description: x\n{text}", "text")
    messages = [each.message for each in mistakes.value.mistakes]
    assert f"unknown key `{key}`: it is {place}" in messages


@pytest.mark.parametrize(
    "text", ["clock: {zzz: 1}", RULE.format("zzz: 1, then: hang"), RULE.format("then: {fault: hang, zzz: 1}")]
)
def test_a_key_that_belongs_nowhere_is_refused_with_those_that_there_are(text: str) -> None:
    with pytest.raises(ScenarioMistakes, match=r"unknown key `zzz` \(there are: "):
        Catalog().parse(f"description: x\n{text}", "text")
