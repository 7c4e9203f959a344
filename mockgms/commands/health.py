"""The command `mockgms health`, and the health check of a running server."""

import argparse
import ssl
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from mockgms.commands.console import FAILED, Console
from mockgms.commands.options import add_address, add_option, is_given, named, url
from mockgms.commands.waiting import poll, waiting_time
from mockgms.domain.quoting import quoted

EVERY_ADDRESS: Final = ("0.0.0.0", "::")  # noqa: S104  # for comparison only
_TIMEOUT: Final = 2.0  # seconds
_PORTS: Final = {"http": 80, "https": 443}
_NO_PORT: Final = (
    "no running server has port 0: give the port that `mockgms serve` printed, or wrote to its --port-file"
)


class NotHealthy(Exception):
    """The server does not answer, or its status is not 200. The message says which."""


def add_health(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_address(parser, "address of the server", "port of the server")
    add_option(parser, "--url", None, "URL", "URL of the server, in place of --host and --port", url)
    parser.add_argument("--wait", type=waiting_time, metavar="DURATION", help="how long to wait for it, such as 30s")
    parser.set_defaults(command=_health)


def _health(options: argparse.Namespace) -> int:
    try:
        host, port = server_of(options)
    except ValueError as error:
        return Console().fail(str(error), FAILED)
    if options.wait:
        poll(lambda: is_healthy(host, port), options.wait)
    try:
        check_health(host, port)
    except NotHealthy as error:
        return Console().fail(str(error), FAILED)
    print("ok")
    return 0


def server_of(options: argparse.Namespace) -> tuple[str, int]:
    """Return the host and the port to ask: those of the URL, unless the command line has a host or port.

    Raises ValueError with a sentence for an invalid URL or port, or if the command line has a URL beside them.
    """
    has_address = is_given(options, "--host") or is_given(options, "--port")
    if has_address and is_given(options, "--url"):
        raise ValueError("--url cannot be combined with --host or --port: leave out one of them")
    if options.url is None or has_address:
        if options.port == 0:
            raise ValueError(named(options, "--port", _NO_PORT))
        return "localhost" if options.host in EVERY_ADDRESS else options.host, options.port
    try:
        parts = urlsplit(options.url)
        if parts.scheme in _PORTS and parts.hostname and parts.port != 0:
            return parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:  # its port is not a number
        pass
    raise ValueError(
        named(options, "--url", f"{quoted(options.url)} is not the URL of a server, such as http://localhost:8080")
    )


def is_healthy(host: str, port: int) -> bool:
    """Return whether a server answers that it is alive."""
    try:
        check_health(host, port)
    except NotHealthy:
        return False
    return True


def check_health(host: str, port: int) -> None:
    """Check that a server answers that it is alive. Raises NotHealthy."""
    try:
        status = health_status(host, port)
    except (OSError, ValueError, HTTPException) as error:
        raise NotHealthy(f"no answer from {host}, port {port}: {error}") from None
    if status != HTTPStatus.OK:
        raise NotHealthy(f"{host}, port {port} answered {status}")


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
    """Return the status from an address, over HTTP, or over HTTPS if the server does not understand HTTP."""
    try:
        return _status(HTTPConnection(host, port, timeout=_TIMEOUT))
    except (ConnectionResetError, HTTPException):
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no secret is sent, so any certificate is accepted
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        return _status(HTTPSConnection(host, port, timeout=_TIMEOUT, context=unverified))


def _status(connection: HTTPConnection) -> int:
    with closing(connection):
        connection.request("GET", "/__admin/health")
        return connection.getresponse().status
