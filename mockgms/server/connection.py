"""Connections of aiohttp with timeouts and size limits."""

import asyncio
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.streams import EMPTY_PAYLOAD

from mockgms.server.channel import Channel, ConnectionLimits, reset

_END_OF_HEAD: Final = b"\r\n\r\n"
_END_LENGTH: Final = len(_END_OF_HEAD)
_BODY_HEADER: Final = re.compile(
    rb"\n(?:content-length[ \t]*:[ \t]*([0-9]{1,15})[ \t]*\r|content-length|transfer-encoding)", re.IGNORECASE
)
_TOO_LARGE: Final = "has more than {} bytes before its body: send fewer or shorter headers"
_KEPT: Final = 32 * 1024  # bytes of a head that its refusal can quote: more than the longest path has
_REST_PAUSE: Final = 0.05  # seconds without a byte after which the rest of a refused head is not expected any more
_REST_WAIT: Final = 1.0  # seconds to wait for it altogether


class Connection(web.RequestHandler):
    """A connection that is closed if its client makes no progress for the timeout of its `limits`.

    The time for a request head counts from the last answer, or from the start of the connection. Each byte of an answer
    that the client reads is progress. Waiting inside the server, such as for a delay, is not limited.

    Args:
        server: The server of aiohttp.
        limits: The limits of what the client can make the server hold.
        open_channel: Returns the channel to the client, and closes the connection if there are too many.
        refuse: Returns the answer to a request that cannot be read: its bytes, and a reason, None if it is not known.
        settings: Settings of aiohttp.

    """

    __slots__ = (
        "_ahead",
        "_begun",
        "_first_head",
        "_held",
        "_length",
        "_limits",
        "_max_waiting",
        "_more",
        "_open_channel",
        "_payload",
        "_refuse",
        "channel",
        "refused",
    )

    channel: Channel
    refused: bytes  # the invalid request, as far as it is known

    def __init__(
        self,
        server: web.Server,
        limits: ConnectionLimits,
        open_channel: Callable[[asyncio.Transport], Channel],
        refuse: Callable[[bytes, str | None], bytes],
        **settings: Any,
    ) -> None:
        super().__init__(server, keepalive_timeout=limits.timeout, **settings)
        self._limits = limits
        self._open_channel = open_channel
        self._refuse = refuse
        self._ahead = 0  # bytes of the incomplete head
        self._begun = b""  # the first of them
        self.refused = b""
        self._more: asyncio.Event | None = None  # set when more of the refused request may have arrived
        self._held = b""  # bytes not parsed yet, because enough requests wait; at most one read
        self._payload = EMPTY_PAYLOAD  # the body of the last request
        self._length: int | None = None  # of the last body that did not arrive with its head; None if it is chunked
        # How many requests may wait. Before version 3.14, aiohttp had no limit, and did not ask for the rest.
        self._max_waiting: int = getattr(self, "_max_msg_queue_size", sys.maxsize)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set up a new connection, or one that was a plain connection so far."""
        super().connection_made(transport)
        self.channel = self._open_channel(cast(asyncio.Transport, transport))
        # Before version 3.14, aiohttp had no time limit for the first head.
        self._first_head = self._loop.call_later(self._limits.timeout, self._check_first_head)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client. A head that is too large is refused.

        Requests are passed to the parser one by one, except for chunked bodies. Otherwise an invalid request would make
        the parser drop valid requests before it in the same piece. aiohttp calls this without data when it can take
        more requests. After an invalid request, nothing can be parsed. After the last answer, all bytes are dropped.
        """
        if self.channel.is_finishing:
            self.channel.note_dropped()
            return
        data = bytes(data)  # asyncio may pass a bytearray, as to a plain connection
        if self.refused:
            self.refused = (self.refused + data)[:_KEPT]
            self.notice_more()
            return
        if not self._held:
            end = data.find(_END_OF_HEAD)
            if end < 0 or end == len(data) - _END_LENGTH:
                self._take(data, len(data))
                return
        if not data:
            self._take(data, 0)
        held, start = self._held + data, 0
        while start < len(held) and len(self._messages) < self._max_waiting and not self._has_failed():
            end, head = self._next(held, start)
            self._take(held[start:end], head)
            start = end
        self._held = b"" if self._has_failed() else held[start:]

    async def whole_refused(self) -> bytes:
        """Return the refused request once its head has arrived, or its client has stopped sending.

        The parser refuses a request at its first invalid byte. Its path may only come in the next packet.
        """
        more = self._more = asyncio.Event()
        with suppress(TimeoutError):
            async with asyncio.timeout(_REST_WAIT):
                while self.refused and not self.channel.has_ended and not _has_whole_head(self.refused):
                    more.clear()
                    await asyncio.wait_for(more.wait(), _REST_PAUSE)
        return self.refused

    def notice_more(self) -> None:
        """Notice that more of the refused request has arrived, or that there will be no more."""
        if self._more is not None:
            self._more.set()

    def _check_first_head(self) -> None:
        if self._request_count == 0:
            self.force_close()

    def _next(self, held: bytes, start: int) -> tuple[int, int]:
        """Return where the next piece ends, and how many bytes of it belong to its first head.

        The next piece is the rest of a body, or a request, as far as they have arrived.
        """
        if not self._payload.is_eof():
            rest = len(held) if self._length is None else start + self._length - self._payload.total_bytes
            return min(rest, len(held)), 0
        found = held.find(_END_OF_HEAD, start)
        if found < 0:
            return len(held), len(held) - start
        end = found + _END_LENGTH
        return self._end_of_body(held, start, end), end - start

    @staticmethod
    def _end_of_body(held: bytes, start: int, end: int) -> int:
        """Return where the body of the request with the head `held[start:end]` ends, at most the length of `held`."""
        named = _BODY_HEADER.search(held, start, end)
        if named is None:
            return end
        return len(held) if named[1] is None else min(end + int(named[1]), len(held))

    def _has_failed(self) -> bool:
        """Return True if the last waiting request is invalid, so that nothing after it can be read."""
        return bool(self._messages) and not hasattr(self._messages[-1][0], "headers")

    def _take(self, data: bytes, head: int) -> None:
        """Parse a piece. Its first `head` bytes belong to a head, unless a body is arriving."""
        before, is_of_head = self._request_count, self._payload is EMPTY_PAYLOAD or self._payload.is_eof()
        if is_of_head and self._ahead + head > self._limits.head and not self._close:
            self._give_up(data, _TOO_LARGE.format(self._limits.head))
            return
        try:
            super().data_received(data)
        except Exception:  # noqa: BLE001  # pragma: no cover  # the parsers of aiohttp before 3.14 raise several kinds
            self._give_up(data, None)
            return
        if self._request_count != before:
            if is_of_head and self._request_count == before + 1 and self._has_failed():
                self.refused = self._with_begun(data)
            self._ahead, self._begun = 0, b""
            if not is_of_head and self._has_failed() and not self._payload.is_eof():  # otherwise its reader would wait
                self._payload.set_exception(web.RequestPayloadError("it cannot be decoded"))
            message: Any = self._messages[-1][0]
            self._payload = self._messages[-1][1]
            if not self._payload.is_eof():
                length = message.headers.get("Content-Length")
                self._length = None if length is None else int(length)
        elif is_of_head:
            self._ahead += len(data)
            self._begun = self._with_begun(data)

    def _with_begun(self, data: bytes) -> bytes:
        return (self._begun + data[:_KEPT])[:_KEPT]

    def _give_up(self, data: bytes, reason: str | None) -> None:
        if self._waiter is None or self.transport is None:  # an earlier request is still being answered
            reset(self.transport)
            return
        self.transport.write(self._refuse(self._with_begun(data), reason))
        self.close()
        self._loop.call_later(self._lingering_time, self.force_close)  # until then the client can read the refusal

    def pause_writing(self) -> None:
        """Notify the channel that the client is slow to read."""
        super().pause_writing()
        self.channel.pause()

    def resume_writing(self) -> None:
        """Notify the channel that the client has read most of what was written."""
        super().resume_writing()
        self.channel.resume()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Notify the channel that the client has left."""
        self._first_head.cancel()  # it would keep this connection in memory until the timeout
        self.channel.lose()
        super().connection_lost(exc)

    def force_close(self) -> None:
        """Close the connection, even if the client never reads the rest: then after the timeout."""
        if self.transport is not None:
            self.channel.close()
        super().force_close()


def _has_whole_head(data: bytes) -> bool:
    return _END_OF_HEAD in data or b"\n\n" in data or len(data) >= _KEPT
