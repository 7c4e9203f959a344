"""The budget of patterns: the number and the size of those of a scenario, or of all armed rules, together."""

import json

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes

TOO_MANY = "there are more than 2000 regular expressions: write globs or texts, or one expression for several"
TOO_LARGE = (
    "the patterns take more than 50000 steps together (a glob one for each character, a regular expression those of"
    " its program): simplify them, or write fewer"
)


def scenario(*patterns: str) -> str:
    rules = [{"name": "r", "when": {"user_data": {"k": list(patterns)}}, "then": {"fault": "hang"}}]
    return json.dumps({"description": "d", "rules": rules})


def mistakes(text: str) -> list[str]:
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog().parse(text)
    return [mistake.message for mistake in caught.value.mistakes]


def test_2000_regular_expressions_are_accepted() -> None:
    assert Catalog().parse(scenario(*(f"/^{n}$/" for n in range(2_000)))).rules[0].name == "r"


def test_more_than_2000_regular_expressions_are_one_mistake() -> None:
    assert mistakes(scenario(*(f"/^{n}$/" for n in range(2_100)))) == [f"`k`: {TOO_MANY}"]


@pytest.mark.parametrize("pattern", ["/x[xy]{90}z/", f"*{'x' * 100}*"])
def test_patterns_that_are_too_large_together_are_one_mistake(pattern: str) -> None:
    assert mistakes(scenario(*[pattern] * 600)) == [f"`k`: {TOO_LARGE}"]


def test_patterns_may_take_50000_steps_together() -> None:
    globs = [f"*{'x' * 999}"] * 50
    assert Catalog().parse(scenario(*globs)).rules[0].name == "r"
    assert mistakes(scenario(*globs, "?")) == [f"`k`: {TOO_LARGE}"]


@pytest.mark.slow
def test_texts_and_prefixes_cost_nothing() -> None:
    assert Catalog().parse(scenario(*(f"{'x' * 100}{n}*" for n in range(2_000)), "x" * 900)).rules[0].name == "r"
