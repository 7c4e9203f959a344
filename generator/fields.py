"""Schemas as text for readers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from generator.markup import Element, prose

Schema: TypeAlias = Mapping[str, Any]
Words: TypeAlias = tuple[Element | str, ...]

_NULL: Final[Words] = ("null",)
_NUMBER: Final[Words] = ("number",)
_INTEGER: Final[Words] = ("integer",)


def kind(schema: Schema) -> Element:
    """Return the type of a schema in a few words. A schema that it names is a link."""
    return Element("span", *_in_words(_alternatives(schema)))


def _in_words(alternatives: Sequence[Words]) -> Words:
    """Return alternatives with commas, and with "or" before the last one. `null` comes last."""
    first, *others = sorted(alternatives, key=lambda each: each == _NULL)
    words = first
    for number, each in enumerate(others, 1):
        words += (" or " if number == len(others) else ", ", *each)
    return words


def _alternatives(schema: Schema) -> list[Words]:
    """Return the alternatives of a schema. A list whose entries are the other alternatives is "a list of these"."""
    if "enum" in schema:
        return [(str(each),) for each in schema["enum"]]
    if "anyOf" not in schema or "type" in schema:
        return [_single(schema)]
    lists = [each for each in schema["anyOf"] if each.get("type") == "array" and "prefixItems" not in each]
    found = [words for each in schema["anyOf"] if each not in lists for words in _alternatives(each)]
    if _NUMBER in found:  # every integer is a number
        found = [each for each in found if each != _INTEGER]
    for each in lists:
        entries = _alternatives(each["items"])
        is_of_these = len(entries) > 1 and _shown(entries) == _shown(each for each in found if each != _NULL)
        found.append(("a list of these",) if is_of_these else _single(each))
    return found


def _shown(alternatives: Iterable[Words]) -> set[str]:
    return {"".join(map(str, each)) for each in alternatives}


def _single(schema: Schema) -> Words:
    """Return the words for a schema without alternatives."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return (Element("a", name, href=f"#schema-{name}"),)
    if "prefixItems" in schema:
        each = [_nested(item) for item in schema["prefixItems"]]
        return ("list of ", *each[0], *(word for item in each[1:] for word in (" and ", *item)))
    if schema.get("type") == "array":
        return ("list of ", *_nested(schema["items"]))
    if isinstance(schema.get("additionalProperties"), dict):
        return ("object of ", *_nested(schema["additionalProperties"]))
    return (str(schema.get("type", "anything")),)


def _nested(schema: Schema) -> Words:
    """Return the words for what a list or an object contains, in brackets if it has alternatives."""
    alternatives = _alternatives(schema)
    return alternatives[0] if len(alternatives) == 1 else ("(", *_in_words(alternatives), ")")


def fields(schema: Schema) -> Element:
    """Return a table with a row for each member of an object. For other schemas, return the type."""
    if not schema.get("properties"):
        return Element("p", kind(schema))
    required = schema.get("required", ())
    members = schema["properties"].items()
    columns = {
        "Field": [Element("code", name) for name, _ in members],
        "Type": [kind(inside) for _, inside in members],
        "Required": ["required" if name in required else "" for name, _ in members],
    }
    meanings = [meaning(inside) for _, inside in members]
    if any(meanings):
        columns["Meaning"] = [prose(each, "span") for each in meanings]
    return table(columns, zip(*columns.values(), strict=True))


def meaning(schema: Schema) -> str:
    """Return the description of a schema, or the first one of its alternatives; empty if there is none."""
    descriptions = (each.get("description") for each in (schema, *schema.get("anyOf", ())))
    return next(filter(None, descriptions), "")


def table(heads: Iterable[str], rows: Iterable[Iterable[Element | str]]) -> Element:
    """Return a table with these headings."""
    head = Element("tr", *(Element("th", each, scope="col") for each in heads))
    body = [Element("tr", *(Element("td", cell) for cell in row)) for row in rows]
    whole = Element("table", Element("thead", head), Element("tbody", *body))
    return Element("div", whole, class_="wide", tabindex="0")
