"""The address of a session, and the calls of its admin API."""

from copy import copy
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

from mockgms.client.bodies import Json, encode_json
from mockgms.client.line import Line

__tracebackhide__ = True  # pytest shows the line of the test

DEFAULT: Final = "default"
_TIMEOUT: Final = 10.0  # seconds


class Address:
    """A session of a running server.

    `url` is the URL of the server, `http://localhost:8080`, or of one of its sessions, `http://localhost:8080/s/mine`.
    The default session is `default`. `token` is sent to the admin API. A server that does not answer within `timeout`
    seconds counts as not reached.
    """

    def __init__(self, url: str, *, token: str | None = None, timeout: float = _TIMEOUT) -> None:
        server, _, id = url.rstrip("/").partition("/s/")
        self._server = server
        self._line = Line(server, timeout, token)
        self.id = id or DEFAULT

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the server, which all its sessions share. The next request opens it again."""
        self._line.close()

    @property
    def base_url(self) -> str:
        """The base URL of the API in this session."""
        return self._server + self._prefix

    def v1_url(self, service: str) -> str:
        """Return the `dataURL` of a service, with which a client of v1 is configured."""
        return f"{self.base_url}/genesys/1/service/callback/{quote(service, safe='')}"

    @property
    def v3_url(self) -> str:
        """The `dataURL` with which a client of v3 is configured, without a slash at the end."""
        return f"{self.base_url}/engagement/v3/callbacks"

    def session(self, id: str) -> Self:
        """Return another session of the same server. The server creates it on first use."""
        other = copy(self)
        other.id = id
        return other

    def _ask(self, method: str, path: str, body: bytes | Json | None = None, **query: Any) -> Json:
        """Return the answer of the admin API, which is an object."""
        answer: Json = self._send(method, path, body, query)
        return answer

    def _list(self, method: str, path: str, **query: Any) -> list[Json]:
        """Return the answer of the admin API, which is a list."""
        answer: list[Json] = self._send(method, path, None, query)
        return answer

    def _send(self, method: str, path: str, body: bytes | Json | None, query: Json) -> Any:
        sent = encode_json(body) if isinstance(body, dict) else body
        parameters = urlencode({name: value for name, value in query.items() if value is not None})
        return self._line.ask(method, f"{self._prefix}/__admin/{path}" + (f"?{parameters}" if parameters else ""), sent)

    @property
    def _prefix(self) -> str:
        return "" if self.id == DEFAULT else f"/s/{quote(self.id, safe='')}"
