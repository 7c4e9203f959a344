"""The JSON Schema of scenario files, from their structs, the GMS options and the faults."""

import json
from typing import Any, Final

import msgspec

from mockgms.scenario.faults.catalog import FAULTS, fault_struct
from mockgms.scenario.gms_options import NOT_ACTED_ON, NOT_ACTED_ON_NUMBERED, OPTIONS
from mockgms.scenario.schema import ScenarioFile

_PLACE: Final = "#/$defs/{name}"
_OPTION_TYPES: Final = ["string", "integer", "boolean", "null"]
_NO_ACTION: Final = "Known, but not acted on."


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of scenario files."""
    faults = [fault_struct(name) for name in FAULTS]
    (root, *_), parts = msgspec.json.schema_components([ScenarioFile, *faults], ref_template=_PLACE)
    parts["Fault"] = {"description": "What happens.", "anyOf": [{"$ref": _PLACE.format(name=name)} for name in FAULTS]}
    one = {"$ref": _PLACE.format(name="Fault")}
    parts["RuleSettings"]["properties"]["then"] |= {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    _add_options(parts["ServiceSettings"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of mockgms",
        **root,
        "$defs": parts,
    }


def render_schema() -> str:
    """The JSON Schema as text."""
    return json.dumps(scenario_schema(), indent=2) + "\n"


def _add_options(service: dict[str, Any]) -> None:
    """Let a service take the options of GMS too, each told beside the key of ours that it stands for."""
    properties, numbered = service["properties"], service.setdefault("patternProperties", {})
    for name, option in OPTIONS.items():
        means = _option(f"The same as `{'.'.join(option.setting)}`.")
        properties[name] = means
        if option.numbered:
            numbered[f"^{name}[0-9]+$"] = means
    for name in sorted(NOT_ACTED_ON):
        properties[name] = _option(_NO_ACTION)
    for name in NOT_ACTED_ON_NUMBERED:
        numbered[f"^{name}[0-9]*$"] = _option(_NO_ACTION)


def _option(meaning: str) -> dict[str, Any]:
    return {"description": f"Option of GMS. {meaning}", "type": _OPTION_TYPES}
