"""A dispatcher without a socket."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from mockgms.api.dispatcher import Dispatcher
from mockgms.http.messages import Reply, Request


class Api:
    """One dispatcher, called without a socket."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher

    def send(self, method: str, target: str, body: Any = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Return the answer to a request. A body that is neither bytes nor text is sent as JSON."""
        path, _, query = target.partition("?")
        text = body if isinstance(body, bytes | str) else json.dumps(body)
        sent = text.encode() if isinstance(text, str) else text
        return asyncio.run(self.dispatcher.answer(Request(method, path, query, dict(headers or {}), sent)))

    def read(self, target: str) -> Any:
        """Return the JSON in the answer to a GET request."""
        return json.loads(self.send("GET", target).body)
