"""Connections while their requests are plain: they are answered here. Any other request is left to aiohttp."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Final, Protocol, cast

from mockgms.api.dispatcher import Dispatcher
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import Unreadable
from mockgms.server import replies
from mockgms.server.channel import LINGERING, PIECE, Channel, ConnectionLimits
from mockgms.server.defects import answer_defect
from mockgms.server.plain import lacks_body, plain_request

_TLS: Final = b"\x16\x03"  # a handshake of any version
_TLS_ON_HTTP_PORT: Final = (
    "is TLS, but this port speaks plain HTTP: use http://, or start the server with --tls-self-signed"
)
_HTTP2: Final = b"PRI * HTTP/2.0\r\n"  # from a client that does not ask before it sends HTTP/2
_HTTP2_ON_THIS_PORT: Final = "is HTTP/2, but this port speaks HTTP/1.1: let the client use HTTP/1.1"
_BODY_WAIT: Final = 0.05  # seconds to wait for the rest of a body, before aiohttp waits for it instead


class OtherProtocol(Protocol):
    """The protocol that takes a connection over. `asyncio.Protocol` has its methods."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over."""

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""

    def eof_received(self) -> bool | None:
        """Return whether the connection stays open, after the client has closed its side."""


class PlainServer(Protocol):
    """The part of a server that its connections use."""

    dispatcher: Dispatcher
    limits: ConnectionLimits
    loop: asyncio.AbstractEventLoop
    plain_connections: "set[PlainConnection]"

    @property
    def http11_server(self) -> Callable[[Channel], OtherProtocol] | None:
        """Returns a protocol that reads every request and answers by a channel. None until it is loaded."""

    def open_channel(self, transport: asyncio.Transport) -> Channel:
        """Return the channel to the client of a connection. Close the connection if there are too many."""

    async def load_http11(self) -> None:
        """Load what `http11_server` needs."""


