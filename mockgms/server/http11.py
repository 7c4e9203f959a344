"""The HTTP/1.1 server: turns the connections of aiohttp into plain requests and replies."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from aiohttp import HttpVersion11, web
from aiohttp.http_exceptions import LineTooLong
from multidict import CIMultiDict, CIMultiDictProxy

from mockgms.api.dispatcher import Dispatcher
from mockgms.api.threads import Threads
from mockgms.domain.refusals import Failure, Refusal
from mockgms.http.body import LARGEST_BODY, LARGEST_SNAPSHOT
from mockgms.http.content_encoding import decode_body
from mockgms.http.headers import LARGEST_LINE, size_of_headers
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import BodyTooLarge, Unreadable
from mockgms.scenario.faults.context import Closed
from mockgms.server import replies
from mockgms.server.channel import LINGERING, Channel, ConnectionLimits
from mockgms.server.connection import Connection
from mockgms.server.defects import answer_defect
from mockgms.server.malformed import MALFORMED, NOT_CHUNKED, Malformed, UnknownMethod, read_malformed
from mockgms.server.replies import keeps_connection, render

_TOO_LONG: Final = f"has more than {LARGEST_LINE} bytes in its path or in a header"
_BUSY: Final = (
    "The bodies that have not fully arrived have reached the limit of {} bytes: send this request again later."
)
_BODY_TIMEOUTS: Final = 10  # a body must be complete within this many timeouts, even if it makes progress
_SNAPSHOT_PATH: Final = "/__admin/snapshot"
_SNAPSHOT_TARGET: Final = re.compile(rf"(?:/s/[^/?]*)?{_SNAPSHOT_PATH}(?:\?.*)?")

_TARGET_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_NO_TARGET: Final = re.compile(r"\*|[A-Za-z][A-Za-z0-9+.-]*:///")


class Http11Server(web.Server):
    """The server of aiohttp, which reads every request. Create it inside a running event loop.

    `open_channel` returns the channel to the client of a connection.
    """

    def __init__(
        self, dispatcher: Dispatcher, limits: ConnectionLimits, open_channel: Callable[[asyncio.Transport], Channel]
    ) -> None:
        # A client that leaves cancels its request. Otherwise a hanging request would stay until the server stops.
        super().__init__(self._handle, request_factory=self._incoming_request, handler_cancellation=True)
        self._dispatcher = dispatcher
        self.limits = limits
        self._open_channel = open_channel
        self._arriving = 0
        self._threads = Threads()

    def __call__(self, channel: Channel | None = None) -> "_Connection":
        """Return the protocol of a new connection, or of one that has a channel already."""
        return _Connection(self, self._dispatcher, self._open_channel if channel is None else lambda _: channel)

    def _incoming_request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        largest = _largest_body(message.path)
        return web.BaseRequest(message, payload, protocol, writer, task, self._loop, client_max_size=largest)

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        request = _request(incoming)
        try:
            _check_target(incoming)
            if incoming.can_read_body:
                request.body = await self._decoded(await self._body(incoming), incoming)
        except Refusal as refusal:
            reply = await self._dispatcher.answer(request, refusal)
            return _response(reply, incoming, request, keep_alive=False)
        try:
            reply = await self._dispatcher.answer(request)
        except asyncio.CancelledError:
            request.waiting.is_over = True
            raise
        connection: _Connection = incoming.protocol  # type: ignore[assignment]  # the class of all connections here
        keep_alive = incoming.keep_alive and not connection.is_last()
        return _response(reply, incoming, request, keep_alive=keep_alive)

    async def _body(self, incoming: web.BaseRequest) -> bytes:
        """Return the whole body as it was sent. Raises BodyTooLarge, Unreadable or Failure."""
        try:
            if incoming.content.is_eof():  # like most small bodies, it arrived with the head
                return incoming.content.read_nowait()
            await _send_continue(incoming)
            return await self._rest(incoming)
        except web.RequestPayloadError:
            incoming.content.set_exception(None)  # type: ignore[arg-type]  # stops aiohttp from reading and logging
            raise Unreadable("body", NOT_CHUNKED) from None

    async def _decoded(self, body: bytes, incoming: web.BaseRequest) -> bytes:
        """Return a body without its content encodings. Decompressing takes up to 0.1 s, so a thread does it."""
        names = ", ".join(incoming.headers.getall("Content-Encoding", ()))
        if not names or not body:
            return body
        return await self._threads.run(partial(decode_body, body, names, _largest_body(incoming.raw_path)))

    async def _rest(self, incoming: web.BaseRequest) -> bytes:
        """Return the rest of a body. Raises BodyTooLarge, Unreadable or Failure."""
        body, largest, loop = bytearray(), _largest_body(incoming.raw_path), asyncio.get_running_loop()
        most = _BODY_TIMEOUTS * self.limits.timeout
        end = loop.time() + most
        try:
            while not incoming.content.at_eof():
                if loop.time() >= end:
                    raise Unreadable("body", f"did not arrive completely within {most:g} seconds")
                try:
                    async with asyncio.timeout(self.limits.timeout):
                        piece = await incoming.content.readany()
                except TimeoutError:
                    reason = (
                        f"stopped arriving after byte {len(body)}: nothing came for {self.limits.timeout:g} seconds"
                    )
                    raise Unreadable("body", reason) from None
                body += piece
                self._arriving += len(piece)
                if len(body) > largest:
                    raise BodyTooLarge(largest)
                if self._arriving > self.limits.arriving:
                    raise Failure(503, _BUSY.format(self.limits.arriving))
        finally:
            self._arriving -= len(body)
        return bytes(body)


class _Connection(Connection):
    """A connection that refuses invalid requests in JSON, like all other refusals."""

    __slots__ = ("_dispatcher",)

    def __init__(
        self, server: Http11Server, dispatcher: Dispatcher, open_channel: Callable[[asyncio.Transport], Channel]
    ) -> None:
        super().__init__(
            server,
            server.limits,
            open_channel,
            partial(_refusal_bytes, dispatcher),
            loop=server._loop,  # noqa: SLF001  # the base class passes it too
            auto_decompress=False,  # it has no limit of its own, and answers in the words of no API
            access_log=None,  # None disables it; it would halve the throughput
            max_line_size=LARGEST_LINE,
            max_field_size=LARGEST_LINE,
            lingering_time=LINGERING,  # a refused body may still arrive, so that its sender reads the refusal
        )
        self._dispatcher = dispatcher

    def is_last(self) -> bool:
        """Return True if the current request is the last one, because the client has closed its side."""
        return self.channel.has_ended and not self._messages

    def resume_reading(self, *how: Any, **more: Any) -> None:
        """Resume reading if it is paused. aiohttp calls this after every body, which is slow otherwise."""
        if self._reading_paused:
            super().resume_reading(*how, **more)

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio expects it
        """Keep the connection open for a short time, so that requests of a client that sends no more are answered.

        The client may also have left altogether. Both cases look the same, so an answer that takes longer is given up.
        Returns whether the connection stays open.
        """
        is_idle = self._waiter is not None and not self._waiter.done()
        if is_idle or self.channel.is_finishing or self.channel.has_tls:  # TLS always closes both sides
            return False
        self.channel.has_ended = True
        self.notice_more()
        if not self._messages:  # otherwise the last of them closes the connection
            self.close()
        asyncio.get_running_loop().call_later(LINGERING, self.force_close)
        return True

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # aiohttp's message quotes the bytes
    ) -> web.StreamResponse:
        """Return the answer to invalid HTTP (status 400), or to a defect outside the dispatcher (500)."""
        if status == HTTPStatus.BAD_REQUEST:
            reason = _TOO_LONG if isinstance(exc, LineTooLong) else None
            return _RefusalResponse(self, self._dispatcher, reason)  # type: ignore[return-value]
        if isinstance(exc, ConnectionError):  # the client left before `100 Continue` was sent
            reply = Reply(HTTPStatus.INTERNAL_SERVER_ERROR, delivery=Closed())
        else:
            reply = answer_defect(self._dispatcher, request.raw_path, exc)
        return _response(reply, request, Request("GET", "/"), keep_alive=False)


class _Response:
    """A reply that is written as ready bytes, in the way that its delivery says.

    It implements only what aiohttp needs. The responses of aiohttp would reduce the throughput by a third.
    """

    def __init__(self, reply: Reply, request: Request, *, keep_alive: bool, with_body: bool) -> None:
        self.status = reply.status
        self.keep_alive = keep_alive and keeps_connection(reply)
        self._reply = reply
        self._request = request
        self._with_body = with_body

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write the reply, and wait while the client is slow to read."""
        connection: Connection = request.protocol  # type: ignore[assignment]  # the class of all connections here
        may_send_again = request.version >= HttpVersion11 and replies.may_send_again(request.headers)
        await replies.deliver(
            self._reply,
            self._request,
            connection.channel,
            keep_alive=self.keep_alive,
            with_body=self._with_body,
            may_send_again=may_send_again,
        )
        if not self.keep_alive:
            await connection.channel.finish()
            connection.force_close()  # otherwise aiohttp would wait once more for what the client still sends

    async def write_eof(self) -> None:
        """Do nothing: `prepare` has written everything."""


