"""Static files and their HTTP headers."""

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
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
}

# A page may only load from this server, and no other page may frame it. Inline scripts and styles are forbidden, so
# values from requests cannot become scripts. There are two policies, and both apply. The second allows only the scripts
# and styles of this module. It excludes answers of the mocked API, because any page can choose their content.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', "
    "script-src *:*/ui/ *:*/callbackservice.js; style-src *:*/ui/"
)
HEADERS: Final[Headers] = (
    ("Cache-Control", "no-cache"),  # the next version of mockgms will have the same address
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),  # the opener of a page cannot access its window
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


_FOLDER: Final = Path(__file__).parent / "static"


def send(name: str, *_: object) -> Reply:
    """Return a file, whatever the request."""
    return _reply(name)


@lru_cache
def _reply(name: str) -> Reply:
    body = (_FOLDER / name).read_bytes()
    return Reply(HTTPStatus.OK, body, TYPES[name.rpartition(".")[2]], HEADERS)
