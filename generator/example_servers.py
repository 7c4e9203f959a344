"""Servers that answer the requests of examples."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import msgspec

from generator.descriptions import JSON, Example, FixedAnswer, RefusalExample, RouteDescription
from mockgms.api.definition import Api
from mockgms.api.dispatcher import Dispatcher
from mockgms.http.messages import Reply, Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.session import DEFAULT

_GIVEN: Final = "description: An example.\nclock: {now: 2026-03-02T08:55:00Z, frozen: true}\n"
_SENT: Final = {"host": "localhost:8080", "content-type": JSON}

Assemble: TypeAlias = Callable[[Scenario, Catalog], Dispatcher]
"""Makes a server that starts with a scenario."""


class ExampleServer:
    """A server whose scenario has the keys `given`, in YAML."""

    def __init__(self, assemble: Assemble, given: str) -> None:
        catalog = Catalog()
        self._dispatcher = assemble(catalog.parse(_GIVEN + given, "example"), catalog)
        self._sessions = self._dispatcher.sessions

    def ask(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Reply:
        """Return the answer to a request. The requests of examples do not wait."""
        return _finished(self._dispatcher.answer(Request(method, path, query, headers, body)))

    def clear(self) -> None:
        """Delete all sessions, so that earlier requests have no effect."""
        for session in self._sessions:
            self._sessions.delete(session.id)
        self._sessions.get(DEFAULT).use(self._sessions.scenario)

    def refuse(self, example: RefusalExample, api: Api) -> Reply:
        """Return the answer of an API to a refused request."""
        return api.render_refusal(example.refusal, self._sessions.get(DEFAULT))


class ExampleServers:
    """The servers of all examples: one for each scenario."""

    def __init__(self, assemble: Assemble) -> None:
        self._server = lru_cache(maxsize=None)(partial(ExampleServer, assemble))

    def answer(self, api: Api, description: RouteDescription, method: str, pattern: str, case: Example) -> Reply:
        """Return the answer to an example of a route. `pattern` begins with the base path of the API."""
        match case:
            case FixedAnswer():
                return Reply(case.status, case.example.encode(), case.media, case.headers)
            case RefusalExample():
                return self._server("").refuse(case, api)
        server = self._server(case.given)
        server.clear()
        for call in case.before:
            server.ask(call.method, call.path, "", _SENT, encoded(call.body))
        filled = {param.name: str(param.example) for param in description.path} | dict(case.path)
        path = pattern.format_map({name: quote(value, safe="") for name, value in filled.items()})
        return server.ask(method, path, case.query, {**_SENT, **case.headers}, encoded(case.body))


def encoded(body: object) -> bytes:
    """Return a body as it is sent: text unchanged, None as nothing, anything else as JSON."""
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


def _finished(answering: Coroutine[Any, Any, Reply]) -> Reply:
    """Return what a coroutine returns. It runs in a thread of its own, since this one may have a running event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, answering).result()
