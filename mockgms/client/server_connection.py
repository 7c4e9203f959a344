"""The connection to a server. It is kept alive, and reopened if the server has closed it."""

import json
import re
import weakref
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from selectors import EVENT_READ, DefaultSelector
from socket import SHUT_RDWR
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from mockgms.client.errors import NotReached, Refused

__tracebackhide__ = True  # pytest shows the line of the test

_REDIRECTS: Final = 300  # lowest status that is not a success
_TOKEN: Final = re.compile("[!-~]*")
_NOT_IN_HOST: Final = re.compile(r"[\x00-\x20\x7f]")
_KINDS: Final = {"http": HTTPConnection, "https": HTTPSConnection}


class ServerConnection:
    """Sends requests to one server, one at a time, from any thread.

    Args:
        url: The URL of the server.
        timeout: Seconds without an answer after which the server counts as not reached.
        token: The token of the admin API, if it requires one.

    Raises:
        ValueError: The URL is not that of a server, or the token cannot be sent.

    """

    def __init__(self, url: str, timeout: float, token: str | None = None) -> None:
        scheme, host, port, self._base = _parts(url)
        if token is not None and not _TOKEN.fullmatch(token):
            raise ValueError("the token has a character that no header can have, such as a line break: leave it out")
        self._url = url
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._lock = Lock()
        self._connection = _KINDS[scheme](host, port, timeout=timeout)
        # Users need not close it. Without this, collecting the open socket would cause a warning.
        weakref.finalize(self, _end, self._connection, self._lock)

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        with self._lock:
            self._connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Send a request. Return the answer, decoded from JSON. Raises NotReached or Refused."""
        status, content = self._send(method, path, body)
        answer = self._decoded(status, content)
        if status >= _REDIRECTS:
            raise _refused(status, answer)
        return answer

    def read_text(self, path: str) -> str:
        """Return the text at a path. Raises NotReached or Refused."""
        status, content = self._send("GET", path, None)
        if status >= _REDIRECTS:
            raise _refused(status, self._decoded(status, content))
        return content.decode(errors="replace")

    def _decoded(self, status: int, content: bytes) -> Any:
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise NotReached(f"{self._url} answered {status} without JSON: it is not a mockgms server") from None

    def _send(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        with self._lock:
            if _is_closed(self._connection):
                self._connection.close()
            try:
                self._connection.request(method, self._base + path, body, self._headers)
                response = self._connection.getresponse()
                return response.status, response.read()
            except (OSError, HTTPException, UnicodeError) as error:  # UnicodeError: no host can have this name
                self._connection.close()
                raise NotReached(f"no answer from {self._url}: {str(error) or type(error).__name__}") from None


def _parts(url: str) -> tuple[str, str, int | None, str]:
    """Return the scheme, host, port and path of the URL of a server. Raises ValueError."""
    try:
        parts = urlsplit(url)
        scheme, host, port, path = parts.scheme, parts.hostname, parts.port, parts.path
    except ValueError:  # brackets that are not closed, or a port that is no number
        scheme, host, port, path = "", None, None, ""
    if scheme not in _KINDS or not host or _NOT_IN_HOST.search(host):
        raise ValueError(f"{url!r} is not the URL of a server, such as http://localhost:8080")
    if port == 0:
        raise ValueError(f"{url!r} cannot be reached, since no running server has port 0: give its port")
    return scheme, host, port, path


def _end(connection: HTTPConnection, lock: Lock) -> None:
    """Close a connection. If another thread waits for an answer, shut the socket down, and that thread closes it."""
    if lock.acquire(blocking=False):
        connection.close()
    elif (sock := connection.sock) is not None:  # pragma: no cover  # only when the process ends
        with suppress(OSError):
            sock.shutdown(SHUT_RDWR)


def _is_closed(connection: HTTPConnection) -> bool:
    """Return whether the server has closed the connection. An idle connection is readable only then."""
    if connection.sock is None:
        return False
    with DefaultSelector() as selector:
        selector.register(connection.sock, EVENT_READ)
        return bool(selector.select(0))


def _refused(status: int, answer: Any) -> Refused:
    """Return the refusal in an answer. An answer in another format is quoted."""
    if not isinstance(answer, dict) or not isinstance(answer.get("message"), str):
        return Refused(status, {"message": f"answered {status}: {json.dumps(answer)}"})
    return Refused(status, answer)
