import re
from html.parser import HTMLParser

from generator.fields import fields, kind
from generator.markup import Element, prose
from generator.page import render_page
from tests.docs.markdown import ROOT
from tests.generator.shipped_document import document, documented_operations
from tests.live import Client

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', script-src 'nonce-{0}'; style-src 'nonce-{0}'"
)


class ParsedPage(HTMLParser):
    """The ids and links of a page. Parsing fails if an element is closed in the wrong place."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [value for name in ("href", "src") if (value := values.get(name)) is not None]
        if tag not in ("input", "link", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PAGE = ParsedPage(render_page({**document(), "servers": [{"url": "/"}]}))


def test_every_operation_has_an_id_on_the_page() -> None:
    names = {each.operation["operationId"] for each in documented_operations()}
    assert {name for name in names if not name.endswith(".at_root")} <= set(PAGE.ids)
    assert len(set(PAGE.ids)) == len(PAGE.ids)


def test_a_table_of_fields_without_a_meaning_has_no_column_for_it() -> None:
    members = {"a": {"type": "string"}, "b": {"type": "integer"}}
    assert '<th scope="col">Required</th></tr>' in str(fields({"properties": members}))
    described = {**members, "a": {"type": "string", "description": "What it is."}}
    assert '<th scope="col">Meaning</th></tr>' in str(fields({"properties": described}))


def test_the_button_that_copies_an_example_has_its_icon() -> None:
    page = render_page({**document(), "servers": [{"url": "/"}]})
    assert '><svg class="i" aria-hidden="true"><use href="#i-copy"></use></svg>Copy</button>' in page


def test_every_element_is_closed() -> None:
    assert PAGE.open == []


def test_every_link_leads_to_a_place_on_the_page_or_to_the_document() -> None:
    places = {link for link in PAGE.links if link.startswith("#")}
    icons = re.findall(r'<symbol id="([^"]+)"', (ROOT / "mockgms" / "ui" / "templates" / "shell.html").read_text())
    assert places <= {f"#{id}" for id in [*PAGE.ids, *icons]}
    assert set(PAGE.links) - places == {"openapi.json"}


async def test_the_page_may_only_load_from_its_own_server(client: Client) -> None:
    answer = await client.get("/s/test-1/__admin/docs")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = await answer.text()
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', page))
    assert answer.headers["Content-Security-Policy"] == POLICY.format(nonce)
    assert page.startswith('<!doctype html>\n<html lang="en">\n<head>\n  <meta charset="utf-8">')


def test_text_is_escaped_in_attributes_and_in_content() -> None:
    link = Element("a", "<b>", prose("`a<b` and **c&d**"), title='"', class_="x", data_y="z", hidden=True, defer=False)
    assert str(link) == (
        '<a title="&quot;" class="x" data-y="z" hidden>&lt;b&gt;<p><code>a&lt;b</code> and <b>c&amp;d</b></p></a>'
    )


def test_a_schema_is_summarised_in_a_few_words() -> None:
    text, whole, link = {"type": "string"}, {"type": "integer"}, {"$ref": "#/x/Y"}
    linked = '<a href="#schema-Y">Y</a>'
    pair = {"type": "array", "prefixItems": [text, {"enum": ["a", 1]}], "items": False}
    for schema, words in (
        (link, linked),
        ({"additionalProperties": link}, f"object of {linked}"),
        ({"type": "array", "items": text}, "list of string"),
        ({"type": "array", "items": {"enum": ["a", 1]}}, "list of (a or 1)"),
        (pair, "list of string and (a or 1)"),
        ({"anyOf": [{"type": "null"}, text, whole]}, "string, integer or null"),
        ({"anyOf": [whole, {"type": "number"}, {}]}, "number or anything"),
    ):
        assert str(kind(schema)) == f"<span>{words}</span>"


def test_a_list_whose_entries_are_the_other_alternatives_is_a_list_of_these() -> None:
    text, link, null = {"type": "string"}, {"$ref": "#/x/Y"}, {"type": "null"}
    both = {"type": "array", "items": {"anyOf": [text, link]}}
    linked = '<a href="#schema-Y">Y</a>'
    assert str(kind({"anyOf": [text, both, link, null]})) == f"<span>string, {linked}, a list of these or null</span>"
    assert str(kind({"anyOf": [text, both]})) == f"<span>string or list of (string or {linked})</span>"
    assert str(kind({"anyOf": [text, {"type": "array", "items": text}]})) == "<span>string or list of string</span>"


def test_the_page_shows_values_as_json() -> None:
    page = render_page({**document(), "servers": [{"url": "/"}]})
    assert re.findall(r'name="unmasked"[^>]* placeholder="([^"]+)"', page)[0] == "true"


def test_a_description_is_shown_once_and_with_its_code() -> None:
    page = render_page({**document(), "servers": [{"url": "/"}]})
    state = page.partition('<article id="schema-SlotState"')[2].partition("</article>")[0]
    assert state.count("Whether a slot can be booked") == 1
    body = page.partition('<article id="admin.scenario.check"')[2].partition("</article>")[0]
    assert "<p>A complete scenario. Its keys are in the JSON Schema that <code>mockgms schema</code> prints." in body
