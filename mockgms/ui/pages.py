"""The pages of mockgms: each has its content in a shared frame with the header."""

from functools import lru_cache, partial
from html import escape
from pathlib import Path
from typing import Final

from msgspec import Struct

from mockgms import __version__
from mockgms.http.messages import Reply
from mockgms.http.routing import Handler
from mockgms.ui import site
from mockgms.ui.files import send_page

_FOLDER: Final = Path(__file__).parent / "templates"


class Page(Struct, frozen=True):
    """A page in the frame.

    Attributes:
        path: Its path, without the base path of a session.
        title: Its name in the navigation and in its title.
        scripts: Its modules in `static/`.
        styles: Its style sheets in `static/`, after the shared ones.
        keys: The keys that its action bar names, each with what it does.
    """

    path: str
    title: str
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = (("/", "search"), ("Esc", "close"), ("Ctrl Z", "undo"))


START: Final = Page("/", "Start", ("start.js",), ("start.css",))
PLAYGROUND: Final = Page(
    "/playground", "Playground", ("playground.js",), ("playground.css",), (("Esc", "close"), ("Ctrl Z", "undo"))
)
SCENARIO: Final = Page(
    "/scenario",
    "Scenario",
    ("editor.js",),
    ("scenario.css",),
    (("Ctrl Space", "complete"), ("F8", "next mistake"), ("Ctrl S", "apply"), ("Esc Tab", "leave the text")),
)
API: Final = Page("/__admin/docs", "API", ("reference.js",), ("reference.css",))
_SHARED_STYLES: Final = ("tokens.css", "components.css")
DOCS: Final = Page("/__admin/docs/", "Docs")
_LINKS: Final = (START, PLAYGROUND, SCENARIO, API)

_CONTENT: Final = {START: "start.html", PLAYGROUND: "playground.html", SCENARIO: "scenario.html"}
PAGES: Final = tuple(_CONTENT)


def handler(page: Page) -> Handler:
    """Return the handler of a page whose content is in `templates/`."""
    return partial(_send, page)


def framed(page: Page, main: str) -> bytes:
    """Return the whole text of a page, with a placeholder for its nonce.

    Args:
        page: The page.
        main: Its content, which is the element `main`.
    """
    root = "../" * (page.path.count("/") - 1)
    parts = {
        "title": page.title,
        "styles": "".join(
            f'  <link nonce="NONCE" rel="stylesheet" href="{root}ui/{name}">\n'
            for name in (*_SHARED_STYLES, *page.styles)
        ),
        "scripts": "".join(
            f'  <script nonce="NONCE" type="module" src="{root}ui/{name}"></script>\n' for name in page.scripts
        ),
        "links": navigation(root, page, has_site=site.is_built()),
        "keys": " ".join(f"<kbd>{key}</kbd> {does}" for key, does in page.keys),
        "root": root,
        "version": escape(__version__),
        "main": main.strip("\n"),
    }
    text = (_FOLDER / "shell.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text.encode()


def navigation(root: str, current: Page, *, has_site: bool) -> str:
    """Return the links to all pages.

    Args:
        root: The relative path from the page to the base path of its session.
        current: The page.
        has_site: Whether there is a documentation site to link to.
    """
    links = (*_LINKS, DOCS) if has_site else _LINKS
    return "".join(_link(each, root, is_current=each is current) for each in links)


def _link(page: Page, root: str, *, is_current: bool) -> str:
    address = f"{root}{page.path.removeprefix('/') or './'}"
    current = ' aria-current="page"' if is_current else ""
    return f'      <a href="{address}"{current}>{page.title}</a>\n'


def _send(page: Page, *_: object) -> Reply:
    return send_page(_text(page))


@lru_cache
def _text(page: Page) -> bytes:
    return framed(page, (_FOLDER / _CONTENT[page]).read_text(encoding="utf-8"))
