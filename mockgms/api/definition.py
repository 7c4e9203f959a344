"""An API: GMS, GES, the admin API or the pages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request
from mockgms.http.routing import Match, Route
from mockgms.scenario.facts import Facts

if TYPE_CHECKING:
    from mockgms.session import Session


@dataclass(frozen=True, slots=True)
class Api:
    """What the exchange needs to know of an API.

    `bases` are the path prefixes that its routes are found under, each of them; `routes` are written without.
    `render_refusal` words a refusal, whatever its class. `admit` checks who asks, and raises CredentialsMissing or
    CredentialsWrong. `describe` tells what a request asks, for the rules; an API without one is not one that
    is mocked: it is never at fault, nor in the journal. `read` parses the body of a request as its operations do,
    and keeps the outcome in the request. Large bodies are parsed by it in a thread. `services` returns the
    names of the services that a request is about, as far as it can tell; they are opened in advance, in steps.
    """

    bases: tuple[str, ...]
    routes: tuple[Route, ...]
    render_refusal: Callable[[Refusal, "Session"], Reply]
    admit: Callable[[Request, "Session"], None]
    describe: Callable[[Request, "Session", Match], Facts] | None = None
    read: Callable[[Request, Match], object] | None = None
    services: Callable[[Request, "Session", Match], Iterable[str | None]] = lambda *_: ()

    def mounted(self) -> Iterator[Route]:
        """Its routes under each of its bases."""
        return (route.under(base) for base in self.bases for route in self.routes)
