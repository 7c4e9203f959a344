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
    with_meaning = {**members, "a": {"type": "string", "description": "What it is."}}
    assert '<th scope="col">Meaning</th></tr>' in str(fields({"properties": with_meaning}))


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
    either: list[object] = [
        {"type": "array", "items": {"enum": ["a", 1]}},
        {"additionalProperties": {"$ref": "#/x/Y"}},
        {},
    ]
    summary = '<span>list of a or 1 or object of <a href="#schema-Y">Y</a> or anything</span>'
    assert str(kind({"anyOf": either})) == summary
    pair = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}
    assert str(kind(pair)) == "<span>list of string and integer</span>"
