"""Writing to a client: waits while it is slow to read, and gives it up if it reads nothing."""

import asyncio
import struct
import sys
from contextlib import suppress
from socket import SO_ERROR, SO_LINGER, SOL_SOCKET
from typing import Any, Final, NamedTuple

from mockgms.http.headers import LARGEST_HEAD
from mockgms.http.messages import Stream

if sys.platform == "win32":  # pragma: no cover

    def _unsent(connection: Any) -> int:  # noqa: ARG001  # Windows does not say
        return 0

else:
    from fcntl import ioctl
    from termios import TIOCOUTQ

    def _unsent(connection: Any) -> int:
        """Return how many bytes the system holds for a client. Raises OSError if the system does not say."""
        ahead = bytearray(4)
        ioctl(connection.fileno(), TIOCOUTQ, ahead)
        return int.from_bytes(ahead, sys.byteorder)


_MIB: Final = 1024 * 1024
PIECE: Final = 64 * 1024  # bytes of an answer per write
_REFUSAL: Final = 0.01  # seconds in which the system of a local client refuses an answer
_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # for no time: close with a reset
_LOOKS: Final = 8  # checks for progress of a slow client within the timeout
LINGERING: Final = 1.0  # seconds that a connection stays open for a client that has sent its last byte
_LINGERING_TLS: Final = 0.1  # the same with TLS, whose client sees the end of the answers only after it
_MOST_LINGERING: Final = 10.0  # seconds for a refused client that does not stop sending


class ConnectionLimits(NamedTuple):
    """Limits of what clients can make the server hold. Sizes are in bytes.

    `timeout` is how many seconds a client may make no progress. `connections` is the number of connections. `head` is
    the size of all lines of a request before its body. `arriving` is the size of all incomplete bodies together,
    `unread` that of all answers that wait for slow clients. `plain` is the size of requests that can be plain; with 0,
    aiohttp reads all of them.
    """

    timeout: float = 30.0
    connections: int = 4_096
    head: int = LARGEST_HEAD
    arriving: int = 256 * _MIB
    unread: int = 128 * _MIB
    plain: int = 64 * 1024


