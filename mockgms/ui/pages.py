"""The pages: one frame with the header around the content of each."""

from functools import lru_cache, partial
from html import escape
from http import HTTPStatus
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from msgspec import Struct

from mockgms import __version__
from mockgms.http.messages import Headers, Reply, Request
from mockgms.http.routing import Handler
from mockgms.session import Session
from mockgms.ui.files import HEADERS, HTML

_FOLDER: Final = Path(__file__).parent / "templates"
_NONCE: Final = b"{nonce}"

# A page may only load from this server, and no other page may frame it. Inline scripts and styles are forbidden, so
# values from requests cannot become scripts. There are two policies, and both apply. The second allows only the scripts
# and styles that the page itself names. It excludes answers of the mocked API, because any page can choose their
# content. It has no paths, so that a proxy may serve the pages under a prefix.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
)


class Page(Struct, frozen=True):
    """A page in the frame.

    Attributes:
        path: Its path, without the base path of a session.
        title: Its name in the navigation and in its title.
        scripts: Its modules in `static/`.
        styles: Its style sheets in `static/`, after the shared ones.
        classic: Its scripts that are no modules, deferred.
    """

    path: str
    title: str
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    classic: tuple[str, ...] = ()


START: Final = Page("/", "Start", ("start.js",), ("start.css",))
PLAYGROUND: Final = Page("/playground", "Playground", ("playground.js",), ("style.css",))
SCENARIO: Final = Page("/scenario", "Scenario", ("plain.js",))
API: Final = Page("/__admin/docs", "API", ("plain.js",), ("style.css", "docs.css"), ("docs.js",))
_SHARED_STYLES: Final = ("tokens.css", "components.css")
_DOCS: Final = Page("/__admin/docs/", "Docs")
_LINKS: Final = (START, PLAYGROUND, SCENARIO, API, _DOCS)

_CONTENT: Final = {START: "start.html", PLAYGROUND: "playground.html", SCENARIO: "scenario.html"}
PAGES: Final = tuple(_CONTENT)


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of a page whose scripts and styles have this nonce."""
    return _POLICY.replace("{nonce}", nonce)


def send_page(page: Page) -> Handler:
    """Return the handler that answers with a page whose content is in `templates/`."""
    return partial(_send, page)


def reply_with(text: bytes) -> Reply:
    """Return a framed page as an answer. Its nonce is new each time."""
    nonce = token_urlsafe(16)
    headers: Headers = (*HEADERS, ("Content-Security-Policy", policy(nonce)))
    return Reply(HTTPStatus.OK, text.replace(_NONCE, nonce.encode()), HTML, headers)


def framed(page: Page, main: str) -> bytes:
    """Return the whole text of a page, still without its nonce.

    Args:
        page: The page.
        main: Its content, which is the element `main`.
    """
    root = "../" * (page.path.count("/") - 1)
    parts = {
        "title": page.title,
        "styles": "".join(
            f'  <link nonce="{{nonce}}" rel="stylesheet" href="{root}ui/{name}">\n'
            for name in (*_SHARED_STYLES, *page.styles)
        ),
        "scripts": "".join(
            [f'  <script nonce="{{nonce}}" type="module" src="{root}ui/{name}"></script>\n' for name in page.scripts]
            + [f'  <script nonce="{{nonce}}" defer src="{root}ui/{name}"></script>\n' for name in page.classic]
        ),
        "links": "".join(_link(each, root, is_current=each is page) for each in _LINKS),
        "root": root,
        "version": escape(__version__),
        "main": main.strip("\n"),
    }
    text = (_FOLDER / "shell.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text.encode()


def redirect(_: Request, session: Session, *__: object) -> Reply:
    """Lead from `/s/NAME` to `/s/NAME/`, since the addresses in a page are relative."""
    return Reply(HTTPStatus.PERMANENT_REDIRECT, headers=(("Location", f"{session.id}/"),))


def _link(page: Page, root: str, *, is_current: bool) -> str:
    address = f"{root}{page.path.removeprefix('/') or './'}"
    current = ' aria-current="page"' if is_current else ""
    return f'      <a href="{address}"{current}>{page.title}</a>\n'


def _send(page: Page, *_: object) -> Reply:
    return reply_with(_text(page))


@lru_cache
def _text(page: Page) -> bytes:
    return framed(page, (_FOLDER / _CONTENT[page]).read_text(encoding="utf-8"))
