"""The defaults in the JSON Schema are those of a built scenario."""

import json
from typing import Any

from mockgms.domain.service import Booked, Service
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.json_schema import scenario_schema
from mockgms.scenario.model import Scenario

PARTS = scenario_schema()["$defs"]


def defaults(name: str) -> dict[str, Any]:
    """Return a map of a class with each key set to its default."""
    keys = {key: schema for key, schema in PARTS[name]["properties"].items() if not key.startswith("_")}
    inner = {key: defaults(schema["$ref"].rpartition("/")[2]) for key, schema in keys.items() if "$ref" in schema}
    return inner | {key: schema["default"] for key, schema in keys.items() if "default" in schema}


def test_the_defaults_of_the_schema_are_those_of_a_scenario_without_settings() -> None:
    settings = defaults("Scenario") | {"description": "All set.", "services": {"*": defaults("Service")}}
    assert {"office_hours", "throttle", "in_queue_check", "wait"} <= settings["services"]["*"].keys()
    assert {"seed", "clock", "unknown_services", "auth"} <= settings.keys()
    scenario = Catalog().parse(json.dumps(settings), "text")
    assert scenario == Scenario("text", "All set.")
    assert scenario.fallback == Service()


def test_the_defaults_of_booked_are_those_of_an_empty_map() -> None:
    text = "description: x\nservices: {a: {booked: {}}, b: {booked: %s}}"
    services = Catalog().parse(text % json.dumps(defaults("Booked"))).services
    assert services["a"].booked == services["b"].booked == Booked(share=0.8, days=5)


def test_a_key_is_described_with_its_meaning_option_values_and_default() -> None:
    assert PARTS["Service"]["properties"]["time_bucket"] == {
        "description": "Length of a slot in minutes: 5, 10, 15, 20, 30, 60 or 120. GMS: _request_time_bucket",
        "anyOf": [{"enum": [5, 10, 15, 20, 30, 60, 120]}, {"$ref": "#/$defs/Variable"}],
        "default": 15,
    }
    assert PARTS["Scenario"]["required"] == ["description"]
