"""The OpenAPI document and its page, served from the files in `generated/`.

`scripts/generate` writes these files with `generator`, which the server never imports.
"""

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

import msgspec

from mockgms.api.definition import Api
from mockgms.http.messages import Reply
from mockgms.http.routing import Route
from mockgms.session import DEFAULT, Session
from mockgms.ui.files import send_page
from mockgms.ui.pages import API, framed

DOCUMENT: Final = "openapi.json"
PAGE: Final = "docs.html"  # the content of the page
_FOLDER: Final = Path(__file__).parents[1] / "generated"
SERVERS: Final = b',"servers":[]}'  # the end of the compact document


def api(admin: Api) -> Api:
    """Return the routes of the documentation, with the base paths and the access rules of the admin API."""
    routes = (
        Route("GET", "/openapi.json", "admin.openapi", _read),
        Route("GET", "/docs", "admin.docs", _show),
    )
    return Api(admin.bases, routes, admin.render_refusal, admin.admit)


def read_generated(name: str) -> bytes:
    """Return the bytes of a generated file."""
    return (_FOLDER / name).read_bytes()


def _read(_: object, session: Session, *__: object) -> Reply:
    """Return the document, with the base path of the session as its server."""
    server = "/" if session.id == DEFAULT else f"/s/{session.id}"
    return Reply(HTTPStatus.OK, b"%b,%b}" % (_document(), b'"servers":' + msgspec.json.encode([{"url": server}])))


def _show(*_: object) -> Reply:
    """Return the page. Its requests go to the session in its path."""
    return send_page(_page())


@lru_cache
def _document() -> bytes:
    """Return the compact document, up to its servers. The file itself has a line per value, for readable diffs."""
    return msgspec.json.format(read_generated(DOCUMENT), indent=-1).removesuffix(SERVERS)


@lru_cache
def _page() -> bytes:
    return framed(API, read_generated(PAGE).decode())
