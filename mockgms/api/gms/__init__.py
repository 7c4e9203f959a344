"""GMS: versions 1 and 2 of the callback API, under `/genesys/`."""

from functools import cache
from typing import Any, Final

from mockgms.api import credentials
from mockgms.api.definition import MockedApi
from mockgms.api.gms import admin, availability, callbacks, ewt, numbers, queue, start
from mockgms.api.gms.facts import facts_of, requested_queues
from mockgms.api.gms.format import GmsFormat, is_nested
from mockgms.api.gms.refusals import render_refusal
from mockgms.api.operation import Operation, operations_of
from mockgms.http.body import parse_body
from mockgms.http.messages import Request
from mockgms.http.query import MAX_NAMES
from mockgms.http.routing import Match
from mockgms.session import Session

# The operations of these modules are the API, in the order of the document.
OPERATIONS: Final[tuple[Operation[..., Any], ...]] = operations_of(
    start, callbacks, availability, queue, ewt, admin, numbers
)


def admit(request: Request, session: Session) -> None:
    """Check the API key or password. Raises CredentialsMissing or CredentialsWrong."""
    auth = session.scenario.auth
    if auth.api_keys or auth.basic is not None:
        credentials.check(request, auth, "v1")


@cache
def _nested() -> frozenset[str]:
    """Return the names of the operations whose forms write fields with brackets."""
    return frozenset(each.name for each in OPERATIONS if any(map(is_nested, each.parameters_in("body"))))


def _read(request: Request, match: Match) -> None:
    """Parse the body in advance: as the operation reads it, then as rules read it."""
    if match.route.operation in _nested():
        parse_body(request, nested=True)
    parse_body(request, nested=False)


def _services(request: Request, session: Session, match: Match) -> tuple[str | None, ...]:
    """Return the service that a request names, or the services of the queues that a query names."""
    return (facts_of(request, session, match).service, *requested_queues(request, match)[:MAX_NAMES])


GMS = MockedApi(
    bases=("/genesys",),
    routes=tuple(each.route(GmsFormat(), {}) for each in OPERATIONS),
    render_refusal=render_refusal,
    admit=admit,
    services=_services,
    facts_of=facts_of,
    read=_read,
)