class Unread:
    """The answers that wait for slow clients, with a limit of `size` bytes for all connections together.

    Above the limit, the connection that has waited longest is reset.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: dict[Channel, int] = {}

    def add(self, channel: "Channel", size: int) -> None:
        """Count an answer of `size` bytes that waits for a client."""
        self._waiting[channel] = size
        while sum(self._waiting.values()) > self._size:
            oldest = next(iter(self._waiting))
            self.remove(oldest)
            oldest.reset()

    def remove(self, channel: "Channel") -> None:
        """Stop counting the answer for a client."""
        self._waiting.pop(channel, None)


class Channel:
    """The way to one client: writes to `transport`, and waits while the client is slow to read.

    Each byte that the client reads is progress. A client without progress for `timeout` seconds is reset. `unread`
    limits the answers that wait for all clients. The protocol of the connection must call `pause`, `resume` and `lose`.
    """

    def __init__(self, transport: asyncio.Transport, timeout: float, unread: Unread) -> None:
        transport.set_write_buffer_limits(PIECE)
        self.has_ended = False  # True once the client has closed its side
        self.has_tls = transport.get_extra_info("sslcontext") is not None
        self.is_finishing = False  # True once nothing is read any more: data is dropped, and `note_dropped` called
        self._transport = transport
        self._timeout = timeout
        self._unread = unread
        self._drained = asyncio.Event()
        self._drained.set()
        self._has_moved = asyncio.Event()  # set when the client has sent something that is dropped, or has left

    def pause(self) -> None:
        """Make `send` wait. Called when the transport buffers more than its limit, because the client is slow."""
        self._drained.clear()

    def resume(self) -> None:
        """Let `send` continue. Called when the client has read most of what was buffered."""
        self._drained.set()

    def lose(self) -> None:
        """End all waiting. Called when the connection is lost."""
        self._drained.set()
        self._has_moved.set()

    def note_dropped(self) -> None:
        """Note that a client still sends. Called when its bytes are dropped while the connection finishes."""
        self._has_moved.set()

    def reset(self) -> None:
        """Close the connection with a TCP RST."""
        if not self._ends_by_itself():
            reset(self._transport)

    def close(self) -> None:
        """Close the connection after the client has read the rest, or after the timeout."""
        if self._ends_by_itself():
            return
        buffers = self._transport.get_write_buffer_size() > 0
        self._transport.close()
        if buffers and not self.has_tls:  # a TLS shutdown has a separate timeout
            asyncio.get_running_loop().call_later(self._timeout, self._transport.abort)

    async def finish(self) -> None:
        """Close the connection of a client that may still be sending, after it has left or has stopped sending.

        If a connection is closed while bytes wait to be read, its system answers them with a reset. The client then
        loses what it has not received yet: this answer, and the rest of those before it.
        """
        if self.has_ended or self._transport.is_closing():
            return
        self.is_finishing = True
        if not self.has_tls:  # TLS always closes both sides
            with suppress(OSError):  # the client has just reset the connection
                self._transport.write_eof()
        self._transport.resume_reading()
        with suppress(TimeoutError):
            async with asyncio.timeout(_MOST_LINGERING):
                while not self._transport.is_closing():
                    self._has_moved.clear()
                    async with asyncio.timeout(_LINGERING_TLS if self.has_tls else LINGERING):
                        await self._has_moved.wait()

    def write(self, data: bytes) -> bool:
        """Write data without waiting. Return False if the client is slow: then wait with `send` before the next write.

        Nothing is written after the client has left.
        """
        if self._transport.is_closing():
            return True
        self._transport.write(data)
        return self._transport.get_write_buffer_size() <= PIECE

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Write data, and wait while the client is slow to read. With `last`, wait until everything is sent.

        Raises ConnectionResetError if the client has left, or has read nothing for the timeout.
        """
        for start in range(0, len(data), PIECE):
            self._check_open()
            if not self.write(data[start : start + PIECE]):
                await self._sent(len(data))
        if last:
            self._check_open()
            self._transport.set_write_buffer_limits(1 if self.has_tls else 0)  # with 0, TLS would never be drained
            await self._sent(len(data))

    async def wait(self) -> None:
        """Wait until a slow client has read most of what was written. Raises ConnectionResetError like `send`."""
        await self._sent(self._transport.get_write_buffer_size())

    async def is_refused(self) -> bool:
        """Return True if a client that has closed its side has also left, so that its system refuses the answer.

        The refusal of a remote client may come too late to be noticed.
        """
        await asyncio.sleep(_REFUSAL)
        try:
            return bool(self._transport.get_extra_info("socket").getsockopt(SOL_SOCKET, SO_ERROR))
        except OSError:  # pragma: no cover  # the connection was closed meanwhile
            return True

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

    def _ends_by_itself(self) -> bool:
        """Return True for a TLS connection that was closed: it has its own timeout, and asyncio fails if used again."""
        return self.has_tls and self._transport.is_closing()

    def _check_open(self) -> None:
        if self._transport.is_closing():
            raise ConnectionResetError("the client has left")

    async def _sent(self, size: int) -> None:
        """Wait until the buffer of the transport has drained below its limit. `size` is that of the whole answer."""
        loop, pause = asyncio.get_running_loop(), self._timeout / _LOOKS
        self._unread.add(self, size)
        draining = asyncio.ensure_future(self._drained.wait())
        try:
            left, since = self._left(), loop.time()
            while not (await asyncio.wait((draining,), timeout=pause))[0] and not self._ends_by_itself():
                now_left = self._left()
                if now_left < left:
                    left, since = now_left, loop.time()
                elif loop.time() - since >= self._timeout - pause:
                    self.reset()
                    raise ConnectionResetError("the client reads nothing")
        finally:
            draining.cancel()
            self._unread.remove(self)
        self._check_open()

    def _left(self) -> int:
        """Return how many written bytes the client has not received yet.

        They are in the buffer of the transport, or in that of the system, which holds up to several megabytes.
        """
        buffered = self._transport.get_write_buffer_size()
        try:
            return buffered + _unsent(self._transport.get_extra_info("socket"))
        except OSError:  # pragma: no cover  # not supported by every system
            return buffered


async def _piece(stream: Stream, more: asyncio.Event) -> bytes:
    """Return the next piece of a stream, or its heartbeat if no data comes within the interval."""
    more.clear()
    while not (piece := stream.take()):
        try:
            async with asyncio.timeout(stream.heartbeat_interval):
                await more.wait()
        except TimeoutError:
            return stream.heartbeat
        more.clear()
    return piece


def reset(transport: asyncio.Transport | None) -> None:
    """Close a connection with a TCP RST."""
    if transport is not None:  # pragma: no branch  # None if the client closed it first
        connection = transport.get_extra_info("socket")
        connection.setsockopt(SOL_SOCKET, SO_LINGER, _LINGER)
        transport.abort()
        if sys.platform == "win32":  # pragma: no cover
            # asyncio would shut the connection down first, which the client reads as its end. No public name closes it.
            connection._sock.close()  # noqa: SLF001
