"""The server: aiohttp's connections in front, plain requests and replies behind."""

import asyncio
import logging
import re
import struct
from functools import lru_cache
from http import HTTPStatus
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_exceptions import LineTooLong

from mockgms.admin.masking import Mask
from mockgms.domain.instants import SECOND
from mockgms.domain.refusals import Refusal
from mockgms.exchange import Exchange
from mockgms.resends import AT_ONCE, Resends, Sending
from mockgms.scenario.faults.exchange import Closed, Delivery, Reset, Slow, Truncated
from mockgms.wire.body import LARGEST_BODY
from mockgms.wire.http import Headers, Reply, Request, Stream
from mockgms.wire.refusals import BodyTooLarge, OwnDefect, Unreadable

LARGEST_SNAPSHOT: Final = 16 * 1024 * 1024  # bytes; that of 10,000 callbacks has 3 MB
LARGEST_LINE: Final = 16 * 1024  # bytes of a path or header; a service name of 300 emoji takes 3,600
_TOO_LONG: Final = f"has more than {LARGEST_LINE} bytes in its path or in a header"
# Seconds in which a refused body may still arrive, so that its sender reads the refusal, and in which a client is
# answered that has closed its side of the connection.
_LINGERING: Final = 1.0

# After these the client looks for no body: any byte would be taken for the start of the next answer.
_BODILESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

_SNAPSHOT: Final = "/__admin/snapshot"
_OF_SNAPSHOT: Final = re.compile(rf"(?:/s/[^/?]*)?{_SNAPSHOT}(?:\?.*)?")

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}

_log = logging.getLogger(__name__)


class Server(web.Server):
    """Answers connections by one exchange. Made inside a running event loop.

    A body that has not arrived after `patience` seconds is refused.
    """

    def __init__(self, exchange: Exchange, *, patience: float = 10.0) -> None:
        # A client that leaves cancels its exchange: else one that hangs would stay until the server stops.
        super().__init__(self._handle, request_factory=self._incoming, handler_cancellation=True)
        self._exchange = exchange
        self._patience = patience
        self._resends = Resends()

    def __call__(self) -> web.RequestHandler:
        """The protocol of one new connection."""
        return _Connection(self, self._exchange)

    def _incoming(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        largest = _largest_body(message.path)
        return web.BaseRequest(message, payload, protocol, writer, task, self._loop, client_max_size=largest)

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        request = _request(incoming)
        try:
            if incoming.can_read_body:
                request.body = await self._body(incoming)
        except _NotRead as not_read:
            return _response(self._exchange.refuse(request, not_read.refusal), incoming, keep_alive=False)
        idle = cast(_Connection, incoming.protocol).was_idle()
        if self._resends.lost:
            lost = self._resends.again(_sending(request, incoming), self._loop.time(), idle=idle)
            if lost is not None:
                return _response(Reply(0, delivery=lost), incoming, keep_alive=False)
        reply = await self._exchange.answer(request)
        if isinstance(reply.delivery, Reset | Closed):
            self._resends.lose(_sending(request, incoming), reply.delivery, self._loop.time(), idle=idle)
        return _response(reply, incoming, keep_alive=incoming.keep_alive)

    async def _body(self, incoming: web.BaseRequest) -> bytes:
        """The whole body. Raises _NotRead."""
        try:
            if incoming.content.is_eof():  # it has arrived with the head, as small ones do: no need to wait for it
                return incoming.content.read_nowait()
            async with asyncio.timeout(self._patience):
                await _let_come(incoming)
                return await incoming.read()
        except web.HTTPRequestEntityTooLarge:
            raise _NotRead(BodyTooLarge(_largest_body(incoming.raw_path))) from None
        except web.RequestPayloadError:
            raise _NotRead(Unreadable("body", "is not encoded as its headers say")) from None
        except TimeoutError:
            raise _NotRead(Unreadable("body", f"has not arrived within {self._patience:g} seconds")) from None


class _NotRead(Exception):
    """A body could not be read; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class _Connection(web.RequestHandler):
    """A connection on which bytes that are no request are refused like everything else: as JSON."""

    __slots__ = ("_exchange", "_fresh_until")

    def __init__(self, server: Server, exchange: Exchange) -> None:
        super().__init__(
            server,
            loop=server._loop,  # noqa: SLF001  # as the base class hands it over
            access_log=None,  # type: ignore[arg-type]  # aiohttp's way to switch it off; it halves the throughput
            max_line_size=LARGEST_LINE,
            max_field_size=LARGEST_LINE,
            lingering_time=_LINGERING,
        )
        self._exchange = exchange
        self._fresh_until: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection was made: for a request, if that comes at once."""
        super().connection_made(transport)
        self._fresh_until = asyncio.get_running_loop().time() + AT_ONCE

    def was_idle(self) -> bool:
        """Whether the connection was not made for the request that has come: a later one, or one that came late."""
        fresh_until, self._fresh_until = self._fresh_until, None
        return fresh_until is None or asyncio.get_running_loop().time() > fresh_until

    def resume_reading(self, *how: Any, **more: Any) -> None:
        """Go on reading where it was paused: aiohttp says so after every body, and each time parses nothing, slowly."""
        if self._reading_paused:
            super().resume_reading(*how, **more)

    def eof_received(self) -> bool:  # type: ignore[override]  # what asyncio takes: whether to keep the other side open
        """The client sends no more: it is answered what it has asked for, if it is still there and that is soon.

        Whether it has left altogether cannot be told, so that what takes longer is given up.
        """
        is_idle = self._waiter is not None and not self._waiter.done()
        is_secure = self.transport is not None and self.transport.get_extra_info("sslcontext") is not None
        if is_idle or is_secure:  # TLS closes both sides at once
            return False
        self.close()
        asyncio.get_running_loop().call_later(_LINGERING, self.force_close)
        return True

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # aiohttp's words, in many lines and with the bytes
    ) -> web.StreamResponse:
        """The answer to what is no HTTP (a status of 400), or to a defect outside the exchange (500)."""
        if status == HTTPStatus.BAD_REQUEST:
            why = _TOO_LONG if isinstance(exc, LineTooLong) else "is not HTTP/1.1"
            reply = self._exchange.refuse(Request("GET", "/"), Unreadable("request", why))
        else:
            _log.error("a defect while answering %s", Mask().text(request.raw_path), exc_info=exc)
            reply = self._exchange.refuse(Request("GET", "/"), OwnDefect())
        return _response(reply, request, keep_alive=False)


