"""Every shipped scenario loads, has a description, and has a test on a live server."""

from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parents[1] / "scenarios").glob("*.yaml"))


def test_at_least_15_scenarios_are_shipped() -> None:
    assert len(SHIPPED) >= 15


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_each_scenario_has_a_test_and_a_description_and_loads_without_a_warning(file: Path) -> None:
    assert (HERE / f"test_{file.stem.replace('-', '_')}.py").is_file()
    scenario = Catalog().load_file(file)
    assert scenario.warnings == ()
    assert scenario.description.endswith(".")
    assert scenario == Catalog().named(file.stem)
