"""CORS: the headers with which a browser lets a page of another origin read the answers."""

from http import HTTPStatus
from typing import Final

from mockgms.http.messages import Headers, Reply, Request

_EXPOSED: Final = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Mockgms-Rule, Link"


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


def headers_for(origin: str) -> Headers:
    """What every answer to a page of this origin carries, refusals too; "*" is for a client that names none.

    Without it the page sees no status and no body (verified).
    """
    return (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", _EXPOSED),
        ("Vary", "Origin"),
    )
