"""The server with the transports of asyncio on Windows, whose work a selector completes here."""

import asyncio
import socket
from asyncio.proactor_events import BaseProactorEventLoop
from collections.abc import Callable, Iterator
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

import pytest

from mockgms.app import listen
from mockgms.scenario.model import Scenario
from mockgms.server.channel import ConnectionLimits
from tests.live import dispatcher_of
from tests.waiting import LONGEST

HEALTH = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
CHUNKED = b"POST /__admin/reset HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
DELAYED = b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: mock\r\nX-Mockgms-Fault: {fault: delay, by: 200ms}\r\n\r\n"


class _Accepted(socket.socket):
    def shutdown(self, how: int) -> None:
        """Shut down. Windows does not mind if both sides have done so before."""
        with suppress(OSError):
            super().shutdown(how)


class _Proactor:
    """Completes the operations of sockets, as the proactor of Windows does."""

    def __init__(self) -> None:
        self._selector = DefaultSelector()
        self._waiting: dict[tuple[int, int], tuple[asyncio.Future[Any], Callable[[], Any]]] = {}

    def set_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        for key, _ in self._selector.select(timeout):
            for kind in (EVENT_READ, EVENT_WRITE):
                if (key.fd, kind) in self._waiting:
                    self._try(*self._waiting[key.fd, kind])
        return []

    def recv(self, read: socket.socket, size: int) -> asyncio.Future[Any]:
        return self._begin(read, EVENT_READ, lambda: read.recv(size))

    def recv_into(self, read: socket.socket, buffer: bytearray) -> asyncio.Future[Any]:
        return self._begin(read, EVENT_READ, lambda: read.recv_into(buffer))

    def send(self, written: socket.socket, data: bytes) -> asyncio.Future[Any]:
        left = memoryview(bytes(data))

        def send_all() -> int:
            nonlocal left
            while left:
                left = left[written.send(left) :]
            return len(data)

        return self._begin(written, EVENT_WRITE, send_all)

    def accept(self, listener: socket.socket) -> asyncio.Future[Any]:
        def accept() -> tuple[socket.socket, Any]:
            accepted, address = listener.accept()
            accepted.setblocking(False)
            return _Accepted(fileno=accepted.detach()), address

        return self._begin(listener, EVENT_READ, accept)

    def close(self) -> None:
        self._selector.close()

    def _stop_serving(self, listener: socket.socket) -> None:
        """Do nothing: the operation was cancelled."""

    def _begin(self, used: socket.socket, kind: int, work: Callable[[], Any]) -> asyncio.Future[Any]:
        done: asyncio.Future[Any] = self._loop.create_future()
        self._try(done, work)
        if not done.done():
            number = used.fileno()
            self._waiting[number, kind] = done, work
            self._watch(number)
            done.add_done_callback(lambda _: self._forget(number, kind, done))
        return done

    def _forget(self, number: int, kind: int, done: asyncio.Future[Any]) -> None:
        if self._waiting.get((number, kind), (None,))[0] is done:
            del self._waiting[number, kind]
            self._watch(number)

    def _watch(self, number: int) -> None:
        kinds = sum(kind for of, kind in self._waiting if of == number)
        if number in self._selector.get_map():
            self._selector.unregister(number)
        if kinds:
            self._selector.register(number, kinds)

    @staticmethod
    def _try(done: asyncio.Future[Any], work: Callable[[], Any]) -> None:
        try:
            result = work()
        except BlockingIOError:
            return
        except OSError as error:
            done.set_exception(error)
        else:
            done.set_result(result)


class _Loop(BaseProactorEventLoop):
    def __init__(self) -> None:
        super().__init__(_Proactor())

    def run_forever(self) -> None:
        self.call_soon(self._loop_self_reading)  # type: ignore[attr-defined]  # as the loop of Windows does
        super().run_forever()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        yield runner


def exchanged(port: int, sent: bytes) -> bytes:
    received = b""
    with socket.create_connection(("127.0.0.1", port), LONGEST) as client:
        client.sendall(sent)
        while piece := client.recv(65_536):
            received += piece
    return received


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        (LAST, 1),
        (HEALTH + LAST, 2),
        (CHUNKED + HEALTH + LAST, 3),
        (DELAYED + HEALTH * 2_000 + LAST, 2_002),  # more than the server reads during the delay
    ],
    ids=["plain", "pipelined", "chunked", "delayed"],
)
def test_requests_are_answered_on_the_event_loop_of_windows(
    runner: asyncio.Runner, scenario: Scenario, limits: ConnectionLimits, sent: bytes, answers: int
) -> None:
    async def serve() -> bytes:
        server, port = await listen(dispatcher_of(scenario), "127.0.0.1", 0, limits=limits)
        received = await asyncio.to_thread(exchanged, port, sent)
        await server.stop()
        return received

    assert runner.run(serve()).count(b"HTTP/1.1 200 OK\r\n") == answers
