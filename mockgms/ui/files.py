"""Static files and their HTTP headers."""

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from mockgms.http.messages import Headers, Reply

HTML: Final = "text/html; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

HEADERS: Final[Headers] = (
    ("Cache-Control", "no-cache"),  # the next version of mockgms will have the same address
    ("Cross-Origin-Opener-Policy", "same-origin"),  # the opener of a page cannot access its window
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
# A file that is opened by itself may load nothing.
_ALONE: Final = ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")

_FOLDER: Final = Path(__file__).parent / "static"
NAMES: Final = tuple(sorted(file.name for file in _FOLDER.iterdir()))


def send(name: str, *_: object) -> Reply:
    """Return a file, whatever the request."""
    return _reply(name)


@lru_cache
def _reply(name: str) -> Reply:
    body = (_FOLDER / name).read_bytes()
    return Reply(HTTPStatus.OK, body, _TYPES[name.rpartition(".")[2]], (*HEADERS, _ALONE))
