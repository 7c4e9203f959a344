"""An API: GMS, GES, the admin API or the pages."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request
from mockgms.http.routing import Match, Route
from mockgms.scenario.facts import Facts

if TYPE_CHECKING:
    from mockgms.session import Session


class Api(Struct, frozen=True):
    """An API as the dispatcher needs it.

    Attributes:
        bases: The path prefixes, under each of which the routes are found.
        routes: The routes, without the prefix.
        render_refusal: Returns the answer to a refusal.
        admit: Checks credentials. Raises CredentialsMissing or CredentialsWrong.
        services: Returns the names of the services that a request names. They are opened before its operation, in
            steps.
    """

    bases: tuple[str, ...]
    routes: tuple[Route, ...]
    render_refusal: Callable[[Refusal, "Session"], Reply]
    admit: Callable[[Request, "Session"], None]
    services: Callable[[Request, "Session", Match], Iterable[str | None]] = lambda *_: ()

    def mounted(self) -> Iterator[Route]:
        """Return the routes under each of the bases."""
        return (route.under(base) for base in self.bases for route in self.routes)


class MockedApi(Api, frozen=True, kw_only=True):
    """An API of the real server: faults apply to its requests, and the journal keeps them.

    Attributes:
        facts_of: Returns the facts of a request, which rules are matched against.
        read: Parses the body of a request as its operations do, and keeps the outcome in the request. Large bodies
            are parsed in a thread.
    """

    facts_of: Callable[[Request, "Session", Match], Facts]
    read: Callable[[Request, Match], object]
