"""Schemas as text for readers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from generator.markup import Element, prose

Schema: TypeAlias = Mapping[str, Any]


def kind(schema: Schema) -> Element:
    """Return the type of a schema in a few words. A schema that it names is a link."""
    return Element("span", *_kind(schema))


def _kind(schema: Schema) -> Iterator[Element | str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield Element("a", name, href=f"#schema-{name}")
    elif "enum" in schema:
        yield " or ".join(map(str, schema["enum"]))
    elif "anyOf" in schema and "type" not in schema:
        for index, each in enumerate(schema["anyOf"]):
            yield " or " if index else ""
            yield from _kind(each)
    elif schema.get("type") == "array":
        for index, each in enumerate(schema.get("prefixItems", (schema["items"],))):
            yield " and " if index else "list of "
            yield from _kind(each)
    elif isinstance(schema.get("additionalProperties"), dict):
        yield "object of "
        yield from _kind(schema["additionalProperties"])
    else:
        yield str(schema.get("type", "anything"))


def fields(schema: Schema) -> Element:
    """Return a table with a row for each member of an object. For other schemas, return the type."""
    if not schema.get("properties"):
        return Element("p", kind(schema), f": {schema['description']}" if "description" in schema else "")
    required = schema.get("required", ())
    members = schema["properties"].items()
    columns = {
        "Field": [Element("code", name) for name, _ in members],
        "Type": [kind(inside) for _, inside in members],
        "Required": ["required" if name in required else "" for name, _ in members],
    }
    meanings = [_meaning(inside) for _, inside in members]
    if any(meanings):
        columns["Meaning"] = [prose(each, "span") for each in meanings]
    return table(columns, zip(*columns.values(), strict=True))


def _meaning(schema: Schema) -> str:
    descriptions = (each.get("description") for each in (schema, *schema.get("anyOf", ())))
    return next(filter(None, descriptions), "")


def table(heads: Iterable[str], rows: Iterable[Iterable[Element | str]]) -> Element:
    """Return a table with these headings."""
    head = Element("tr", *(Element("th", each, scope="col") for each in heads))
    body = [Element("tr", *(Element("td", cell) for cell in row)) for row in rows]
    whole = Element("table", Element("thead", head), Element("tbody", *body))
    return Element("div", whole, class_="wide", tabindex="0")
