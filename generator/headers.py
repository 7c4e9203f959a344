"""The headers of requests and of answers."""

from collections.abc import Mapping
from typing import Any, Final

SESSION: Final[Mapping[str, Any]] = {
    "name": "X-Mockgms-Session",
    "in": "header",
    "description": "The session, unless a path prefix (`/s/{id}`) names it.",
    "schema": {"type": "string"},
    "example": "default",
}
FAULT: Final[Mapping[str, Any]] = {
    "name": "X-Mockgms-Fault",
    "in": "header",
    "description": ("The fault for this request: its name, or its YAML. The query parameter `__fault` does the same."),
    "schema": {"type": "string"},
    "example": "{fault: server_error, status: 503}",
}
PREFER: Final[Mapping[str, Any]] = {
    "name": "Prefer",
    "in": "header",
    "description": (
        "`code=429` asks for this status (400, 429, or 500 to 599), `example=NAME` for the faults of this rule of the"
        " scenario, `explain` for a `Link` to the explanation of the answer."
    ),
    "schema": {"type": "string"},
    "example": "code=429",
}

ADMIN: Final = ("Session",)
MOCKED: Final = ("Session", "Fault", "Prefer")
PARAMETERS: Final = {"Session": SESSION, "Fault": FAULT, "Prefer": PREFER}


def _header(description: str, example: str | int, kind: str = "string") -> Mapping[str, Any]:
    return {"description": description, "schema": {"type": kind}, "example": example}


ANSWERED: Final[Mapping[str, Mapping[str, Any]]] = {
    "Access-Control-Allow-Origin": _header("The origin of the requesting page, which may read the answer.", "*"),
    "Access-Control-Expose-Headers": _header("The headers that the page may read.", "Retry-After"),
    "Cache-Control": _header("How long the answer may be cached.", "no-cache"),
    "Content-Security-Policy": _header("What the page may load.", "default-src 'none'"),
    "Cross-Origin-Opener-Policy": _header("Which pages may access the window of this page.", "same-origin"),
    "Date": _header("The time on the session's clock.", "Mon, 02 Mar 2026 08:55:00 GMT"),
    "Link": _header(
        "The explanation of the answer, if the request has `Prefer: explain`.", '<.../explain>; rel="describedby"'
    ),
    "Referrer-Policy": _header("Which part of its address the page sends to others.", "no-referrer"),
    "Retry-After": _header("Seconds after which a retry makes sense.", 30, "integer"),
    "Vary": _header("Request headers that the answer depends on.", "Origin"),
    "WWW-Authenticate": _header("How to authenticate.", 'Basic realm="Genesys"'),
    "X-Content-Type-Options": _header("Browsers must not guess another content type.", "nosniff"),
    "X-Mockgms-Rule": _header("The rule that affected the answer.", "second-attempt"),
    "X-RateLimit-Limit": _header("The limit of requests.", 10, "integer"),
    "X-RateLimit-Remaining": _header("Requests left.", 9, "integer"),
    "X-RateLimit-Reset": _header("Seconds until the full limit is available again.", 60, "integer"),
}
