"""Headers: those that requests may have, and those that answers come with."""

from collections.abc import Mapping
from typing import Any, Final

SESSION: Final[Mapping[str, Any]] = {
    "name": "X-Mockgms-Session",
    "in": "header",
    "description": "The session, where no path in front (`/s/{id}`) names it.",
    "schema": {"type": "string"},
    "example": "default",
}
FAULT: Final[Mapping[str, Any]] = {
    "name": "X-Mockgms-Fault",
    "in": "header",
    "description": (
        "What is to go wrong with this request: the name of a fault, or its YAML. The parameter `__fault` of the query"
        " does the same."
    ),
    "schema": {"type": "string"},
    "example": "{fault: server_error, status: 503}",
}
PREFER: Final[Mapping[str, Any]] = {
    "name": "Prefer",
    "in": "header",
    "description": (
        "`code=429` asks for an answer of this status (400, 429, or 500 to 599), `example=NAME` for what a rule of the"
        " scenario does, `explain` for a `Link` to the explanation of the answer."
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
    "Access-Control-Allow-Origin": _header("The origin of the page that asks, so that it may read this.", "*"),
    "Access-Control-Expose-Headers": _header("The headers that the page may read.", "Retry-After"),
    "Cache-Control": _header("How long it may be kept.", "no-cache"),
    "Content-Security-Policy": _header("What the page may load.", "default-src 'none'"),
    "Cross-Origin-Opener-Policy": _header("Which pages may use its window.", "same-origin"),
    "Date": _header("The time on the session's clock.", "Mon, 02 Mar 2026 08:55:00 GMT"),
    "Link": _header("Where the answer is explained, for who prefers that.", '<.../explain>; rel="describedby"'),
    "Referrer-Policy": _header("What of its address the page tells others.", "no-referrer"),
    "Retry-After": _header("After how many seconds it is worth another try.", 30, "integer"),
    "Vary": _header("What the answer depends on.", "Origin"),
    "WWW-Authenticate": _header("How to say who asks.", 'Basic realm="Genesys"'),
    "X-Content-Type-Options": _header("That the content type is meant.", "nosniff"),
    "X-Mockgms-Rule": _header("The rule that touched the answer.", "second-attempt"),
    "X-RateLimit-Limit": _header("How many requests a rule lets pass.", 10, "integer"),
    "X-RateLimit-Remaining": _header("How many of them are left.", 9, "integer"),
    "X-RateLimit-Reset": _header("After how many seconds all of them are there again.", 60, "integer"),
}
