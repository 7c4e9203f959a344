"""The health check of a running server."""

import ssl
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final

EVERY_ADDRESS: Final = ("0.0.0.0", "::", "")  # noqa: S104  # for comparison only
_TIMEOUT: Final = 2.0  # seconds


def health_status(host: str, port: int) -> int:
    """Return the status of a server's health check. `localhost` means 127.0.0.1, then ::1.

    Raises OSError or HTTPException, or ValueError for a host that is invalid in a URL.
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
    """Return the status from an address. HTTPS is tried if the server does not speak HTTP."""
    try:
        return _status(HTTPConnection(host, port, timeout=_TIMEOUT))
    except (ConnectionResetError, HTTPException):
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no secret is sent, so any certificate will do
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        return _status(HTTPSConnection(host, port, timeout=_TIMEOUT, context=anybody))


def _status(connection: HTTPConnection) -> int:
    with closing(connection):
        connection.request("GET", "/__admin/health")
        return connection.getresponse().status
