"""Every shipped scenario loads, says what it is for, and is tried on a live server."""

from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parents[1] / "scenarios").glob("*.yaml"))


def test_there_are_scenarios() -> None:
    assert len(SHIPPED) >= 15


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_each_has_a_test_and_a_description_and_loads_without_a_warning(file: Path) -> None:
    assert (HERE / f"test_{file.stem.replace('-', '_')}.py").is_file()
    scenario = Catalog().load_file(file)
    assert scenario.warnings == ()
    assert scenario.description.endswith(".")
    assert scenario == Catalog().named(file.stem)
