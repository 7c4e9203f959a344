"""The address of a session: where clients find it, and the admin API is asked."""

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
    """A session of a running server; the one called `default`, unless another is asked for.

    `url` is where the server is, `http://localhost:8080`, or one of its sessions, `http://localhost:8080/s/mine`. Where
    the admin API wants a `token`, it is sent. A server counts as not reached when it is silent for `timeout` seconds.
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
        """Close the connection to the server, which all sessions of this mock share. It may be used again."""
        self._line.close()

    @property
    def base_url(self) -> str:
        """The server and its session: what the paths of the API are added to."""
        return self._server + self._prefix

    def v1_url(self, service: str) -> str:
        """What a client of v1 is configured with: the `dataURL` of a service."""
        return f"{self.base_url}/genesys/1/service/callback/{quote(service, safe='')}"

    @property
    def v3_url(self) -> str:
        """What a client of v3 is configured with: its `dataURL`, without a slash at the end."""
        return f"{self.base_url}/engagement/v3/callbacks"

    def session(self, id: str) -> Self:
        """Another session of the same server, as it is; it is made on first use."""
        other = copy(self)
        other.id = id
        return other

    def _ask(self, method: str, path: str, body: bytes | Json | None = None, **query: Any) -> Json:
        """What the admin API answers with an object."""
        answer: Json = self._send(method, path, body, query)
        return answer

    def _list(self, method: str, path: str, **query: Any) -> list[Json]:
        """What it answers with a list."""
        answer: list[Json] = self._send(method, path, None, query)
        return answer

    def _send(self, method: str, path: str, body: bytes | Json | None, query: Json) -> Any:
        sent = encode_json(body) if isinstance(body, dict) else body
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        return self._line.ask(method, f"{self._prefix}/__admin/{path}" + (f"?{asked}" if asked else ""), sent)

    @property
    def _prefix(self) -> str:
        return "" if self.id == DEFAULT else f"/s/{quote(self.id, safe='')}"
