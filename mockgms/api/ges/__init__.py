"""GES: version 3 of the callback API, under `/engagement/v3` or at the root."""

from typing import Any, Final

from mockgms.api import credentials
from mockgms.api.definition import MockedApi
from mockgms.api.ges import availability, call_in, callbacks, create, queue, statistics
from mockgms.api.ges.facts import facts_of
from mockgms.api.ges.format import GesFormat
from mockgms.api.ges.queue import all_queues
from mockgms.api.ges.refusals import render_refusal
from mockgms.api.operation import Operation, operations_of
from mockgms.http.body import parse_body
from mockgms.http.messages import Request
from mockgms.http.query import MAX_NAMES
from mockgms.http.routing import Match
from mockgms.session import Session

# The operations of these modules are the API, in the order of the document.
OPERATIONS: Final[tuple[Operation[..., Any], ...]] = operations_of(
    create, callbacks, availability, queue, call_in, statistics
)


def admit(request: Request, session: Session) -> None:
    """Check the API key. Raises CredentialsMissing or CredentialsWrong."""
    auth = session.scenario.auth
    if auth.api_keys:
        credentials.check(request, auth, "v3")


def _services(request: Request, session: Session, match: Match) -> tuple[str | None, ...]:
    """Return the service that a request names, or the services of the queues that a query names."""
    return (facts_of(request, session, match).service, *all_queues(request.params())[:MAX_NAMES])


# The widget's documented `dataURL` has no `/engagement/v3` in it, the official clients' base path has (verified).
GES = MockedApi(
    bases=("/engagement/v3", ""),
    routes=tuple(each.route(GesFormat(), {}) for each in OPERATIONS),
    render_refusal=render_refusal,
    admit=admit,
    services=_services,
    facts_of=facts_of,
    read=lambda request, _: parse_body(request, nested=True),
)
