import json
from pathlib import Path

from mockgms.api.admin.scenarios import read
from mockgms.http.messages import Request, finish
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.session import Session
from tests.live import Client


async def test_every_scenario_is_listed_with_its_description(client: Client) -> None:
    answer = await client.get("/__admin/scenarios")
    expected = [{"name": name, "description": description} for name, description in Catalog([]).names()]
    assert (answer.status, await answer.json()) == (200, expected)
    assert "default" in [each["name"] for each in expected]


def test_one_that_does_not_load_says_why_instead(tmp_path: Path) -> None:
    (tmp_path / "a-bad-one.yaml").write_text("seed: 1\n")
    request = Request("GET", "/__admin/scenarios")
    reply = finish(read(Catalog([tmp_path]), request, Session("default", Scenario("test", "For a test."))))
    message = f"does not load: {tmp_path / 'a-bad-one.yaml'}:1:1: `description` is missing"
    assert (reply.status, json.loads(reply.body)[0]) == (200, {"name": "a-bad-one", "description": message})