class _RefusalResponse:
    """The answer to an invalid request, which is read only when its whole head has arrived.

    It implements what aiohttp needs, as `_Response` does. A `reason` says what is wrong, if it is known.
    """

    status = int(HTTPStatus.BAD_REQUEST)
    keep_alive = False

    def __init__(self, connection: _Connection, dispatcher: Dispatcher, reason: str | None) -> None:
        self._connection = connection
        self._dispatcher = dispatcher
        self._reason = reason

    async def prepare(self, request: web.BaseRequest) -> None:
        """Read what can be read of the request, and write its refusal."""
        read = read_malformed(await self._connection.whole_refused(), self._reason)
        reply = _refusal(self._dispatcher, read)
        await _response(reply, request, read.request, keep_alive=False).prepare(request)

    async def write_eof(self) -> None:
        """Do nothing: `prepare` has written everything."""


def _request(incoming: web.BaseRequest) -> Request:
    target, headers = incoming.raw_path, incoming.headers
    if not target.startswith("/"):  # the absolute form, as sent to proxies: http://host/path
        headers = _headers_of_target(target, headers)
        target = incoming.rel_url.raw_path_qs
    path, _, query = target.partition("?")
    request = Request("GET" if incoming.method == "HEAD" else incoming.method, path, query, headers)
    request.headers_size = size_of_headers(incoming.raw_headers)
    return request


