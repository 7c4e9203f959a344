"""The line to a server: one connection, kept alive, and opened again where the server has closed it."""

import json
import select
import weakref
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from mockgms.client.errors import NotReached, Refused

__tracebackhide__ = True  # pytest shows the line of the test

_REDIRECTS: Final = 300  # statuses from here on are no success
_KINDS: Final = {"http": HTTPConnection, "https": HTTPSConnection}


class Line:
    """Asks one server, one request at a time, whichever thread asks.

    A server that is silent for `timeout` seconds counts as not reached. With a `token`, each request carries it. Raises
    ValueError when the URL is none.
    """

    def __init__(self, url: str, timeout: float, token: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _KINDS or not parts.hostname:
            raise ValueError(f"{url!r} is not the URL of a server, such as http://localhost:8080")
        if parts.port == 0:
            raise ValueError(f"{url!r} cannot be reached, since no running server has port 0: give its port")
        self._url = url
        self._base = parts.path
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._lock = Lock()
        self._connection = _KINDS[parts.scheme](parts.hostname, parts.port, timeout=timeout)
        # Nobody has to close it: a socket that is collected open would be a warning.
        weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        with self._lock:
            self._connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        """The answer to one request, decoded from JSON. Raises NotReached or Refused."""
        with self._lock:
            status, content = self._exchange(method, path, body)
        try:
            answer = json.loads(content)
        except ValueError:
            raise NotReached(f"{self._url} answered {status} without JSON: it is not a mockgms server") from None
        if status >= _REDIRECTS:
            raise _refused(status, answer)
        return answer

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        if _is_closed(self._connection):
            self._connection.close()
        try:
            self._connection.request(method, self._base + path, body, self._headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise NotReached(f"no answer from {self._url}: {str(error) or type(error).__name__}") from None


def _is_closed(connection: HTTPConnection) -> bool:
    """Whether the server has closed a connection meanwhile: nothing else makes one readable that waits for nothing."""
    if connection.sock is None:
        return False
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _refused(status: int, answer: Any) -> Refused:
    """What a server says; one of other words is quoted."""
    if not isinstance(answer, dict) or not isinstance(answer.get("message"), str):
        return Refused(status, {"message": f"answered {status}: {json.dumps(answer)}"})
    return Refused(status, answer)
