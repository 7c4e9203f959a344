"""CORS: the headers that let pages of other origins read the answers."""

from http import HTTPStatus
from typing import Final

from mockgms.http.messages import Headers, Reply, Request

ANY: Final = "*"  # origins, for clients that name none

_EXPOSED: Final = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Mockgms-Rule, Link"


def preflight(request: Request) -> Reply | None:
    """Return the answer to a preflight, which allows everything it asks for; None for other requests.

    It needs no credentials and no route. Like every answer, it also gets the `headers_for` its origin.
    """
    if request.method != "OPTIONS" or "origin" not in request.headers:
        return None
    method = request.headers.get("access-control-request-method")
    if method is None:
        return None
    headers = [("Access-Control-Allow-Methods", method)]
    requested = request.headers.get("access-control-request-headers")
    if requested:
        headers.append(("Access-Control-Allow-Headers", requested))
    if request.headers.get("access-control-request-private-network") == "true":
        headers.append(("Access-Control-Allow-Private-Network", "true"))
    return Reply(HTTPStatus.NO_CONTENT, headers=tuple(headers))


def headers_for(origin: str) -> Headers:
    """Return the headers of every answer to a page of this origin, including refusals; "*" for other clients.

    Without them, the page can read neither the status nor the body (verified). A page that asks with credentials needs
    its own origin and `Access-Control-Allow-Credentials` too.
    """
    credentials = () if origin == ANY else (("Access-Control-Allow-Credentials", "true"),)
    return (
        ("Access-Control-Allow-Origin", origin),
        *credentials,
        ("Access-Control-Expose-Headers", _EXPOSED),
        ("Vary", "Origin"),
    )
