"""Static files and their HTTP headers."""

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from mockgms.http.messages import Headers, Reply

HTML: Final = "text/html; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": HTML,
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ts": TEXT,  # no type is registered for TypeScript
}

# A page may only load from this server, and no other page may frame it. Inline scripts and styles are forbidden, so
# values from requests cannot become scripts. There are two policies, and both apply. The second allows only scripts and
# styles whose element has the nonce, and what these scripts import. It excludes answers of the mocked API, because any
# page can choose their content. It names no path, since a proxy may add a prefix. Each answer has a new nonce.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', "
    "script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
)
_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"  # for other files
_PLACEHOLDER: Final = b'nonce="NONCE"'  # in the pages

_FOLDER: Final = Path(__file__).parent / "static"
NAMES: Final = tuple(sorted(file.name for file in _FOLDER.iterdir()))


def send(name: str, *_: object) -> Reply:
    """Return a file, whatever the request."""
    return send_file(_read(name), TYPES[name.rpartition(".")[2]])


def send_file(body: bytes, kind: str) -> Reply:
    """Return a file that is no page, with its content type."""
    return Reply(HTTPStatus.OK, body, kind, headers(_NOTHING))


def send_page(page: bytes) -> Reply:
    """Return a page, with a new nonce in its policy and in its elements with `nonce="NONCE"`."""
    nonce = token_urlsafe(16)
    body = page.replace(_PLACEHOLDER, f'nonce="{nonce}"'.encode())
    return Reply(HTTPStatus.OK, body, HTML, page_headers(nonce))


def page_headers(nonce: str) -> Headers:
    """Return the headers of a page whose elements have this nonce."""
    return headers(_POLICY.format(nonce=nonce))


def headers(policy: str) -> Headers:
    """Return the headers of a file with this Content-Security-Policy."""
    return (
        ("Cache-Control", "no-cache"),  # the next version of mockgms uses the same addresses
        ("Content-Security-Policy", policy),
        ("Cross-Origin-Opener-Policy", "same-origin"),  # the opener of a page cannot access its window
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    )


@lru_cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
