"""The schema of scenario files agrees with what is built from it."""

import json

import msgspec

from mockgms.domain.service import Booked, Service
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.scenario.schema import Booked as BookedSettings
from mockgms.scenario.schema import ScenarioFile, ServiceSettings


def test_the_defaults_of_the_schema_are_those_of_a_scenario_that_says_nothing() -> None:
    said = ScenarioFile(description="All said.", services={"*": ServiceSettings()})
    scenario = Catalog().parse(json.dumps(msgspec.to_builtins(said)), "said")
    assert scenario == Scenario("said", "All said.")
    assert scenario.fallback == Service()


def test_the_defaults_of_booked_are_those_of_a_map_that_says_nothing() -> None:
    text = "description: x\nservices: {a: {booked: {}}, b: {booked: %s}}"
    services = Catalog().parse(text % json.dumps(msgspec.to_builtins(BookedSettings()))).services
    assert services["a"].booked == services["b"].booked == Booked(share=0.8, days=5)


def test_the_schema_can_be_written_as_json_schema() -> None:
    schema = msgspec.json.schema(ScenarioFile)
    bucket = schema["$defs"]["ServiceSettings"]["properties"]["time_bucket"]
    assert bucket == {
        "description": "Minutes a slot lasts. GMS: _request_time_bucket",
        "enum": [5, 10, 15, 20, 30, 60, 120],
        "default": 15,
    }
    assert schema["$defs"]["ScenarioFile"]["required"] == ["description"]
