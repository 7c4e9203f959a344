"""The health of a running server, asked for by whoever starts it."""

import ssl
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final

_TIMEOUT: Final = 2.0  # seconds


def health_status(host: str, port: int) -> int:
    """The status that a server answers with, by HTTPS when it takes that alone. Raises OSError or HTTPException."""
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
