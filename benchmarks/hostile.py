"""Hostile traffic: what a client may send to fill the memory of the server."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Final

from benchmarks.servers import JSON, Server

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
MEGABYTE: Final = 1_000_000
_HALF: Final = b"GET /callbacks/availability/sales HTTP/1.1\r\nHost: localhost\r\nX-Half: " + b"x" * 15_000
_UNREAD: Final = (
    b"GET /s/hostile/genesys/2/service/callback/sales/availability?number-of-days=366&report-busy=true HTTP/1.1\r\n"
    b"Host: localhost\r\n\r\n"
)
_STALLED: Final = (
    b"POST /callbacks/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 100_000
)
_TIMEOUT: Final = 30  # seconds

Sent = tuple[str, str, bytes | None, Mapping[str, str]]


class Hostile:
    """A client that sends what is ever new and large, and leaves connections that make no progress.

    `requests` counts those that were answered. The session `hostile` gets what is kept for good until it is full.
    """

    def __init__(self, server: Server) -> None:
        self.requests = 0
        self._server = server
        self._round = 0
        self._left: list[socket.socket] = []

    def attack(self) -> None:
        """Send one round of everything."""
        self._round += 1
        self._leave()
        for sent in self._ever_new(self._round):
            self._send(*sent)

    def stop(self) -> None:
        """Close the connections that were left."""
        while self._left:
            self._left.pop().close()

    def _leave(self) -> None:
        """Leave 20 half-sent heads, 5 answers that nobody reads and 5 bodies that stall, instead of those before."""
        self.stop()
        for sent, times in ((_HALF, 20), (_UNREAD, 5), (_STALLED, 5)):
            for _ in range(times):
                connection = socket.create_connection(("127.0.0.1", self._server.port), timeout=_TIMEOUT)
                connection.sendall(sent)
                self._left.append(connection)

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=_TIMEOUT)
        # A refusal may come before all has been sent, and a busy server may take longer than the timeout.
        with suppress(HTTPException, OSError):
            connection.request(method, path, body, dict(headers))
            connection.getresponse().read()
            self.requests += 1
        connection.close()

    def _ever_new(self, number: int) -> Iterator[Sent]:
        new = f"{number}-{self._server.port}-"
        create, session = "/callbacks/create", "/s/hostile"
        long = new + "x" * 15_000
        for each in range(5):
            name = f"{new}{each}"
            yield "POST", create, (name + "f" * MEGABYTE + "=1").encode(), FORM
            yield "POST", create, f"a[{name}{'b' * MEGABYTE}]=1".encode(), FORM
            yield "POST", create, json.dumps({"serviceName": name + "v" * MEGABYTE, "phoneNumber": "1"}).encode(), JSON
            yield "POST", create, json.dumps({f"{name}-{key}": key for key in range(20_000)}).encode(), JSON
            yield "GET", "/callbacks/availability/sales", None, {f"X-{name}-{line}": long for line in range(6)}
            yield "GET", "/callbacks/availability/sales", None, {f"X-{name}-{line}": long for line in range(60)}
            yield "GET", f"/callbacks/availability/sales?{name}={long}", None, {}
            yield "GET", f"/unknown/{name}/{long}", None, {}
            yield "GET", "/callbacks/availability/sales", None, {"Origin": f"http://{name}{'o' * 10_000}"}
            yield "GET", f"/callbacks/availability/{name}?numberOfDays=31", None, {"X-Mockgms-Session": name}
            yield "GET", f"{session}/callbacks/availability/{name}?numberOfDays=366", None, {}
            limited = f"{{fault: rate_limit, limit: {number}, per: 1h, key: api_key}}"
            yield "GET", f"{session}/callbacks/availability/sales", None, {"X-Mockgms-Fault": limited, "apikey": long}
            answer = f"{{fault: respond, body: {name}, headers: {{X-Long: {'h' * 10_000}}}}}"
            yield "GET", f"{session}/callbacks/availability/sales", None, {"X-Mockgms-Fault": answer}
            rule = f"{{name: r-{name}, when: {{service: {'s' * 10_000}}}, then: {{fault: hang}}}}"
            yield "POST", f"{session}/__admin/rules", rule.encode(), {}
            yield "DELETE", f"{session}/__admin/rules/r-{name}", None, {}
        rival = "%7Bfault:%20rival%7D"
        year = f"/genesys/2/service/callback/{new}/availability?number-of-days=366&report-busy=true&__fault={rival}"
        yield "GET", session + year, None, {}
