"""The sessions that tests use, and their newest requests for the reports of failed tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from mockgms.client import AdminError, Client
from mockgms.client.journal_text import render_exchange

_NEWEST: Final = 20  # requests of a session that are shown
_opened = pytest.StashKey[list[tuple[str | None, Client]]]()  # the sessions that a fixture or a test opened


class Journals:
    """The journals of the sessions of all servers, which are the values of the fixture `mockgms`."""

    def __init__(self) -> None:
        self.servers: list[Client] = []

    @contextmanager
    def opened_by(self, fixture: str | None, node: Any) -> Iterator[None]:
        """Store, in the stash of the node, which sessions are opened in the block.

        `fixture` is the name of the fixture that opens them, or None for the test itself.
        """
        before = {session.base_url for session in self._open()}
        try:
            yield
        finally:
            new = [session for session in self._open() if session.base_url not in before]
            node.stash.setdefault(_opened, []).extend((fixture, session) for session in new)

    def of(self, item: pytest.Item) -> list[tuple[str, str]]:
        """Return a title and the newest requests for each session that the test used.

        These are the sessions that the test or one of its fixtures opened or returned. If there are none, and the test
        uses the server, it is the default session.
        """
        fixtures = getattr(item, "fixturenames", ())
        recorded = [pair for node in item.listchain() for pair in node.stash.get(_opened, ())]
        used = {session.base_url: session for name, session in recorded if name is None or name in fixtures}
        is_open = {session.base_url for session in self._open()}
        deleted = used.keys() - is_open
        values = getattr(item, "funcargs", {}).items()
        used |= {value.base_url: value for name, value in values if isinstance(value, Client) and name != "mockgms"}
        shown = [session for url, session in used.items() if url not in deleted]
        if not used and "mockgms" in fixtures and "gms" not in fixtures:
            shown = self.servers[-1:]
        return [(f"requests to mockgms, session {session.id}", _render(session)) for session in shown]

    def _open(self) -> Iterator[Client]:
        for server in self.servers:
            yield from map(server.session, server.opened)


def _render(session: Client) -> str:
    try:
        requests = session.requests(limit=_NEWEST)
    except AdminError as error:  # the failure is reported even if the server is gone
        return str(error)
    earlier = requests[0]["id"] - 1 if requests else 0
    head = [f"({earlier} earlier)"] if earlier else []
    return "\n".join([*head, *map(render_exchange, requests)]) or "none"
