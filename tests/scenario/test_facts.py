import pytest

from mockgms.scenario.facts import Per, caller
from tests.scenario.facts import Facts

FACTS = Facts("schedule", "v1", service="sales", phone="+15551234", api_key="KEY-1")


@pytest.mark.parametrize(
    ("per", "who"), [("session", ""), ("phone", "15551234"), ("api_key", "KEY-1"), ("service", "sales")]
)
def test_the_caller_is_the_value_that_a_rule_counts_by(per: Per, who: str) -> None:
    assert caller(FACTS, per) == who


@pytest.mark.parametrize("per", ["session", "phone", "api_key", "service"])
def test_requests_without_that_value_are_one_caller(per: Per) -> None:
    assert caller(Facts("queues", "v1"), per) == ""
