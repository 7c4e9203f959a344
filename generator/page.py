"""The page: the document as a person reads it, and tries it out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from generator.described import JSON
from generator.fields import fields, kind, table
from generator.markup import Element, prose
from generator.parameters import SPELLING_OF

Told: TypeAlias = Mapping[str, Any]

_INDENT: Final = 2


def render_page(document: Told) -> str:
    """The content of the page, in HTML. Operations that are at the root too are shown once."""
    info = document["info"]
    main = Element(
        "main",
        Element("h1", "The API of mockgms"),
        *map(prose, info["description"].strip().split("\n\n")[1:]),
        *(_chapter(tag, document) for tag in document["tags"]),
        Element("h2", "Schemas", id="schemas"),
        *(_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())),
        id="main",
    )
    return f"{main}\n".replace("<details", "\n<details")  # shorter lines, so that diffs can be read


def _chapter(tag: Told, document: Told) -> Element:
    shown = [
        _operation(method, path, told, document["components"])
        for path, item in document["paths"].items()
        for method, told in item.items()
        if tag["name"] in told["tags"] and not told["operationId"].endswith(".at_root")
    ]
    return Element("section", Element("h2", tag["name"]), prose(tag["description"]), *shown)


def _operation(method: str, path: str, told: Told, components: Told) -> Element:
    return Element(
        "details",
        Element(
            "summary",
            Element("b", method.upper(), class_=f"method {method}"),
            " ",
            Element("code", path),
            " ",
            Element("span", told["summary"], class_="muted"),
        ),
        prose(told["description"]) if "description" in told else None,
        *_parameters(told, components),
        *_body(told, components),
        _try(method, path, told, components),
        Element("h3", "Answers"),
        *(_answer(status, answer) for status, answer in told["responses"].items()),
        id=told["operationId"],
        class_="panel operation",
    )


def _all_parameters(told: Told, components: Told) -> list[Told]:
    """The parameters of an operation, those that it shares with others too."""
    return [
        components["parameters"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in told["parameters"]
    ]


def _parameters(told: Told, components: Told) -> Iterator[Element]:
    rows = [
        (
            Element("code", each["name"]),
            each["in"],
            kind(each["schema"]),
            "required" if each.get("required") else "",
            prose(each["description"], "span"),
        )
        for each in _all_parameters(told, components)
    ]
    yield Element("h3", "Parameters")
    yield table(("Name", "In", "Type", "Required", "Meaning"), rows)


def _body(told: Told, components: Told) -> Iterator[Element]:
    if "requestBody" in told:
        content = told["requestBody"]["content"]
        schema = content[JSON]["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        needed = "" if told["requestBody"]["required"] else ", optional"
        yield Element("h3", "Body")
        yield Element("p", f"As {', '.join(content)}{needed}.")
        yield fields(components["schemas"][name] if name else schema)


def _try(method: str, path: str, told: Told, components: Told) -> Element:
    """What a script makes a request of; without one it is not shown."""
    inputs = [_input(each) for each in _all_parameters(told, components) if SPELLING_OF not in each]
    inputs += [_input(each) for each in _credentials(told, components)]
    if "requestBody" in told:
        examples = told["requestBody"]["content"][JSON]["examples"].values()
        written = next((_pretty(each["value"]) for each in examples), "")
        inputs.append(Element("label", "Body", Element("textarea", written, name="body", rows="6", spellcheck="false")))
    return Element(
        "form",
        Element("h3", "Try it"),
        *inputs,
        Element("p", Element("button", "Send", class_="primary", type="submit")),
        Element("pre", class_="asked"),
        Element("pre", class_="answer", role="status"),
        data_method=method.upper(),
        data_path=path,
        hidden=True,
    )


def _credentials(told: Told, components: Told) -> Iterator[Told]:
    """The headers in which an operation may be told who asks."""
    for name in dict.fromkeys(name for way in told.get("security", ()) for name in way):
        scheme = components["securitySchemes"][name]
        example = "KEY-1" if scheme["type"] == "apiKey" else f"{scheme['scheme'].capitalize()} ..."
        yield {"name": scheme.get("name", "Authorization"), "in": "header", "example": example}


def _input(parameter: Told) -> Element:
    """A field of a parameter; one of a path has its example in it, so that it can be sent as it is."""
    example, needed = str(parameter["example"]), bool(parameter.get("required"))
    value = {"value": example} if needed else {"placeholder": example}
    attributes = {"name": parameter["name"], "data_in": parameter["in"], "autocomplete": "off", **value}
    return Element("label", Element("code", parameter["name"]), Element("input", required=needed, **attributes))


def _answer(status: str, answer: Told) -> Element:
    headers = ", ".join(answer["headers"])
    return Element(
        "details",
        Element("summary", Element("b", status, class_=_mood(status)), " ", answer["description"]),
        Element("p", f"Headers: {headers}." if headers else "", class_="muted"),
        *(each for media, content in answer["content"].items() for each in _content(media, content)),
        class_="status",
    )


def _content(media: str, content: Told) -> Iterator[Element]:
    yield Element("p", media, ": ", kind(content["schema"]))
    for title, example in content["examples"].items():
        yield _example(title, example)


def _mood(status: str) -> str:
    return "good" if status < "300" else "bad"


def _example(title: str, example: Told) -> Element:
    described = prose(example["description"]) if "description" in example else None
    return Element("div", Element("h4", title), described, Element("pre", _pretty(example["value"])), class_="example")


def _schema(name: str, schema: Told) -> Element:
    return Element(
        "details",
        Element("summary", Element("code", name)),
        prose(schema["description"]) if "description" in schema else None,
        fields(schema),
        id=f"schema-{name}",
        class_="panel",
    )


def _pretty(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=_INDENT, ensure_ascii=False)
