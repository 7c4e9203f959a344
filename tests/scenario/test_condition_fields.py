"""The conditions as sentences say them, and as the start page offers them."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from msgspec import Struct

from generator import conditions
from mockgms.domain.annotations import Look
from mockgms.scenario.condition import ConditionField
from mockgms.scenario.conditions import HeaderCondition, OperationCondition, ServiceCondition
from mockgms.scenario.rulebook import ALL_CONDITIONS

ROOT = Path(__file__).parents[2]


class Weather(ServiceCondition):
    """A condition on the weather."""

    name = "weather"
    says = "in {} weather"
    field = ConditionField("weather", "fair", ("fair", "foul"))


class Cookie(HeaderCondition):
    """A condition on cookies."""

    name = "cookie"
    says = "with cookie {}"
    field = ConditionField("cookie", "*")


def test_the_conditions_of_the_start_page_are_up_to_date() -> None:
    shipped = (ROOT / conditions.MODULE).read_text("utf-8")
    assert shipped == conditions.render_conditions(), "out of date: run scripts/generate"


def test_the_start_page_offers_a_new_condition_from_its_class_alone() -> None:
    module = conditions.render_conditions([Weather, Cookie, OperationCondition], Struct)
    assert module[module.index("= [") : module.index("\n/** @type", 200)] == (
        '= [\n  {"name": "weather", "label": "weather", "start": "fair", "choices": ["fair", "foul"],'
        ' "says": "in {} weather"},\n'
        '  {"name": "cookie", "label": "cookie", "start": "*", "isNamed": true, "says": "with cookie {}"},\n];\n'
    )


class MoonRule(Struct):
    """A rule."""

    moon: Annotated[
        Literal["new", "full"], Look("if the moon is", "full", words={"full": "big"}, says="under a {} moon")
    ] = "new"
    tide: str = ""


def test_the_start_page_offers_a_new_key_of_rules_from_its_look_alone() -> None:
    module = conditions.render_conditions([], MoonRule)
    assert module[module.index("= [") : module.index("\n/** @type", 200)] == (
        '= [\n  {"name": "moon", "isBeside": true, "label": "if the moon is", "start": "full",'
        ' "choices": ["new", "full"], "says": "under a {} moon", "words": {"full": "big"}},\n];\n'
    )


@pytest.mark.parametrize("kind", [kind for kind in ALL_CONDITIONS if kind.field], ids=lambda kind: kind.name)
def test_the_words_of_a_condition_contain_its_value_as_it_is(kind: type[ServiceCondition]) -> None:
    assert "{x} y" in kind.words("{x} y", str)
