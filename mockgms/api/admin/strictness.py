"""Strictness: what a request to the admin API may say, so that a slip of the pen is not taken for nothing said."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from mockgms.http.messages import Reply, Request, Steps
from mockgms.http.refusals import Unreadable
from mockgms.http.routing import Handler, Route
from mockgms.scenario.mistakes import did_you_mean
from mockgms.session import Session

# The query parameters of each operation that has any.
PARAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "admin.coverage": ("sessions",),
    "admin.slots": ("service", "start", "days", "all"),
    "admin.callbacks": ("service", "slot"),
    "admin.requests": ("operation", "phone", "status", "limit", "summary", "unmasked"),
    "admin.requests.one": ("unmasked",),
    "admin.requests.explain": ("unmasked",),
    "admin.explain": ("unmasked",),
    "admin.events": ("sessions", "unmasked"),
    "admin.verify": ("unmasked",),
}
_BODILESS: Final = ("admin.reset", "admin.rules.restore")  # of those whose methods let expect a body
_NOTHING: Final = (b"", b"{}", b"null")  # what clients send that cannot leave a body out


def strict(route: Route) -> Route:
    """The same route, which refuses parameters that it does not have, and a body that nobody would read."""
    has_body = route.method not in ("GET", "DELETE") and route.operation not in _BODILESS
    params = PARAMS.get(route.operation, ())
    return replace(route, function=partial(_strictly, route.function, params, has_body))


def _strictly(
    function: Handler, params: tuple[str, ...], has_body: bool, request: Request, session: Session, *args: str
) -> Reply | Steps:
    for name in request.params():
        if name not in params:
            raise Unreadable(name, f"is no parameter here{did_you_mean(name, params)}")
    if not has_body and request.body.strip() not in _NOTHING:
        raise Unreadable("body", "is not read here: leave it out")
    return function(request, session, *args)
