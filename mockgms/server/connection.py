"""Connections with timeouts and size limits."""

import asyncio
import re
import struct
import sys
from collections.abc import Callable
from fcntl import ioctl
from socket import SO_LINGER, SOL_SOCKET, socket
from ssl import SSLContext
from termios import TIOCOUTQ
from typing import Any, Final, NamedTuple, cast

from aiohttp import web
from aiohttp.streams import EMPTY_PAYLOAD

from mockgms.http.messages import Stream

_MIB: Final = 1024 * 1024
_PIECE: Final = 64 * 1024  # bytes of an answer per write
_END_OF_HEAD: Final = b"\r\n\r\n"
_END_LENGTH: Final = len(_END_OF_HEAD)
_BODY_HEADER: Final = re.compile(rb"\n(?:content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)
_LENGTH: Final = b"\r\nContent-Length: "
_LOOKS: Final = 8  # checks for progress of a slow client within the timeout


class ConnectionLimits(NamedTuple):
    """Limits of what clients can make the server hold. Sizes are in bytes.

    `timeout` is how many seconds a client may make no progress. `connections` is the number of connections. `head` is
    the size of all lines of a request before its body. `arriving` is the size of all incomplete bodies together,
    `unread` that of all answers that wait for slow clients.
    """

    timeout: float = 30.0
    connections: int = 4_096
    head: int = 128 * 1024
    arriving: int = 256 * _MIB
    unread: int = 128 * _MIB


class Unread:
    """The answers that wait for slow clients, with a limit of `size` bytes for all connections together.

    Above the limit, the connection that has waited longest is reset.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: dict[Connection, int] = {}

    def add(self, connection: "Connection", size: int) -> None:
        """Count an answer of `size` bytes that waits on a connection."""
        self._waiting[connection] = size
        while sum(self._waiting.values()) > self._size:
            oldest = next(iter(self._waiting))
            self.remove(oldest)
            reset(oldest.transport)

    def remove(self, connection: "Connection") -> None:
        """Stop counting the answer of a connection."""
        self._waiting.pop(connection, None)


class Connection(web.RequestHandler):
    """A connection that is closed if its client makes no progress for the timeout of its `limits`.

    The time for a request head counts from the last answer, or from the start of the connection. Each byte of an answer
    that the client reads is progress. Waiting inside the server, such as for a delay, is not limited. `refuse_head`
    returns the answer to a head that is too large.
    """

    __slots__ = ("_ahead", "_has_tls", "_held", "_limits", "_payload", "_refuse_head", "_server", "_unread")

    def __init__(
        self,
        server: web.Server,
        limits: ConnectionLimits,
        unread: Unread,
        refuse_head: Callable[[], bytes],
        **settings: Any,
    ) -> None:
        super().__init__(server, keepalive_timeout=limits.timeout, **settings)
        self._server = server
        self._limits = limits
        self._refuse_head = refuse_head
        self._unread = unread
        self._has_tls = False
        self._ahead = 0  # bytes of the incomplete head
        self._held = b""  # bytes not parsed yet, because enough requests wait; at most one read
        self._payload = EMPTY_PAYLOAD  # the body of the last request

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set up a new connection, or close it if there are too many."""
        super().connection_made(transport)
        cast(asyncio.Transport, transport).set_write_buffer_limits(_PIECE)
        self._has_tls = transport.get_extra_info("sslcontext") is not None
        if len(self._server.connections) > self._limits.connections:
            self.force_close()

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client. A head that is too large is refused.

        Requests without a body are passed to the parser one by one. Otherwise an invalid request would make the parser
        drop valid requests before it in the same piece. aiohttp calls this without data when it can take more requests.
        """
        if not self._held:
            end = data.find(_END_OF_HEAD)
            if end < 0 or end == len(data) - _END_LENGTH:
                self._take(data, len(data))
                return
            if data.find(_LENGTH, 0, end) > 0:  # the usual spelling, which saves a slower search
                self._take(data, end + _END_LENGTH)
                return
        if not data:
            self._take(data, 0)
        held, start = self._held + data, 0
        while start < len(held) and len(self._messages) < self._max_msg_queue_size and not self._has_failed():
            end, head = self._next(held, start)
            self._take(held[start:end], head)
            start = end
        self._held = b"" if self._has_failed() else held[start:]

    def _next(self, held: bytes, start: int) -> tuple[int, int]:
        """Return where the next piece ends, and how many bytes of it belong to its first head."""
        found = held.find(_END_OF_HEAD, start) if self._payload.is_eof() else -1
        if found < 0:
            return len(held), len(held) - start
        end = found + _END_LENGTH
        return len(held) if _BODY_HEADER.search(held, start, end) else end, end - start

    def _has_failed(self) -> bool:
        """Return True if the last waiting request is invalid, so that nothing after it can be read."""
        return bool(self._messages) and not hasattr(self._messages[-1][0], "headers")

    def _take(self, data: bytes, head: int) -> None:
        """Parse a piece. Its first `head` bytes belong to a head, unless a body is arriving."""
        before, is_of_head = self._request_count, self._payload is EMPTY_PAYLOAD or self._payload.is_eof()
        if is_of_head and self._ahead + head > self._limits.head and not self._close:
            self._give_up_head()
            return
        super().data_received(data)
        if self._request_count != before:
            self._ahead = 0
            if not is_of_head and self._has_failed() and not self._payload.is_eof():  # otherwise its reader would wait
                self._payload.set_exception(web.RequestPayloadError("it cannot be decoded"))
            self._payload = self._messages[-1][1]
        elif is_of_head:
            self._ahead += len(data)

    def _give_up_head(self) -> None:
        if self._waiter is None or self.transport is None:  # an earlier request is still being answered
            reset(self.transport)
            return
        self.transport.write(self._refuse_head())
        self.close()
        self._loop.call_later(self._lingering_time, self.force_close)  # until then the client can read the refusal

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Write data, and wait while the client is slow to read. With `last`, wait until everything is sent.

        Raises ConnectionResetError if the client has left, or has read nothing for the timeout.
        """
        for start in range(0, len(data), _PIECE):
            transport = self._open()
            transport.write(data[start : start + _PIECE])
            if transport.get_write_buffer_size() > _PIECE:
                await self._sent(transport, len(data))
        if last:
            transport = self._open()
            transport.set_write_buffer_limits(0)
            await self._sent(transport, len(data))

    def _open(self) -> asyncio.Transport:
        if self.transport is None or self.transport.is_closing():
            raise ConnectionResetError("the client has left")
        return self.transport

    async def _sent(self, transport: asyncio.Transport, size: int) -> None:
        """Wait until the buffer of the transport has drained below its limit. `size` is that of the whole answer."""
        loop, timeout = asyncio.get_running_loop(), self._limits.timeout
        pause = timeout / _LOOKS
        self._unread.add(self, size)
        draining = asyncio.ensure_future(self._drain_helper())
        try:
            left, since = _left(transport), loop.time()
            while not (await asyncio.wait((draining,), timeout=pause))[0]:
                now_left = _left(transport)
                if now_left < left:
                    left, since = now_left, loop.time()
                elif loop.time() - since >= timeout - pause:
                    reset(transport)
                    raise ConnectionResetError("the client reads nothing")
            draining.result()
        finally:
            draining.cancel()
            self._unread.remove(self)

    async def send_stream(self, stream: Stream) -> None:
        """Write a stream until the client leaves or stops reading, which raises ConnectionResetError."""
        more = asyncio.Event()
        stream.start(more.set)
        try:
            while True:
                await self.send(await _piece(stream, more))
                await asyncio.sleep(0)  # a write that does not wait would block other requests
        finally:
            stream.stop()

    def force_close(self) -> None:
        """Close the connection, even if the client never reads the rest: then after the timeout."""
        transport = self.transport
        super().force_close()
        # A TLS shutdown has a separate timeout.
        if transport is not None and not self._has_tls and transport.get_write_buffer_size():
            self._loop.call_later(self._limits.timeout, transport.abort)


async def _piece(stream: Stream, more: asyncio.Event) -> bytes:
    """Return the next piece of a stream, or its heartbeat if nothing comes within its pulse."""
    more.clear()
    while not (piece := stream.take()):
        try:
            async with asyncio.timeout(stream.pulse):
                await more.wait()
        except TimeoutError:
            return stream.beat
        more.clear()
    return piece


def _left(transport: asyncio.Transport) -> int:
    """Return how many written bytes the client has not received yet.

    They are in the buffer of the transport, or in that of the system, which holds up to several megabytes.
    """
    ahead = bytearray(4)
    try:
        ioctl(transport.get_extra_info("socket").fileno(), TIOCOUTQ, ahead)
    except OSError:  # pragma: no cover  # not supported by every system
        return transport.get_write_buffer_size()
    return transport.get_write_buffer_size() + int.from_bytes(ahead, sys.byteorder)


def reset(transport: asyncio.Transport | None) -> None:
    """Close a connection with a TCP RST."""
    if transport is not None:  # pragma: no branch  # None if the client closed it first
        transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


class Site(web.SockSite):
    """A listening socket that limits TLS handshakes and shutdowns to `timeout` seconds each."""

    __slots__ = ("_timeout",)

    def __init__(self, runner: web.BaseRunner, sock: socket, tls: SSLContext | None, *, timeout: float) -> None:
        super().__init__(runner, sock, ssl_context=tls)
        self._timeout = timeout

    async def start(self) -> None:
        """Listen. Raises OSError."""
        await web.BaseSite.start(self)  # not SockSite's, which sets no timeout
        limit = None if self._ssl_context is None else self._timeout
        server = self._runner.server
        assert server is not None, "the runner was set up"  # noqa: S101  # for the types
        self._server = await asyncio.get_running_loop().create_server(
            server,
            sock=self._sock,
            ssl=self._ssl_context,
            backlog=self._backlog,
            ssl_handshake_timeout=limit,
            ssl_shutdown_timeout=limit,
        )
