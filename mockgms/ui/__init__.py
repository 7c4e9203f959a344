"""The pages for browsers and their files, and the path of each."""

from functools import partial
from http import HTTPStatus
from typing import Final

from mockgms.api.definition import Api
from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import OwnDefect
from mockgms.http.routing import Route
from mockgms.scenario.catalog import shipped_schema
from mockgms.session import Session
from mockgms.ui.files import NAMES, TEXT, send, send_file
from mockgms.ui.pages import PAGES, handler

SCRIPTS: Final = {  # for pages of other sites
    f"/{name}": name for name in ("callbackservice.js", "callbackservice.d.ts", "callbackform.js")
}


def _routes() -> tuple[Route, ...]:
    """Return one route for each page and file, so that no other path can reach a file."""
    files = {**SCRIPTS, **{f"/ui/{name}": name for name in NAMES if name not in SCRIPTS.values()}}
    return (
        *(Route("GET", page.path, f"ui.{page.title}", handler(page)) for page in PAGES),
        *(Route("GET", path, f"ui.{name}", partial(send, name)) for path, name in files.items()),
        Route("GET", "/ui/schema.json", "ui.schema.json", _schema),
        Route("GET", "", "ui.session", _redirect),
    )


def _schema(*_: object) -> Reply:
    """Return the JSON Schema of scenario files, from which the editor completes keys."""
    return send_file(shipped_schema().encode(), "application/json")


def _redirect(_: Request, session: Session, *__: object) -> Reply:
    """Return a redirect from `/s/NAME` to `/s/NAME/`, below which the relative addresses of the page are."""
    return Reply(HTTPStatus.TEMPORARY_REDIRECT, headers=(("Location", f"{session.id}/"),))


def _render_refusal(refusal: Refusal, session: Session) -> Reply:
    """Return the answer to a refusal, which would be a defect: requests for pages are never refused."""
    return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, f"{OwnDefect.sentence}\n".encode(), TEXT)


def _admit_all(request: Request, session: Session) -> None:
    """Admit every request: the pages need no credentials."""


UI: Final = Api(("",), _routes(), _render_refusal, _admit_all)