def _check_target(incoming: web.BaseRequest) -> None:
    """Raise Unreadable for a target without a host or path. Since version 3.14, aiohttp itself refuses these."""
    if incoming.method != "OPTIONS" and _NO_TARGET.match(incoming.raw_path):  # pragma: no cover
        raise Unreadable("request", MALFORMED)


def _headers_of_target(target: str, headers: CIMultiDictProxy[str]) -> CIMultiDictProxy[str]:
    """Return the headers with the host of the target, which overrides the Host header (RFC 9112, 3.2.2)."""
    named = _TARGET_HOST.match(target)
    if named is None:
        return headers
    replaced = CIMultiDict(headers)
    replaced["Host"] = named[1]
    return CIMultiDictProxy(replaced)


def _largest_body(target: str) -> int:
    """Return the limit of a request's body, in bytes."""
    return LARGEST_SNAPSHOT if _SNAPSHOT_PATH in target and _SNAPSHOT_TARGET.fullmatch(target) else LARGEST_BODY


async def _send_continue(incoming: web.BaseRequest) -> None:
    """Send `100 Continue` if the client waits for it. Raises BodyTooLarge."""
    if incoming.headers.get("Expect", "").lower() == "100-continue":
        largest = _largest_body(incoming.raw_path)
        if (incoming.content_length or 0) > largest:
            raise BodyTooLarge(largest)
        await incoming.writer.write(replies.CONTINUE)


def _response(reply: Reply, incoming: web.BaseRequest, request: Request, *, keep_alive: bool) -> web.StreamResponse:
    with_body = "HEAD" not in (incoming.method, request.method)  # the first is not known if the request is invalid
    return _Response(reply, request, keep_alive=keep_alive, with_body=with_body)  # type: ignore[return-value]


def _refusal_bytes(dispatcher: Dispatcher, data: bytes, reason: str | None) -> bytes:
    return render(_refusal(dispatcher, read_malformed(data, reason)), keep_alive=False)


def _refusal(dispatcher: Dispatcher, read: Malformed | UnknownMethod) -> Reply:
    return dispatcher.refuse_method(read.request) if isinstance(read, UnknownMethod) else dispatcher.refuse(*read)
