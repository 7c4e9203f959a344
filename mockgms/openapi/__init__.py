"""What mockgms tells of itself: the OpenAPI document of its whole API."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import msgspec

from mockgms.exchange import Exchange
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.state import DEFAULT, Session
from mockgms.ui.files import HEADERS, HTML
from mockgms.wire.http import Reply, Request
from mockgms.wire.part import Part
from mockgms.wire.routing import Route


class Documentation:
    """The document of a server with this admin API, and the `part` that answers with it, as JSON or as a page.

    It is made when it is first asked for: a start needs none of it. Its examples are what servers answer that are
    assembled like this one.
    """

    def __init__(self, admin: Part, assemble: Callable[[Scenario, Catalog], Exchange]) -> None:
        self._admin = admin
        self._assemble = assemble
        routes = (
            Route("GET", "/openapi.json", "admin.openapi", partial(_read, self)),
            Route("GET", "/docs", "admin.docs", partial(_show, self)),
        )
        self.part = Part(admin.bases, routes, admin.render_refusal, admin.admit)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document, but for its servers."""
        from mockgms.openapi.chapters import GES_CHAPTER, GMS_CHAPTER, admin_chapter
        from mockgms.openapi.document import render_document
        from mockgms.openapi.itself import TABLE

        own = admin_chapter(self.part, TABLE)
        return render_document((GMS_CHAPTER, GES_CHAPTER, admin_chapter(self._admin), own), self._assemble)

    @cached_property
    def page(self) -> bytes:
        """The page, in HTML."""
        from mockgms.openapi.page import render_page

        return render_page(self.document).encode()


def _read(documentation: Documentation, request: Request, session: Session) -> Reply:
    """The document, with the session's base path as its server."""
    server = "/" if session.id == DEFAULT else f"/s/{session.id}"
    return Reply(200, msgspec.json.encode({**documentation.document, "servers": [{"url": server}]}))


def _show(documentation: Documentation, request: Request, session: Session) -> Reply:
    """The page; what it tries out, it asks the session of its own path."""
    return Reply(200, documentation.page, HTML, HEADERS)
