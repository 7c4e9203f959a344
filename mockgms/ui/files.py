"""Static files, as they are sent to a browser."""

from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from typing import Final

from mockgms.http.messages import Headers, Reply, Request
from mockgms.session import Session

HTML: Final = "text/html; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": HTML,
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

# A page may load and ask this server only, and no other page may frame it. Nothing in it is run or styled from within,
# so that what comes out of requests cannot become a script. There are two policies, and both hold. By the second,
# scripts and styles come only from the files of this module, not from answers of the mocked API: anybody can set these.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none', "
    "script-src *:*/ui/ *:*/callbackservice.js; style-src *:*/ui/"
)
HEADERS: Final[Headers] = (
    ("Cache-Control", "no-cache"),  # the next version of mockgms is likely to be at the same address
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),  # the opener of a page cannot use its window
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


def send(name: str, request: Request, session: Session) -> Reply:
    """The file of that name."""
    return _reply(name)


@lru_cache
def _reply(name: str) -> Reply:
    body = files("mockgms.ui").joinpath("static", name).read_bytes()
    return Reply(HTTPStatus.OK, body, _TYPES[name.rpartition(".")[2]], HEADERS)
