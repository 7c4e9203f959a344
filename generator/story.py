"""Stories: the requests of a description, asked of a server that nobody else asks, with what it answers."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import msgspec

from generator.described import JSON, Described, Example, FixedAnswer, Worded
from mockgms.api.definition import Api
from mockgms.api.exchange import Exchange
from mockgms.http.messages import Reply, Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from mockgms.session import DEFAULT

_GIVEN: Final = "description: An example.\nclock: {now: 2026-03-02T08:55:00Z, frozen: true}\n"
_SENT: Final = {"host": "localhost:8080", "content-type": JSON}

Assemble: TypeAlias = Callable[[Scenario, Catalog], Exchange]
"""What makes a server that starts with a scenario."""


class Stage:
    """A server whose scenario has some more keys, in YAML."""

    def __init__(self, assemble: Assemble, given: str) -> None:
        catalog = Catalog()
        self._exchange = assemble(catalog.parse(_GIVEN + given, "example"), catalog)
        self._sessions = self._exchange.sessions

    def ask(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Reply:
        """What a request is answered with; nothing in a story waits."""
        return _finished(self._exchange.answer(Request(method, path, query, headers, body)))

    def clear(self) -> None:
        """Start over: whatever was asked before is forgotten."""
        for session in self._sessions:
            self._sessions.delete(session.id)
        self._sessions.get(DEFAULT).use(self._sessions.scenario)

    def worded(self, worded: Worded, api: Api) -> Reply:
        """How a part puts a refusal."""
        return api.render_refusal(worded.refusal, self._sessions.get(DEFAULT))


class Stages:
    """The servers of all stories: one for each scenario that is given."""

    def __init__(self, assemble: Assemble) -> None:
        self._stage = lru_cache(maxsize=None)(partial(Stage, assemble))

    def answer(self, api: Api, described: Described, method: str, pattern: str, case: Example) -> Reply:
        """What a case of a route, whose pattern has the base of its part in front, is answered with."""
        match case:
            case FixedAnswer():
                return Reply(case.status, case.example.encode(), case.media, case.headers)
            case Worded():
                return self._stage("").worded(case, api)
        stage = self._stage(case.given)
        stage.clear()
        for call in case.before:
            stage.ask(call.method, call.path, "", _SENT, encoded(call.body))
        filled = {param.name: str(param.example) for param in described.path} | dict(case.path)
        path = pattern.format_map({name: quote(value, safe="") for name, value in filled.items()})
        return stage.ask(method, path, case.query, {**_SENT, **case.headers}, encoded(case.body))


def encoded(body: object) -> bytes:
    """A body as it is sent: text as it is, None as nothing, anything else as JSON."""
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


def _finished(answering: Coroutine[Any, Any, Reply]) -> Reply:
    """Return what a coroutine returns. It runs in a thread of its own, since this one may have a running event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, answering).result()
