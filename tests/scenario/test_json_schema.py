"""The JSON Schema: up to date in the repository, valid, and in agreement with the reader."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.document import parse_document
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.gms_options import OPTIONS
from mockgms.scenario.json_schema import render_schema, scenario_schema
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.nodes import Node
from mockgms.scenario.variables import Variables
from tests.docs.markdown import all_blocks

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
WRITTEN = [file.read_text() for file in SHIPPED]
SHOWN = [block.text for block in all_blocks("yaml") if "\ndescription:" in f"\n{block.text}"]


def plain(node: Node) -> Any:
    """Return a document as values of JSON."""
    if isinstance(node.value, Mapping):
        return {name: plain(entry.node) for name, entry in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, tuple) else node.value


def is_valid(text: str) -> bool:
    parsed = parse_document(text, "text", variables=Variables({}))
    document = {name: plain(entry.node) for name, entry in parsed.items()}
    return Draft202012Validator(scenario_schema()).is_valid(document)


def loads(text: str) -> bool:
    try:
        Catalog().parse(text)
    except ScenarioMistakes:
        return False
    return True


def test_the_schema_in_the_repository_is_that_of_the_code() -> None:
    assert (SCENARIOS / "schema.json").read_text() == render_schema(), "it is out of date: run scripts/generate"


def test_the_schema_is_a_valid_json_schema() -> None:
    Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("text", [*WRITTEN, *SHOWN])
def test_every_shipped_or_documented_scenario_is_valid(text: str) -> None:
    assert is_valid(text)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_scenario_names_the_schema_for_editors(file: Path) -> None:
    assert file.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{name: a, then: {fault: hang}}]",
        "rules: [{name: a, then: [{fault: delay, by: 2s}, {fault: throttle, retry_after: 5, form: past}]}]",
        "rules: [{name: a, when: {phone: '+1*', service: [a, b], header: {X-A: b}}, then: {fault: hang}}]",
        "rules: [{name: a, when: {desired_time: [Mon 9:00-10:00, {to: 2026-03-02T09:00:00Z}]}, then: {fault: hang}}]",
        "rules: [{name: a, during: {daily: 09:00-10:00}, chance: 80%, times: 1, then: {fault: hang}}]",
        "services: {a: {_bh_regular7: Mon 09:00-10:00, _enable_in_queue_checking: true, _ttl: 5, _any: [1]}, b: }",
    ],
)
def test_the_schema_accepts_what_the_reader_accepts(text: str) -> None:
    text = f"description: x\n{text}"
    assert loads(text)
    assert is_valid(text)


VARIABLES = """
seed: ${SEED}
cors: ${CORS:-true}
latency: ${LATENCY:-real}
slot_conflict_status: ${STATUS}
services: {a: {capacity: "${CAP:-3}", throttle: [{limit: "${LIMIT}", per: 5m}], booked: {share: 50%, days: "${DAYS}"}}}
rules:
  - {name: "a-${NAME}", times: "${TIMES}", skip: "${SKIP}", then: "${FAULT}", phase: "${PHASE}"}
  - name: b
    when: {slot: {first_free: "${FIRST}"}, caller: {callbacks: {state: ["${STATE}"], at_least: "${LEAST}"}}}
    choose: [{weight: "${WEIGHT:-1}", then: {fault: error, status: "${STATUS:-503}"}}]
"""


def test_the_schema_accepts_variables_as_editors_see_them() -> None:
    document = {name: plain(entry.node) for name, entry in parse_document(f"description: x{VARIABLES}", "text").items()}
    validator = Draft202012Validator(scenario_schema())
    assert [error.message for error in validator.iter_errors(document)] == []
    for wrong in ("${seed}", "$SEED", "many"):
        assert not validator.is_valid(document | {"seed": wrong})


@pytest.mark.parametrize(
    "text",
    [
        "rule: []",
        "rules: [{name: a}]",
        "rules: [{then: {fault: hang}}]",
        "rules: [{name: a b, then: {fault: hang}}]",
        "rules: [{name: a, then: []}]",
        "rules: [{name: a, then: rate_limit}]",
        "rules: [{name: a, then: delay}]",
        "rules: [{name: a, then: hang, sequence: [hang]}]",
        "rules: [{name: a, sequence: []}]",
        "rules: [{name: a, choose: []}]",
        "rules: [{name: a, choose: [{weight: -1, then: hang}]}]",
        "rules: [{name: a, then: {fault: hangs}}]",
        "rules: [{name: a, then: {fault: hang, by: 2s}}]",
        "rules: [{name: a, then: {fault: server_error, status: 400}}]",
        "rules: [{name: a, then: {fault: hang}, when: {fone: x}}]",
        "rules: [{name: a, then: {fault: hang}, when: {phone: []}}]",
        "rules: [{name: a, then: {fault: hang}, when: {phone: 1}}]",
        "rules: [{name: a, then: {fault: hang}, when: {header: {}}}]",
    ],
)
def test_the_reader_refuses_what_the_schema_refuses(text: str) -> None:
    text = f"description: x\n{text}"
    assert not is_valid(text)
    assert not loads(text)


def test_a_service_has_the_options_of_gms_beside_our_keys() -> None:
    service = scenario_schema()["$defs"]["Service"]
    assert set(OPTIONS) <= set(service["properties"])
    assert service["properties"]["_request_time_bucket"] == {
        "description": "Option of GMS. The same as `time_bucket`.",
        "type": ["string", "integer", "boolean", "null"],
    }
    assert "^_holiday[0-9]+$" in service["patternProperties"]


def test_every_fault_is_described_with_its_defaults_as_they_are_written() -> None:
    parts = scenario_schema()["$defs"]
    for name in FAULTS:
        assert parts[name]["description"] == FAULTS[name].__doc__
        assert parts[name]["properties"]["fault"] == {"enum": [name]}
    defaults = {key: each.get("default") for key, each in parts["throttle"]["properties"].items()}
    assert defaults == {"fault": None, "retry_after": "30s", "form": "seconds"}
    assert parts["truncate"]["properties"]["keep"]["default"] == "50%"
    assert parts["slow_body"]["properties"]["every"]["default"] == "200ms"
    assert parts["rate_limit"]["required"] == ["fault", "limit", "per"]
