from pathlib import Path

import pytest
from msgspec.structs import replace

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.sources import assemble_sources
from tests.messages import COMES_FIRST
from tests.scenario.conftest import warnings_of

SHIPPED = [name for name, _ in Catalog().names()]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_assembled_from_its_sources_is_the_same(name: str) -> None:
    scenario = Catalog().named(name)
    again = assemble_sources(name, scenario.sources)
    assert (again, again.sources, again.files) == (scenario, scenario.sources, ())


def test_the_sources_are_the_child_and_then_its_parents(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        "description: parent\nservices: {sales: {_timezone: Europe/Paris}}\nslot_conflict_status: 429"
    )
    (tmp_path / "child.yaml").write_text(
        "description: child\nextends: parent\nservices: {sales: {timezone: Asia/Kolkata}}\n"
        "slot_conflict_status: {v1: 400}\n"
    )
    scenario = Catalog([tmp_path]).named("child")
    assert [text.partition("\n")[0] for text in scenario.sources] == ["description: child", "description: parent"]
    again = assemble_sources("child", scenario.sources)
    assert replace(again, warnings=()) == replace(scenario, warnings=())


def test_warnings_call_the_text_of_the_scenario_by_its_name() -> None:
    rules = "rules: [{name: a, then: hang}, {name: b, then: hang}]"
    warning = f"rule `b` never fires: `a` (own:2:9) {COMES_FIRST}"
    assert warnings_of(assemble_sources("own", [f"description: x\n{rules}"])) == (f"own:2:32: the {warning}",)


def test_mistakes_of_all_sources_are_reported() -> None:
    with pytest.raises(ScenarioMistakes) as mistakes:
        assemble_sources("x", ["description: x\nseed: y", "]", "seed: 1"])
    assert str(mistakes.value) == (
        "sources[0]:2:7: `seed` takes a whole number, not 'y'\n"
        "sources[1]:1:1: is not YAML: did not find expected node content\n"
        "sources[2]:1:1: `description` is missing"
    )
