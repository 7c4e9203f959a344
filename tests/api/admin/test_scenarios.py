from pathlib import Path

from mockgms.api.admin.scenario import ScenarioSummary, list_scenarios
from mockgms.http.messages import run_to_end
from mockgms.scenario.catalog import Catalog
from tests.live import Client


async def test_each_scenario_is_listed_with_its_description(client: Client) -> None:
    answer = await client.get("/__admin/scenarios")
    expected = [{"name": name, "description": description} for name, description in Catalog([]).names()]
    assert (answer.status, await answer.json()) == (200, expected)
    assert "default" in [each["name"] for each in expected]


def test_a_scenario_that_does_not_load_is_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a-bad-one.yaml").write_text("seed: 1\n")
    scenarios = run_to_end(list_scenarios(Catalog([tmp_path])))
    message = f"does not load: {tmp_path / 'a-bad-one.yaml'}:1:1: `description` is missing"
    assert scenarios[0] == ScenarioSummary("a-bad-one", message)
