"""The JSON Schema of scenario files, generated from the annotated classes, the GMS options and the faults."""

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mockgms.scenario.declarations import fault_record, record
from mockgms.scenario.faults.catalog import FAULTS, can_stand_alone
from mockgms.scenario.field_types import PLACE, Field, FieldType, Record
from mockgms.scenario.gms_options import OPTIONS
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import EFFECTS, RuleSettings

_VARIABLE: Final = {"$ref": PLACE.format(name="Variable")}
_SCALARS: Final = ("integer", "number", "boolean", "string")
_OPTION_TYPES: Final = ["string", "integer", "boolean", "null"]


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files."""
    root = record(Scenario)
    parts = {each.kind.__name__: _class(each, each.kind.__name__) for each in _records(root)}
    parts |= msgspec.json.schema_components([RuleSettings], ref_template=PLACE)[1]
    _add_faults(parts)
    _add_options(parts["Service"])
    _add_variables(parts)
    parts["Scenario"]["patternProperties"] = {"^x-": {"description": "Ignored: for anchors, or for other tools."}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of mockgms",
        **root.schema(),
        "$defs": parts,
    }


def render_schema() -> str:
    """Return the JSON Schema as text."""
    return json.dumps(scenario_schema(), indent=2) + "\n"


def _add_faults(parts: dict[str, Any]) -> None:
    """Add the schemas of the faults, and the places of rules that take them."""
    parts |= {name: _fault(name) for name in FAULTS}
    by_name = {"enum": [name for name in FAULTS if can_stand_alone(name)]}
    by_keys = [{"$ref": PLACE.format(name=name)} for name in FAULTS]
    parts["Fault"] = {"description": "What happens.", "anyOf": [by_name, *by_keys]}
    one = {"$ref": PLACE.format(name="Fault")}
    then = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    rule = parts["RuleSettings"]
    rule["properties"]["then"] |= then
    rule["properties"]["sequence"] |= {"type": "array", "items": then, "minItems": 1}
    rule["oneOf"] = [{"required": [effect]} for effect in EFFECTS]
    parts["Weighted"]["properties"]["then"] |= then


def _add_variables(parts: dict[str, Any]) -> None:
    """Add the schema of a variable, and allow variables in place of values."""
    for part in parts.values():
        _allow_variables(part)
    parts["Fault"]["anyOf"].append(_VARIABLE)
    parts["Variable"] = {
        "description": "A text with a variable, which is replaced when the file is read.",
        "type": "string",
        "pattern": r"\$\{[A-Z_][A-Z0-9_]*(:-[^}]*)?\}",
    }


def _allow_variables(schema: dict[str, Any]) -> None:
    """Allow a variable in place of each value in a map or a list, unless any text is allowed there."""
    for place, key in _places_of_values(schema):
        _allow_variables(place[key])
        if key != "fault" and _is_restricted(place[key]):  # the fault determines the keys beside it
            place[key] = _or_variable(place[key])
    for alternative in schema.get("anyOf", ()):
        _allow_variables(alternative)


def _places_of_values(schema: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield where the schemas of the values in a map or a list are: a dictionary and a key of it."""
    for keyword in ("properties", "patternProperties"):
        yield from ((schema[keyword], key) for key in schema.get(keyword, ()))
    yield from ((schema, key) for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict))


def _is_restricted(schema: dict[str, Any]) -> bool:
    """Return whether a schema allows single values, but not any text."""
    alternatives = schema.get("anyOf", [schema])
    allows_any_text = any("string" in each.get("type", ()) and "pattern" not in each for each in alternatives)
    return not allows_any_text and any("enum" in each or each.get("type") in _SCALARS for each in alternatives)


def _or_variable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that also allows a variable. Its description and default remain outside the alternatives."""
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], _VARIABLE]}
    notes = {key: value for key, value in schema.items() if key in ("description", "default")}
    return {"anyOf": [{key: value for key, value in schema.items() if key not in notes}, _VARIABLE], **notes}


def _records(record: Record) -> Iterator[Record]:
    """Yield the type of a class and those of the classes in its fields, except the classes of rules."""
    if record.kind is not RuleSettings:
        yield record
        yield from (inner for field in record.keys.values() for inner in _records_in(field.type))


def _records_in(kind: FieldType) -> Iterator[Record]:
    for each in kind.alternatives:
        if isinstance(each, Record):
            yield from _records(each)
        yield from (record for inner in each.inner for record in _records_in(inner))


def _class(each: Record, name: str) -> dict[str, Any]:
    return {
        "title": name,
        "description": each.kind.__doc__,
        "type": "object",
        "properties": {key: _field(field) for key, field in each.keys.items()},
        "required": each.required,
        "additionalProperties": False,
    }


def _fault(name: str) -> dict[str, Any]:
    schema = _class(fault_record(FAULTS[name]), name)
    properties = {"fault": {"enum": [name]}, **schema["properties"]}
    return schema | {"properties": properties, "required": ["fault", *schema["required"]]}


def _field(field: Field) -> dict[str, Any]:
    """Return the schema of a key, with its description and default."""
    schema = field.type.schema()
    names = [f"{each.name}, {each.name}1, ... (one each)" if each.numbered else each.name for each in field.options]
    options = f"GMS: {', '.join(names)}" if names else ""
    if meaning := " ".join(filter(None, (field.doc, options))):
        schema["description"] = meaning
    if not field.is_required and (field.default is None or field.type.record is None):
        schema["default"] = field.written(field.default)
    return schema


def _add_options(service: dict[str, Any]) -> None:
    """Add the GMS options to the keys of a service. Each description names the setting it stands for."""
    properties, numbered = service["properties"], service.setdefault("patternProperties", {})
    for name, option in OPTIONS.items():
        means = _option(f"The same as `{'.'.join(option.setting)}`{option.words}.")
        properties[name] = means
        if option.numbered:
            numbered[f"^{name}[0-9]+$"] = means
    numbered["^_"] = {"description": "Option of GMS. mockgms acts on some, and accepts all."}


def _option(meaning: str) -> dict[str, Any]:
    return {"description": f"Option of GMS. {meaning}", "type": _OPTION_TYPES}
