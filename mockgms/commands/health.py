"""The health of a running server, asked for by whoever starts it."""

import ssl
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final

EVERY_ADDRESS: Final = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, not bound to
_TIMEOUT: Final = 2.0  # seconds


def health_status(host: str, port: int) -> int:
    """Return the status of a server's health answer; `localhost` means 127.0.0.1, then ::1.

    Raises OSError, HTTPException, or ValueError for a host that no URL can have.
    """
    if host.lower() != "localhost":
        return _status_at(host, port)
    try:
        return _status_at("127.0.0.1", port)
    except ConnectionRefusedError as refused:
        try:
            return _status_at("::1", port)
        except OSError:
            raise refused from None


def _status_at(host: str, port: int) -> int:
    """Return the status from one address, by HTTPS if the server does not speak HTTP."""
    try:
        return _status(HTTPConnection(host, port, timeout=_TIMEOUT))
    except (ConnectionResetError, HTTPException):
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing is told to it, so that it may be whoever it is
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        return _status(HTTPSConnection(host, port, timeout=_TIMEOUT, context=anybody))


def _status(connection: HTTPConnection) -> int:
    with closing(connection):
        connection.request("GET", "/__admin/health")
        return connection.getresponse().status
