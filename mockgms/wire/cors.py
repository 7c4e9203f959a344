"""CORS: the headers with which a browser lets a page of another origin read the answers."""

from functools import lru_cache
from http import HTTPStatus
from typing import Final

from mockgms.wire.http import Headers, Reply, Request

_EXPOSED: Final = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Mockgms-Rule"


def preflight(request: Request) -> Reply | None:
    """The answer to a preflight, for whatever it asks; None when the request is none.

    It needs no credentials, and no route. `headers_for` come on top, as on every answer.
    """
    if request.method != "OPTIONS" or "origin" not in request.headers:
        return None
    method = request.headers.get("access-control-request-method")
    if method is None:
        return None
    headers = [("Access-Control-Allow-Methods", method)]
    asked = request.headers.get("access-control-request-headers")
    if asked:
        headers.append(("Access-Control-Allow-Headers", asked))
    if request.headers.get("access-control-request-private-network") == "true":
        headers.append(("Access-Control-Allow-Private-Network", "true"))
    return Reply(HTTPStatus.NO_CONTENT, headers=tuple(headers))


def headers_for(request: Request) -> Headers:
    """What every answer carries, refusals too: without it the page sees no status and no body (verified)."""
    return _allowing(request.headers.get("origin", "*"))


@lru_cache(maxsize=64)
def _allowing(origin: str) -> Headers:
    return (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", _EXPOSED),
        ("Vary", "Origin"),
    )
