import pytest

from mockgms.scenario.facts import Per, caller
from tests.scenario.facts import Facts

FACTS = Facts("schedule", "v1", service="sales", phone="+15551234", api_key="KEY-1")


@pytest.mark.parametrize(
    ("per", "who"), [("session", ""), ("phone", "15551234"), ("api_key", "KEY-1"), ("service", "sales")]
)
def test_callers_are_told_apart_by_what_a_rule_counts_by(per: Per, who: str) -> None:
    assert caller(FACTS, per) == who


@pytest.mark.parametrize("per", ["session", "phone", "api_key", "service"])
def test_those_who_do_not_say_who_they_are_are_one_caller(per: Per) -> None:
    assert caller(Facts("queues", "v1"), per) == ""
