"""The documentation site. `scripts/docs build` adds it to the package."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Final

from mockgms.api.definition import Api
from mockgms.http.messages import Reply
from mockgms.http.routing import Route
from mockgms.ui.files import HTML, TYPES, headers

FOLDER: Final = Path(__file__).parent / "built_site"
_INDEX: Final = "index.html"
_BINARY: Final = "application/octet-stream"
_DEPTH: Final = 5  # segments of the longest path of a file
# No file of the site has values from requests, so all scripts of this server may run. The theme has icons as data URLs.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = headers(_POLICY)
_PAGE: Final = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>mockgms: not found</title>
<link rel="stylesheet" href="{up}../ui/tokens.css"><link rel="stylesheet" href="{up}../ui/components.css">
<main class="page">
<h1>Not found</h1>
<p>{text}</p>
<p>The <a href="{up}docs">API page</a> lists every endpoint.</p>
</main>
"""
_NO_SITE: Final = (
    "This installation of mockgms has no documentation site. Released packages have it. "
    'It is also at <a href="https://mockgms.github.io/mockgms/">mockgms.github.io</a>. '
    "In a clone of the repository, its pages are in the folder <code>docs</code>, and <code>scripts/docs build</code> "
    "adds the site."
)


def api(admin: Api, folder: Path = FOLDER) -> Api:
    """Return the routes of the site in a folder, with the base paths and the access rules of the admin API."""
    patterns = ("/docs/", *("/docs" + "/{page}" * depth for depth in range(1, _DEPTH + 1)))
    routes = tuple(Route("GET", pattern, "admin.docs.site", partial(_send, folder)) for pattern in patterns)
    return Api(admin.bases, routes, admin.render_refusal, admin.admit)


def is_built(folder: Path = FOLDER) -> bool:
    """Return True if the folder has the site."""
    return (folder / _INDEX).is_file()


def _send(folder: Path, _request: object, _session: object, _log: object, *segments: str) -> Reply:
    """Return a file of the site. Without the file, return a page that gives the reason."""
    name = "/".join(segments) or _INDEX
    file = _files(folder).get(name)
    if file is None:
        return _not_found(folder, segments)
    return Reply(HTTPStatus.OK, file.read_bytes(), TYPES.get(file.suffix[1:], _BINARY), _HEADERS)


def _files(folder: Path) -> Mapping[str, Path]:
    """Return the files of the site by path. Only these are sent, so no path can leave the folder."""
    return {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}


def _not_found(folder: Path, segments: tuple[str, ...]) -> Reply:
    from html import escape  # 1 ms, for unknown paths only

    up = "../" * max(len(segments), 1)
    text = _NO_SITE
    if is_built(folder):
        text = f'The documentation has no page {escape("/".join(segments))}. It <a href="{up}docs/">starts here</a>.'
    return Reply(HTTPStatus.NOT_FOUND, _PAGE.format(text=text, up=up).encode(), HTML, _HEADERS)
