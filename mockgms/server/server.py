"""The server: accepts connections, reads plain requests itself, and loads aiohttp when another request comes."""

import asyncio
from importlib import import_module
from socket import socket
from ssl import SSLContext
from typing import TYPE_CHECKING, Final

from mockgms.api.dispatcher import Dispatcher
from mockgms.api.threads import Threads
from mockgms.server.channel import Channel, ConnectionLimits, Unread
from mockgms.server.plain_connection import PlainConnection

if TYPE_CHECKING:
    from mockgms.server.http11 import Http11Server

_DEFAULT_LIMITS: Final = ConnectionLimits()
_HTTP11: Final = "mockgms.server.http11"
_BACKLOG: Final = 128
_STOP_TIMEOUT: Final = 0.3  # seconds for active requests, twice: wait, cancel them, and wait again


class Server:
    """Answers the requests of all connections through one dispatcher. Create it inside a running event loop.

    A client that makes no progress for the timeout of `limits` is disconnected. This holds for heads, bodies and
    answers.
    """

    def __init__(self, dispatcher: Dispatcher, limits: ConnectionLimits = _DEFAULT_LIMITS) -> None:
        self.dispatcher = dispatcher
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.plain_connections: set[PlainConnection] = set()
        self.http11_server: Http11Server | None = None  # aiohttp's, once it is needed
        self._unread = Unread(limits.unread)
        self._threads = Threads()
        self._listeners: list[asyncio.Server] = []
        if limits.plain == 0:
            self._use_http11()

    def __call__(self) -> asyncio.Protocol:
        """Return the protocol of a new connection."""
        if self.limits.plain == 0 and self.http11_server is not None:
            return self.http11_server()
        return PlainConnection(self)

    @property
    def connection_count(self) -> int:
        """The number of open connections."""
        return len(self.plain_connections) + (0 if self.http11_server is None else len(self.http11_server.connections))

    def open_channel(self, transport: asyncio.Transport) -> Channel:
        """Return the channel to the client of a connection. Close the connection if there are too many."""
        if self.connection_count > self.limits.connections:
            transport.close()
        return Channel(transport, self.limits.timeout, self._unread)

    async def load_http11(self) -> None:
        """Load the server that reads every request. It takes 0.1 s, for which other requests do not wait."""
        await self._threads.run(lambda: import_module(_HTTP11))
        if self.http11_server is None:
            self._use_http11()

    async def listen(self, bound: list[socket], tls: SSLContext | None) -> None:
        """Accept connections on sockets, with HTTPS if `tls` is given. Raises OSError."""
        limit = None if tls is None else self.limits.timeout  # of TLS handshakes and shutdowns
        for each in bound:
            listener = await self.loop.create_server(
                self, sock=each, ssl=tls, backlog=_BACKLOG, ssl_handshake_timeout=limit, ssl_shutdown_timeout=limit
            )
            self._listeners.append(listener)

    async def stop(self) -> None:
        """Stop listening, and close all connections after their current answers, or after the timeout."""
        for listener in self._listeners:
            listener.close()
        await asyncio.sleep(0)  # requests that have arrived begin
        self.pre_shutdown()
        await self.shutdown(_STOP_TIMEOUT)

    def pre_shutdown(self) -> None:
        """Close connections without a request. The others are closed after their answer."""
        if self.http11_server is not None:
            self.http11_server.pre_shutdown()
        for connection in list(self.plain_connections):
            connection.close_if_idle()

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as declared by aiohttp
        """Close all connections. Requests have `timeout` seconds to end before they are cancelled."""
        closing = [connection.shutdown(timeout) for connection in self.plain_connections]
        if self.http11_server is not None:
            closing.append(self.http11_server.shutdown(timeout))
        await asyncio.gather(*closing)

    def _use_http11(self) -> None:
        from mockgms.server.http11 import Http11Server

        self.http11_server = Http11Server(self.dispatcher, self.limits, self.open_channel)