class _Response:
    """A reply that goes out as ready bytes, in the way that its delivery says.

    aiohttp asks no more of a response than this; building its own ones takes a third of the throughput.
    """

    def __init__(self, reply: Reply, *, keep_alive: bool, with_body: bool) -> None:
        self.status = reply.status
        self.keep_alive = keep_alive and (reply.delivery is None or isinstance(reply.delivery, Slow))
        self._head = render_head(reply, keep_alive=keep_alive)
        self._body = reply.body if with_body and reply.status not in _BODILESS else b""
        self._delivery = reply.delivery

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write the reply, and wait while the client is slow to read."""
        match self._delivery:
            case None:
                await request.writer.write(self._head + self._body)
            case Reset():
                _reset(request.transport)
            case Closed():
                pass  # the connection is not kept alive, so it is closed next
            case Truncated(keep):
                await request.writer.write(self._head + self._body[: int(len(self._body) * keep)])
            case Slow(chunk, every):
                await self._write_slowly(request.writer, chunk, every / SECOND)
            case stream:
                await request.writer.write(self._head)
                if request.method != "HEAD":
                    await _write_on(request, stream)

    async def _write_slowly(self, writer: AbstractStreamWriter, chunk: int, pause: float) -> None:
        await writer.write(self._head + self._body[:chunk])
        for start in range(chunk, len(self._body), chunk):
            await asyncio.sleep(pause)
            await writer.write(self._body[start : start + chunk])

    async def write_eof(self) -> None:
        """All is written."""


async def _write_on(request: web.BaseRequest, stream: Stream) -> None:
    """Write a stream until the client leaves; one that reads nothing for two of its pulses is left."""
    more = asyncio.Event()
    stream.start(more.set)
    try:
        while True:
            piece = await _piece(stream, more)
            async with asyncio.timeout(2 * stream.pulse):
                await request.writer.write(piece)
            await asyncio.sleep(0)  # a write that does not wait lets nobody else have a turn
    except TimeoutError:
        _reset(request.transport)
    finally:
        stream.stop()


async def _piece(stream: Stream, more: asyncio.Event) -> bytes:
    """What comes next in a stream, at the latest after its pulse."""
    more.clear()
    while not (piece := stream.take()):
        try:
            async with asyncio.timeout(stream.pulse):
                await more.wait()
        except TimeoutError:
            return stream.beat
        more.clear()
    return piece


def _reset(transport: asyncio.Transport | None) -> None:
    """Break a connection in such a way that the client gets a TCP RST: nothing may linger after the close."""
    if transport is not None:  # pragma: no branch  # None when the client was faster
        socket = transport.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _request(incoming: web.BaseRequest) -> Request:
    target = incoming.raw_path
    if not target.startswith("/"):  # the absolute form that proxies get: http://host/path
        target = incoming.rel_url.raw_path_qs
    path, _, query = target.partition("?")
    return Request("GET" if incoming.method == "HEAD" else incoming.method, path, query, incoming.headers)


def _sending(request: Request, incoming: web.BaseRequest) -> Sending:
    return Sending(request.method, incoming.raw_path, request.body, request.headers.get("user-agent", ""))


def _largest_body(target: str) -> int:
    """How many bytes the body of a request may have."""
    return LARGEST_SNAPSHOT if _SNAPSHOT in target and _OF_SNAPSHOT.fullmatch(target) else LARGEST_BODY


async def _let_come(incoming: web.BaseRequest) -> None:
    """Tell a client that asks first to send its body. Raises HTTPRequestEntityTooLarge when that would be too much."""
    if incoming.headers.get("Expect", "").lower() == "100-continue":
        largest = _largest_body(incoming.raw_path)
        if (incoming.content_length or 0) > largest:
            raise web.HTTPRequestEntityTooLarge(largest)
        await incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def _response(reply: Reply, incoming: web.BaseRequest, *, keep_alive: bool) -> web.StreamResponse:
    response = _Response(reply, keep_alive=keep_alive, with_body=incoming.method != "HEAD")
    return cast(web.StreamResponse, response)


def render_head(reply: Reply, *, keep_alive: bool) -> bytes:
    """The status line and the headers of a reply, as HTTP/1.1 has them, up to the empty line."""
    endless = _is_stream(reply)
    head = _head(reply.status, reply.content_type, reply.headers, keep_alive and not endless)
    if endless or reply.status == HTTPStatus.NO_CONTENT:
        return head + b"\r\n"
    return b"%bContent-Length: %d\r\n\r\n" % (head, len(reply.body))


def _is_stream(reply: Reply) -> bool:
    return reply.delivery is not None and not isinstance(reply.delivery, Delivery)


@lru_cache(maxsize=512)
def _head(status: int, content_type: str, headers: Headers, keep_alive: bool) -> bytes:
    """What the replies of one second mostly share."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}"]
    if status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in headers]
    if not keep_alive:
        lines.append("Connection: close")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
