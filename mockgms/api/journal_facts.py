"""Facts of requests in the journal, as rules see them."""

from collections.abc import Iterable

from mockgms.api.definition import Api, MockedApi
from mockgms.http.messages import Request
from mockgms.http.routing import Router
from mockgms.scenario.facts import Facts
from mockgms.session import Session
from mockgms.session.journal import Entry


class JournalFacts:
    """Returns the facts of entries of the journal. Of the given APIs, only the mocked ones have facts."""

    def __init__(self, apis: Iterable[Api]) -> None:
        mocked = [api for api in apis if isinstance(api, MockedApi)]
        self._facts_of = {route.operation: api.facts_of for api in mocked for route in api.routes}
        self._router = Router(route for api in mocked for route in api.mounted())

    def of(self, entry: Entry, session: Session) -> Facts | None:
        """Return the facts of an entry; None if its path matched no operation."""
        if entry.operation is None:
            return None
        request = Request(entry.method, entry.path, entry.query, entry.headers, entry.body)
        match = self._router.find(entry.method, entry.path)
        return self._facts_of[match.route.operation](request, session, match)