class PlainConnection(asyncio.Protocol):
    """A connection on which all requests so far were plain.

    A plain request is answered within the call that receives it, unless its answer must wait, or is delivered in parts.
    The first bytes that are not plain pass the connection to aiohttp for good, through the public interface of asyncio.
    Client timeouts and limits are the same for both.
    """

    __slots__ = (
        "_channel",
        "_dispatcher",
        "_held",
        "_largest",
        "_loop",
        "_reads_next",
        "_server",
        "_since",
        "_stops",
        "_task",
        "_timer",
        "_transport",
    )

    _transport: asyncio.Transport
    _channel: Channel
    _timer: asyncio.TimerHandle

    def __init__(self, server: PlainServer) -> None:
        self._server = server
        self._dispatcher = server.dispatcher
        self._loop = loop = server.loop
        self._largest = server.limits.plain
        self._held = b""  # bytes that are not read yet: an incomplete request, or what comes while one is answered
        self._since = loop.time()  # of the last answer, or of the start
        self._task: asyncio.Task[None] | None = None  # answers the current request, if that takes time
        self._reads_next = False  # True until what is held is read next
        self._stops = False  # True once the server stops

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set up a new connection."""
        self._transport = cast(asyncio.Transport, transport)
        self._server.plain_connections.add(self)
        self._channel = self._server.open_channel(self._transport)
        self._timer = self._loop.call_later(self._server.limits.timeout, self._check_progress)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the reason makes no difference
        """Cancel the request of a client that has left."""
        self._leave()
        self._channel.lose()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        """Notify the channel that the client is slow to read."""
        self._channel.pause()

    def resume_writing(self) -> None:
        """Notify the channel that the client has read most of what was written."""
        self._channel.resume()

    def data_received(self, data: bytes) -> None:
        """Answer a plain request. Bytes that arrive before its answer are held until then."""
        data = bytes(data)  # on Windows, asyncio passes a bytearray after a pause, and before Python 3.12 always
        if self._task is not None or self._reads_next:
            self._hold(data)
            return
        is_first_data = not self._held
        if self._held:
            self._set_timer(self._server.limits.timeout, self._check_progress)
            data, self._held = self._held + data, b""
        found = plain_request(data, self._largest)
        if found is not None:
            self._held = found.rest
            self._answer(found.request, is_last=not found.keep_alive)
            if self._held:
                self._limit_held()
                if self._task is None:
                    self._reads_next = True
                    self._loop.call_soon(self._read_held)  # other connections have their turn before the next request
        elif is_first_data and lacks_body(data, self._largest):
            self._held = data
            self._set_timer(_BODY_WAIT, self._pass_on_held)
        else:
            self._pass_on(data)

    def eof_received(self) -> bool:
        """Keep the connection open for a short time, so that the requests of a client that sends no more are answered.

        The client may also have left altogether. Both cases look the same, so an answer that takes longer is given up.
        Returns whether the connection stays open.
        """
        is_over = self._channel.is_finishing or (self._task is None and not self._held)
        if is_over or self._channel.has_tls:  # TLS always closes both sides
            self._channel.close()
            return False
        self._channel.has_ended = True
        if self._task is None and not self._reads_next:
            self._pass_on_held()
        self._loop.call_later(LINGERING, self._channel.close)
        return True

    def close_if_idle(self) -> None:
        """Accept no more requests, because the server stops."""
        self._stops = True
        if self._task is None:
            self._channel.close()

    async def shutdown(self, grace: float | None) -> None:
        """Close the connection. The current request has `grace` seconds to end, then `grace` seconds more to cancel."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=grace)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=grace)
        self._channel.close()

    def _hold(self, data: bytes) -> None:
        if self._channel.is_finishing:
            self._channel.note_dropped()
            return
        self._held += data
        self._limit_held()

    def _limit_held(self) -> None:
        """Read from the client only while little is held."""
        if self._channel.has_ended or self._transport.is_closing():
            return
        if len(self._held) > PIECE:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _answer(self, request: Request, *, is_last: bool) -> None:
        """Answer a request: now if nothing has to be waited for, otherwise in a task. After the last one, close."""
        try:
            begun = self._dispatcher.begin(request)
            if isinstance(begun, Reply):
                reply = begun
            else:
                waits_for = begun.send(None)
                self._start(self._finish(begun, waits_for, request, is_last=is_last))
                return
        except StopIteration as end:
            reply = end.value
        except Exception as error:  # noqa: BLE001  # the client gets an answer, and the log the traceback
            reply, is_last = answer_defect(self._dispatcher, request.path, error), True
        self._send(reply, request, is_last=is_last)

    def _send(self, reply: Reply, request: Request, *, is_last: bool) -> None:
        if is_last or reply.delivery is not None or len(reply.body) > PIECE:
            self._start(self._deliver(reply, request, is_last=is_last))
        elif self._channel.write(replies.render(reply, keep_alive=True)):
            self._since = self._loop.time()
        else:
            self._start(self._channel.wait())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = self._loop.create_task(work)
        self._task.add_done_callback(self._ended)

    async def _finish(
        self, answering: Coroutine[Any, Any, Reply], waits_for: Any, request: Request, *, is_last: bool
    ) -> None:
        try:
            reply = await _Resumed(answering, waits_for)
        except asyncio.CancelledError:
            request.waiting.is_over = True
            raise
        except Exception as error:  # noqa: BLE001  # the client gets an answer, and the log the traceback
            reply, is_last = answer_defect(self._dispatcher, request.path, error), True
        finally:
            answering.close()
        await self._deliver(reply, request, is_last=is_last or (self._channel.has_ended and not self._held))

    async def _deliver(self, reply: Reply, request: Request, *, is_last: bool) -> None:
        """Send a reply, and close the connection if it is the last one."""
        keep_alive = replies.keeps_connection(reply) and not is_last
        may_send_again = replies.may_send_again(request.headers)
        await replies.deliver(
            reply, request, self._channel, keep_alive=keep_alive, with_body=True, may_send_again=may_send_again
        )
        if not keep_alive:
            await self._channel.finish()
            self._channel.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Close the connection or read the next request, after an answer in a task."""
        self._task = None
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self._loop.call_exception_handler({"message": "a defect while sending an answer", "exception": error})
        if error is not None or task.cancelled() or self._stops:
            self._channel.close()
        if self._transport.is_closing():
            return
        self._since = self._loop.time()
        self._read_held()

    def _read_held(self) -> None:
        """Read the bytes that are held."""
        self._reads_next = False
        self._limit_held()
        if not self._held or self._transport.is_closing():
            return
        data, self._held = self._held, b""
        if self._channel.has_ended:
            self._pass_on(data)
        else:
            self.data_received(data)

    def _pass_on_held(self) -> None:
        data, self._held = self._held, b""
        self._pass_on(data)

    def _pass_on(self, data: bytes) -> None:
        """Pass the connection to aiohttp, which reads `data` first. Refuse other protocols instead."""
        if data.startswith(_TLS) and not self._channel.has_tls:
            self._refuse_protocol("TLS", _TLS_ON_HTTP_PORT)
            return
        if data.startswith(_HTTP2):
            self._refuse_protocol("PRI", _HTTP2_ON_THIS_PORT)
            return
        http11_server = self._server.http11_server
        if http11_server is None:
            self._held = data
            self._set_timer(self._server.limits.timeout, self._check_progress)
            self._start(self._server.load_http11())
            return
        self._leave()
        other = http11_server(self._channel)
        self._transport.pause_reading()  # nothing may arrive before `data`
        self._transport.set_protocol(cast(asyncio.Protocol, other))
        other.connection_made(self._transport)
        self._loop.call_soon(self._feed, other, data)  # after the task that `connection_made` has started

    def _refuse_protocol(self, method: str, reason: str) -> None:
        """Refuse a connection with an entry in the journal, which keeps the path `*`."""
        reply = self._dispatcher.refuse(Request(method, "*"), Unreadable("request", reason))
        self._start(self._deliver(reply, Request("GET", "*"), is_last=True))

    def _feed(self, other: OtherProtocol, data: bytes) -> None:
        if self._transport.is_closing():  # pragma: no cover  # the client has left at this very moment
            return
        self._transport.resume_reading()
        other.data_received(data)
        if self._channel.has_ended and not other.eof_received():
            self._transport.close()

    def _set_timer(self, seconds: float, call: Callable[[], object]) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, call)

    def _leave(self) -> None:
        self._timer.cancel()
        self._server.plain_connections.discard(self)

    def _check_progress(self) -> None:
        """Close the connection if its client has sent nothing for the timeout."""
        timeout = self._server.limits.timeout
        left = timeout if self._task is not None else self._since + timeout - self._loop.time()
        if left > 0:
            self._set_timer(left, self._check_progress)
        else:
            self._channel.close()


class _Resumed:
    """Awaits a coroutine that has run until it waits for the first time. `waits_for` is what it has yielded."""

    def __init__(self, coroutine: Coroutine[Any, Any, Reply], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, Reply]:
        waits_for = self._waits_for
        while True:
            go_on: Callable[[], Any]
            try:
                outcome = yield waits_for
            except BaseException as error:  # noqa: BLE001  # the coroutine knows which errors it expects
                go_on = partial(self._coroutine.throw, error)
            else:
                go_on = partial(self._coroutine.send, outcome)
            try:
                waits_for = go_on()
            except StopIteration as end:
                reply: Reply = end.value
                return reply
