"""Facts of requests in the journal, as rules see them."""

from collections.abc import Iterable

from mockgms.api.definition import Api, MockedApi
from mockgms.http.messages import Request
from mockgms.http.routing import Router
from mockgms.scenario.facts import Facts
from mockgms.session import Session
from mockgms.session.journal import Entry


class Descriptions:
    """Returns the facts of exchanges. Of the given APIs, only the mocked ones are described."""

    def __init__(self, apis: Iterable[Api]) -> None:
        mocked = [api for api in apis if isinstance(api, MockedApi)]
        self._describe = {route.operation: api.describe for api in mocked for route in api.routes}
        self._router = Router(route for api in mocked for route in api.mounted())

    def describe(self, entry: Entry, session: Session) -> Facts | None:
        """Return the facts of an exchange; None if its path matched no operation."""
        if entry.operation is None:
            return None
        request = Request(entry.method, entry.path, entry.query, entry.headers, entry.body)
        match = self._router.find(entry.method, entry.path)
        return self._describe[match.route.operation](request, session, match)
