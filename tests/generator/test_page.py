import re
from html.parser import HTMLParser

from generator.fields import kind
from generator.markup import Element, prose
from generator.page import render_page
from tests.generator.made import document, listed
from tests.live import Client

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', script-src 'nonce-{0}'; style-src 'nonce-{0}'"
)


class Read(HTMLParser):
    """What is in a page: the ids, what it loads or leads to, and whether every element is closed where it must be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [value for name in ("href", "src") if (value := named.get(name)) is not None]
        if tag not in ("input", "link", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PAGE = Read(render_page({**document(), "servers": [{"url": "/"}]}))


def test_every_operation_has_its_place() -> None:
    named = {each.told["operationId"] for each in listed()}
    assert {name for name in named if not name.endswith(".at_root")} <= set(PAGE.ids)
    assert len(set(PAGE.ids)) == len(PAGE.ids)


def test_every_element_is_closed() -> None:
    assert PAGE.open == []


def test_what_it_leads_to_is_on_the_page_or_on_this_server() -> None:
    places = {link for link in PAGE.links if link.startswith("#")}
    assert places <= {f"#{id}" for id in PAGE.ids}
    assert set(PAGE.links) - places == {"openapi.json"}


async def test_it_may_load_from_this_server_alone(client: Client) -> None:
    answer = await client.get("/s/test-1/__admin/docs")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = await answer.text()
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', page))
    assert answer.headers["Content-Security-Policy"] == POLICY.format(nonce)
    assert page.startswith('<!doctype html>\n<html lang="en">\n<head>\n  <meta charset="utf-8">')


def test_text_is_escaped_wherever_it_stands() -> None:
    link = Element("a", "<b>", prose("`a<b` and **c&d**"), title='"', class_="x", data_y="z", hidden=True, defer=False)
    assert str(link) == (
        '<a title="&quot;" class="x" data-y="z" hidden>&lt;b&gt;<p><code>a&lt;b</code> and <b>c&amp;d</b></p></a>'
    )


def test_a_schema_is_told_in_a_few_words() -> None:
    either: list[object] = [
        {"type": "array", "items": {"enum": ["a", 1]}},
        {"additionalProperties": {"$ref": "#/x/Y"}},
        {},
    ]
    told = '<span>list of a or 1 or object of <a href="#schema-Y">Y</a> or anything</span>'
    assert str(kind({"anyOf": either})) == told
    pair = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}
    assert str(kind(pair)) == "<span>list of string and integer</span>"
