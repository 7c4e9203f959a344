"""Serves the OpenAPI document and its page from the files in `generated/`.

`scripts/generate` writes these files by `generator`, which the server never imports.
"""

from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from typing import Final

import msgspec

from mockgms.api.definition import Api
from mockgms.http.messages import Reply, Request
from mockgms.http.routing import Route
from mockgms.session import DEFAULT, Session
from mockgms.ui.files import HEADERS, HTML

DOCUMENT: Final = "openapi.json"
PAGE: Final = "docs.html"
SERVERS: Final = b',"servers":[]}'  # the end of the document without blanks between tokens


def api(admin: Api) -> Api:
    """Return the part that serves the documentation, with the base paths and the access rules of the admin API."""
    routes = (
        Route("GET", "/openapi.json", "admin.openapi", _read),
        Route("GET", "/docs", "admin.docs", _show),
    )
    return Api(admin.bases, routes, admin.render_refusal, admin.admit)


def read_generated(name: str) -> bytes:
    """Return the bytes of a generated file."""
    return files("mockgms").joinpath("generated", name).read_bytes()


def _read(_: Request, session: Session) -> Reply:
    """The document, with the session's base path as its server."""
    server = "/" if session.id == DEFAULT else f"/s/{session.id}"
    return Reply(HTTPStatus.OK, b"%b,%b}" % (_document(), b'"servers":' + msgspec.json.encode([{"url": server}])))


def _show(_: Request, __: Session) -> Reply:
    """The page; its requests go to the session of its own path."""
    return Reply(HTTPStatus.OK, _page(), HTML, HEADERS)


@lru_cache
def _document() -> bytes:
    """The document without blanks, up to its servers. The file has a line for each value, to show changes in diffs."""
    return msgspec.json.format(read_generated(DOCUMENT), indent=-1).removesuffix(SERVERS)


@lru_cache
def _page() -> bytes:
    return read_generated(PAGE)
