"""The address of a session: the URLs for clients, and requests to its admin API."""

from copy import copy
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote, urlencode

from mockgms.client.bodies import Json, encode_json, segment
from mockgms.client.server_connection import ServerConnection

__tracebackhide__ = True  # pytest shows the line of the test

DEFAULT: Final = "default"
_TIMEOUT: Final = 10.0  # seconds


class Address:
    """A session of a running server.

    Args:
        url: The URL of the server, `http://localhost:8080`, or of one of its sessions, `http://localhost:8080/s/mine`.
            The default session is `default`.
        token: The token of the admin API, if it requires one.
        timeout: Seconds without an answer after which the server counts as not reached.

    Attributes:
        folder: The folder from which relative paths of scenario files start; by default, the current one.

    """

    def __init__(self, url: str, *, token: str | None = None, timeout: float = _TIMEOUT) -> None:
        server, _, id = url.rstrip("/").partition("/s/")
        self._server = server
        self._connection = ServerConnection(server, timeout, token)
        self._opened: dict[str, None] = {}  # shared, like the connection, by the clients of all sessions
        self.id = unquote(id) or DEFAULT
        self.folder: Path | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the server, which all sessions of this client share. The next request reopens it."""
        self._connection.close()

    @property
    def base_url(self) -> str:
        """The URL of the session, to which the paths of the API are appended."""
        return self._server + self._prefix

    def v1_url(self, service: str) -> str:
        """Return the `dataURL` of a service for a client of v1."""
        return f"{self.base_url}/genesys/1/service/callback/{segment(service)}"

    @property
    def v3_url(self) -> str:
        """The `dataURL` for a client of v3, without a final slash."""
        return f"{self.base_url}/engagement/v3/callbacks"

    def session(self, id: str) -> Self:
        """Return a client for another session of the same server. The session is created on its first use."""
        other = copy(self)
        other.id = id
        return other

    @property
    def opened(self) -> list[str]:
        """The ids of all sessions that this client and the clients it returned have created and not deleted."""
        return [*self._opened]

    def _ask(self, method: str, path: str, body: bytes | Json | None = None, **query: Any) -> Json:
        """Send a request to the admin API whose answer is an object, and return the answer."""
        answer: Json = self._send(method, path, body, query)
        return answer

    def _list(self, method: str, path: str, **query: Any) -> list[Json]:
        """Send a request to the admin API whose answer is a list, and return the answer."""
        answer: list[Json] = self._send(method, path, None, query)
        return answer

    def _send(self, method: str, path: str, body: bytes | Json | None, query: Json) -> Any:
        sent = encode_json(body) if isinstance(body, dict) else body
        parameters = urlencode({name: value for name, value in query.items() if value is not None})
        return self._connection.ask(
            method, f"{self._prefix}/__admin/{path}" + (f"?{parameters}" if parameters else ""), sent
        )

    @property
    def _prefix(self) -> str:
        return "" if self.id == DEFAULT else f"/s/{segment(self.id)}"
