"""The API page: the document in HTML, on which each request can be tried out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from generator.descriptions import JSON
from generator.fields import fields, kind, meaning
from generator.markup import Element, icon, prose
from generator.parameters import SPELLING_OF

Json: TypeAlias = Mapping[str, Any]

_INDENT: Final = 2


def render_page(document: Json) -> str:
    """Return the content of the page, in HTML. Operations that are at the root too are shown once."""
    schemas = document["components"]["schemas"]
    side = Element(
        "nav",
        Element(
            "div",
            Element(
                "input", id="find", class_="input", type="search", placeholder="Find an endpoint", data_search=True
            ).named("Find an endpoint"),
            class_="search",
        ),
        Element("select", id="jump", class_="select only-phone").named("Endpoint"),
        Element(
            "div",
            Element("h2", "Start here"),
            _link("start", "Sessions, faults and paths"),
            *(each for tag in document["tags"] for each in _links(tag, document)),
            Element("h2", "Schemas"),
            *(_link(f"schema-{name}", name) for name in sorted(schemas)),
            id="list",
        ),
        Element("p", "No endpoint matches.", id="none", class_="empty muted", role="status", hidden=True),
        class_="side",
    ).named("Endpoints")
    main = Element(
        "main",
        Element(
            "article",
            Element("h1", "The API of mockgms"),
            *map(prose, document["info"]["description"].strip().split("\n\n")[1:]),
            Element("p", Element("a", "openapi.json", href="openapi.json"), " describes all of it for tools."),
            id="start",
            class_="entry",
        ),
        *(article for tag in document["tags"] for article in _chapter(tag, document)),
        *(_schema(name, schema) for name, schema in sorted(schemas.items())),
        id="main",
        class_="read",
    )
    page = Element("div", side, main, _EXAMPLES, class_="api")
    return f"{page}\n".replace("<article", "\n<article")  # shorter lines, so that diffs can be read


_EXAMPLES: Final = Element(
    "aside",
    Element(
        "div",
        Element(
            "div",
            Element(
                "span",
                *(
                    Element("button", name, type="button", value=value, aria_pressed="false")
                    for name, value in (("curl", "curl"), ("fetch", "fetch"), ("Python", "python"))
                ),
                id="languages",
                class_="seg",
                role="group",
            ).named("Language"),
            Element("span", class_="grow"),
            Element("button", icon("copy"), "Copy", type="button", class_="btn sm quiet", data_copy="example"),
            class_="code-head",
        ),
        Element("pre", id="example", tabindex="0", role="region").named("Example"),
        Element(
            "div",
            Element("label", "Answer with", for_="fault", class_="hint"),
            Element(
                "select",
                *(
                    Element("option", text, value=value)
                    for text, value in (
                        ("what the server says", "none"),
                        ("400 Slot is full", "slot_conflict"),
                        ("429 Throttled", "throttle"),
                        ("500 Server error", "server_error"),
                        ("a lost connection", "disconnect"),
                    )
                ),
                id="fault",
                class_="select sm",
            ),
            Element("button", "Send", type="button", id="send", class_="btn sm primary"),
            class_="send",
        ),
        class_="code",
    ),
    Element(
        "div",
        Element(
            "div",
            Element("b", "Answer", class_="grow"),
            Element("span", "Example", id="sent", class_="hint", role="status"),
            class_="code-head",
        ),
        Element("pre", id="answer", tabindex="0", role="region").named("Answer"),
        class_="code",
    ),
    id="examples",
    class_="examples",
    hidden=True,
).named("Examples")


def _link(id: str, title: str, verb: str = "") -> Element:
    mark = Element("span", verb.replace("DELETE", "DEL"), class_="verb", data_v=verb) if verb else None
    return Element("a", mark, prose(title, "span"), href=f"#{id}", class_="" if verb else "plain")


def _endpoints_of(tag: Json, document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield the method, the path and the operation of each endpoint of a chapter."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if tag["name"] in operation["tags"] and not operation["operationId"].endswith(".at_root"):
                yield method.upper(), path, operation


def _links(tag: Json, document: Json) -> Iterator[Element]:
    yield Element("h2", tag["name"])
    for method, _, operation in _endpoints_of(tag, document):
        yield _link(operation["operationId"], operation["summary"].rstrip("."), method)


def _chapter(tag: Json, document: Json) -> Iterator[Element]:
    for method, path, operation in _endpoints_of(tag, document):
        yield _operation(method, path, operation, document["components"], tag["name"])


def _operation(method: str, path: str, operation: Json, components: Json, chapter: str) -> Element:
    return Element(
        "article",
        Element("p", chapter, class_="hint"),
        prose(operation["summary"].rstrip("."), "h1"),
        Element("p", Element("span", method, class_="verb", data_v=method), " ", Element("code", path), class_="path"),
        prose(operation["description"], "p") if "description" in operation else None,
        _form(method, path, operation, components),
        Element("h2", "Answers"),
        *(_answer(status, answer) for status, answer in operation["responses"].items()),
        id=operation["operationId"],
        class_="entry",
    )


def _all_parameters(operation: Json, components: Json) -> list[Json]:
    """Return the parameters of an operation, including those that operations share."""
    return [
        components["parameters"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in operation["parameters"]
    ]


def _form(method: str, path: str, operation: Json, components: Json) -> Element:
    """Return the form of a request, with a field for each parameter and for each member of the body."""
    rows = [_parameter(each) for each in _all_parameters(operation, components) if SPELLING_OF not in each]
    rows += [_parameter(each) for each in _credentials(operation, components)]
    return Element(
        "form",
        *_body(operation, components),
        *([Element("h2", "Parameters"), Element("div", *rows, class_="panel")] if rows else []),
        data_method=method,
        data_path=path,
    )


def _row(name: str, asked: Element, about: Element, control: Element, *, is_required: bool) -> Element:
    needed = Element("span", "required", class_="need") if is_required else None
    title = Element("span", Element("code", name), asked, needed, class_="name")
    return Element("label", Element("span", title, about), control, class_="param")


def _parameter(parameter: Json) -> Element:
    """Return the field of a parameter. A required one contains its example, so that it can be sent unchanged."""
    example, is_required = _written(parameter["example"]), bool(parameter.get("required"))
    value = {"value": example} if is_required else {"placeholder": example}
    attributes = {"name": parameter["name"], "data_in": parameter["in"], "autocomplete": "off", **value}
    control = Element("input", required=is_required, class_="input", **attributes)
    about = prose(parameter.get("description", "Who asks."), "span")
    return _row(
        parameter["name"], kind(parameter.get("schema", {"type": "string"})), about, control, is_required=is_required
    )


def _body(operation: Json, components: Json) -> Iterator[Element]:
    """Yield the fields of a body, or one for the whole body if it has no named members."""
    if "requestBody" not in operation:
        return
    content = operation["requestBody"]["content"]
    schema = content[JSON]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    whole = components["schemas"][name] if name else schema
    examples = [each["value"] for each in content[JSON]["examples"].values()]
    example = next(iter(examples), "")
    yield Element("h2", "Body")
    yield Element(
        "p", f"As {', '.join(content)}{'' if operation['requestBody']['required'] else ', optional'}.", class_="hint"
    )
    if not whole.get("properties") or not isinstance(example, dict):
        text = Element("textarea", _pretty(example), name="body", class_="textarea", rows="8", spellcheck="false")
        described = prose(whole["description"]) if "description" in whole else None
        yield Element("div", described, fields(whole), text.named("Body"), class_="panel whole")
        return
    required = whole.get("required", ())
    yield Element(
        "div",
        *(_field(key, inside, example, key in required) for key, inside in whole["properties"].items()),
        class_="panel",
    )


def _field(name: str, schema: Json, example: Json, is_required: bool) -> Element:
    value = example.get(name)
    is_text = isinstance(value, str) or (value is None and schema.get("type") == "string")
    attributes = {"name": name, "data_in": "body", "data_type": "text" if is_text else "json", "autocomplete": "off"}
    if value is not None:
        attributes["value"] = _written(value)
    about = prose(meaning(schema), "span")
    return _row(name, kind(schema), about, Element("input", class_="input", **attributes), is_required=is_required)


def _credentials(operation: Json, components: Json) -> Iterator[Json]:
    """Yield the headers that identify the caller of an operation."""
    for name in dict.fromkeys(name for way in operation.get("security", ()) for name in way):
        scheme = components["securitySchemes"][name]
        example = "KEY-1" if scheme["type"] == "apiKey" else f"{scheme['scheme'].capitalize()} ..."
        yield {"name": scheme.get("name", "Authorization"), "in": "header", "example": example}


def _answer(status: str, answer: Json) -> Element:
    headers = ", ".join(answer["headers"])
    badge = Element("span", status, class_=f"status is-{_mood(status)}")
    return Element(
        "details",
        Element("summary", badge, " ", answer["description"]),
        Element("p", f"Headers: {headers}." if headers else "", class_="hint"),
        *(each for media, content in answer["content"].items() for each in _content(media, content)),
        class_="answer-of",
        data_status=status,
    )


def _content(media: str, content: Json) -> Iterator[Element]:
    yield Element("p", media, ": ", kind(content["schema"]))
    for title, example in content["examples"].items():
        yield _example(title, example)


def _mood(status: str) -> str:
    if status == "429":
        return "throttled"
    return "ok" if status < "400" else "refused" if status < "500" else "failed"


def _example(title: str, example: Json) -> Element:
    about = prose(example["description"]) if "description" in example else None
    return Element(
        "div",
        Element("h3", title),
        about,
        Element("pre", _pretty(example["value"]), tabindex="0"),
        class_="example",
    )


def _schema(name: str, schema: Json) -> Element:
    return Element(
        "article",
        Element("p", "Schemas", class_="hint"),
        Element("h1", name),
        prose(schema["description"]) if "description" in schema else None,
        fields(schema),
        id=f"schema-{name}",
        class_="entry",
    )


def _written(value: object) -> str:
    """Return a value as a field contains it: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pretty(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=_INDENT, ensure_ascii=False)
